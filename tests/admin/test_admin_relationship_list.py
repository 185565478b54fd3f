"""The one list of relationships."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ingestion.models import Resource
from profiles.models import Profile, Source
from relationships.models import Relationship, RelationshipDefinition
from tests.admin.pages import Page, Pages, address, change_page
from tests.factories import RelationshipDefinitionFactory, RelationshipFactory, ResourceFactory

SIDE = {"includeCardinality": "0:*"}


@pytest.fixture
def named(source: Source, provider: Profile, office: Profile) -> Relationship:
    """Leia Organa works at the Falcon since 2020."""
    relationship: Relationship = RelationshipFactory.create(
        definition=RelationshipDefinition.objects.get(source=source),
        from_resource=ResourceFactory.create(
            profile=provider, id="p1", data={"name": "Leia Organa"}
        ),
        to_resource=ResourceFactory.create(profile=office, id="o1", data={"name": "Falcon"}),
        data={"effective": {"start": "2020"}},
    )
    return relationship


@pytest.fixture
def owned(source: Source, named: Relationship) -> Relationship:
    """Of another definition, the other way round, with properties of its own."""
    definition = RelationshipDefinitionFactory.create(
        source=source,
        key="owner",
        body={
            "from": {"profileKey": "office", "includeKey": "ownedBy", **SIDE},
            "to": {"profileKey": "provider", "includeKey": "owns", **SIDE},
            "properties": {"share": {"type": "integer"}, "note": {"type": "symbol"}},
        },
    )
    relationship: Relationship = RelationshipFactory.create(
        definition=definition,
        from_resource=named.to_resource,
        to_resource=named.from_resource,
        data={"share": 7},
    )
    return relationship


def listed(pages: Pages, **parameters: Any) -> Page:
    return pages.list(Relationship, **parameters)


def test_both_ends_are_called_by_their_titles_and_are_links(
    steward: Pages, named: Relationship
) -> None:
    page = listed(steward)
    for end, title in ((named.from_resource, "Leia Organa"), (named.to_resource, "Falcon")):
        assert f'<a href="{change_page(end)}">{title}</a>' in page.text
    assert change_page(named) in page.text


def test_an_end_without_a_title_is_called_by_its_id(steward: Pages, link: Relationship) -> None:
    assert f'<a href="{change_page(link.from_resource)}">han</a>' in listed(steward).text


def test_titles_are_shown_and_never_run(
    steward: Pages, named: Relationship, provider: Profile
) -> None:
    Resource.objects.filter(pk=named.from_resource_id).update(data={"name": "<script>1</script>"})
    assert b"&lt;script&gt;1" in listed(steward).response.content


def test_columns_are_properties_of_the_chosen_definition(
    steward: Pages, source: Source, owned: Relationship
) -> None:
    page = listed(steward, definition=f"{source.key}/owner")
    assert page.rows == ["o1 → p1"]
    assert '<td class="field-share">7</td>' in page.text


def test_relationships_are_found_by_the_id_of_either_end(
    steward: Pages, link: Relationship
) -> None:
    for id in ("han", "falcon", " han ", "ha"):
        assert steward.list(Relationship, q=id).rows == ["han → falcon"]
    for id in ("an", "leia"):
        assert steward.list(Relationship, q=id).rows == []


def test_relationships_are_filtered_by_source_and_definition(
    steward: Pages, link: Relationship, source: Source
) -> None:
    assert steward.list(Relationship, source=source.key).rows
    assert steward.list(Relationship, definition=f"{source.key}/provider-office").rows
    assert not steward.list(Relationship, source="other").rows
    assert not steward.list(Relationship, definition=f"{source.key}/other").rows


def test_relationships_are_found_by_the_title_of_either_end(
    steward: Pages, named: Relationship, link: Relationship
) -> None:
    for text in ("Leia Organa", "Falcon"):
        assert listed(steward, q=text).rows == ["p1 → o1"]
    assert listed(steward, q="Luke").rows == []


def test_relationships_are_filtered_by_the_profile_of_an_end(
    steward: Pages, source: Source, owned: Relationship
) -> None:
    office, provider = f"{source.key}/office", f"{source.key}/provider"
    assert listed(steward, from_profile=office).rows == ["o1 → p1"]
    assert listed(steward, to_profile=office).rows == ["p1 → o1"]
    assert listed(steward, from_profile=office, to_profile=office).rows == []
    assert len(listed(steward, source=source.key).rows) == 2
    assert listed(steward, from_profile=provider, to_profile=office).rows == ["p1 → o1"]


def test_relationships_are_filtered_by_a_property(
    steward: Pages, source: Source, owned: Relationship
) -> None:
    chosen = {"definition": f"{source.key}/owner"}
    assert listed(steward, **chosen, **{"data.share": "7"}).rows == ["o1 → p1"]
    assert listed(steward, **chosen, **{"data.share": "8"}).rows == []
    assert listed(steward, **chosen, **{"data.note__isnull": "true"}).rows == ["o1 → p1"]


def test_relationships_are_filtered_by_when_they_were_made(
    steward: Pages, named: Relationship
) -> None:
    def rows(days_ago: int, **asked: str) -> list[str]:
        at = timezone.now() - timedelta(days=days_ago)
        Relationship.objects.filter(pk=named.pk).update(created_at=at)
        return listed(steward, **asked).rows

    there = ["p1 → o1"]
    assert rows(0, created="today") == rows(0, created="week") == rows(0, created="month") == there
    assert rows(1, created="today") == rows(7, created="week") == rows(32, created="month") == []
    assert rows(6, created="week") == there
    day = (timezone.now() - timedelta(days=40)).date().isoformat()
    assert rows(40, since=day, until=day) == there
    assert rows(41, since=day) == rows(39, until=day) == []


WRONG = [
    ({"source": "nowhere"}, "There is no nowhere here. There are: {source}."),
    ({"definition": "no/thing"}, "There are: {source}/provider-office."),
    ({"from_profile": "no/thing"}, "There are: {source}/provider."),
    ({"to_profile": "no"}, "There are: {source}/office."),
    ({"created": "ever"}, "Must be one of: today, week, month."),
    ({"since": "soon"}, "Must be a date like 2026-03-31."),
    ({"data.name": "x"}, "Choose a definition first"),
    ({"definition": "{source}/provider-office", "data.no": "x"}, "There is no filter data.no."),
]


@pytest.mark.parametrize(("asked", "told"), WRONG)
def test_a_wrong_filter_lists_nothing_and_says_what_there_is(
    steward: Pages, link: Relationship, source: Source, asked: dict[str, str], told: str
) -> None:
    page = listed(steward, **{name: text.format(source=source.key) for name, text in asked.items()})
    assert page.rows == []
    assert told.format(source=source.key) in page.text


def test_pages_go_both_ways_and_hold_every_row_once(
    steward: Pages, source: Source, owned: Relationship
) -> None:
    for number in range(60):
        RelationshipFactory.create(
            definition=owned.definition,
            from_resource=owned.from_resource,
            to_resource=ResourceFactory.create(profile=owned.to_resource.profile, id=f"x{number}"),
        )
    path = address(Relationship, "changelist")
    first = listed(steward)
    second = steward.open(path + first.context["cl"].next_page)
    assert (len(first.rows), len(second.rows)) == (50, 12)
    assert len({*first.rows, *second.rows}) == 62
    assert second.context["cl"].next_page is None
    assert steward.open(path + second.context["cl"].previous_page).rows == first.rows


@pytest.mark.parametrize("position", ["x", "1,2,3,4,5", "1,1,2026-01-01T00:00:00+00:00,a,"])
def test_a_page_that_there_is_not_is_the_first(
    steward: Pages, link: Relationship, position: str
) -> None:
    page = listed(steward, after=position)
    assert page.rows == ["han → falcon"]
    assert page.messages == ["There is no such page: this is the first."]


def test_a_count_is_told_to_whoever_asks(steward: Pages, link: Relationship) -> None:
    assert "1 relationship\n" not in listed(steward).text
    assert "1 relationship</span>" in listed(steward, count="1").text


def test_what_a_form_left_empty_is_not_in_the_address(steward: Pages, link: Relationship) -> None:
    page = listed(steward, source="", definition="", q="")
    assert page.response.redirect_chain[-1][0].endswith("?")  # type: ignore[attr-defined]
    assert page.rows == ["han → falcon"]


def test_adding_is_offered_to_whoever_may_write(
    steward: Pages, viewer: Pages, link: Relationship, source: Source
) -> None:
    chosen = {"definition": f"{source.key}/provider-office"}
    assert "Add provider-office" in listed(steward, **chosen).text
    for asked in (chosen, {}):
        assert address(Relationship, "add") not in listed(viewer, **asked).text


def test_a_search_says_that_it_looks_at_so_many_only(
    steward: Pages, named: Relationship, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("ingestion.admin.listing", "relationships.admin.listing"):
        monkeypatch.setattr(f"{module}.MOST_FOUND", 1)
    monkeypatch.setattr("relationships.admin.browsing.MOST_FOUND", 1)
    page = listed(steward, q="p")
    assert page.rows == ["p1 → o1"]
    assert page.messages[0].startswith("Only 1 of the resources")
