"""The relationships of a resource, on its page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.models import Profile, Source
from relationships.linked import SHOWN
from relationships.models import Relationship, RelationshipDefinition
from tests.admin.every_page import Level
from tests.admin.pages import SURE, Pages, address, change_page, delete_page
from tests.admin.world import HERE, THERE, make_place, somebody
from tests.factories import RelationshipDefinitionFactory, RelationshipFactory, ResourceFactory

ENDS = address(Relationship, "ends")


@pytest.fixture
def boss(source: Source) -> RelationshipDefinition:
    """Between providers: each has one boss at most."""
    side = {"profileKey": "provider"}
    definition: RelationshipDefinition = RelationshipDefinitionFactory.create(
        source=source,
        key="boss",
        body={
            "from": {**side, "includeKey": "reportsTo", "includeCardinality": "0:1"},
            "to": {**side, "includeKey": "leads", "includeCardinality": "1:*"},
        },
    )
    return definition


def test_relationships_are_grouped_by_definition_and_direction(
    steward: Pages, link: Relationship, boss: RelationshipDefinition
) -> None:
    page = steward.open(change_page(link.from_resource))
    (_, panel), *_ = page.context["panels"]
    keys = [group.direction.own.include_key for group in panel.groups]
    assert keys == ["leads", "reportsTo", "worksAt"]
    assert f'<a href="{change_page(link.to_resource)}">falcon</a>' in page.text
    assert "asks for one at least, and there is none" in page.text
    office = steward.open(change_page(link.to_resource))
    assert [g.direction.own.include_key for g in office.context["panels"][0][1].groups] == ["staff"]
    assert f'<a href="{change_page(link.from_resource)}">han</a>' in office.text


def test_the_newest_are_shown_and_the_list_has_all(
    steward: Pages, link: Relationship, provider: Profile
) -> None:
    for number in range(SHOWN + 1):
        RelationshipFactory.create(
            definition=link.definition,
            from_resource=ResourceFactory.create(profile=provider, id=f"p{number}"),
            to_resource=link.to_resource,
        )
    page = steward.open(change_page(link.to_resource))
    (group,) = page.context["panels"][0][1].groups
    assert [one.other_id for one in group.links] == [f"p{n}" for n in range(SHOWN, 0, -1)]
    assert group.list_page in page.text
    everything = steward.open(group.list_page)
    assert len(everything.rows) == SHOWN + 2
    assert steward.list(Relationship, **{"from": "p3"}).rows == ["p3 → falcon"]


def test_the_panel_takes_as_many_statements_for_many_as_for_one(
    steward: Pages, link: Relationship, provider: Profile
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            steward.open(change_page(link.to_resource))
        return len(queries)

    statements()
    few = statements()
    for number in range(5):
        RelationshipFactory.create(
            definition=link.definition,
            from_resource=ResourceFactory.create(profile=provider, id=f"p{number}"),
            to_resource=link.to_resource,
        )
    assert statements() == few


def test_a_viewer_is_offered_nothing_to_write(viewer: Pages, link: Relationship) -> None:
    page = viewer.open(change_page(link.from_resource))
    assert change_page(link) in page.text
    assert delete_page(link) not in page.text
    assert address(Relationship, "add") not in page.text.partition('class="linked"')[2]


def test_adding_starts_from_the_resource_and_leads_back(
    steward: Pages, link: Relationship, office: Profile
) -> None:
    ResourceFactory.create(profile=office, id="cantina")
    (group,) = steward.open(change_page(link.from_resource)).context["panels"][0][1].groups
    page = steward.open(group.add_page)
    assert page.inputs["from_public_id"] == "han"
    saved = steward.send(group.add_page, {"from_public_id": "han", "to_public_id": "cantina"})
    assert saved.context["original"] == link.from_resource
    assert Relationship.objects.filter(to_public_id="cantina").exists()


def test_edit_and_removal_lead_back(steward: Pages, link: Relationship) -> None:
    (group,) = steward.open(change_page(link.from_resource)).context["panels"][0][1].groups
    (shown,) = group.links
    opened = steward.open(shown.page)
    saved = steward.send(shown.page, {"etag": opened.inputs["etag"]})
    assert saved.context["original"] == link.from_resource
    removed = steward.send(shown.delete_page, SURE)
    assert removed.context["original"] == link.from_resource
    assert not Relationship.objects.exists()


@pytest.mark.parametrize("page", ["//evil.example/", "https://evil.example/", "javascript:1", "x"])
def test_nobody_is_led_elsewhere(steward: Pages, link: Relationship, page: str) -> None:
    removed = steward.send(f"{delete_page(link)}?next={page}", SURE)
    assert removed.response.redirect_chain[-1][0] == address(Relationship, "changelist")  # type: ignore[attr-defined]


def test_a_place_that_is_taken_is_explained(
    steward: Pages, link: Relationship, provider: Profile, boss: RelationshipDefinition
) -> None:
    leia, luke = (ResourceFactory.create(profile=provider, id=id) for id in ("leia", "luke"))
    first = RelationshipFactory.create(
        definition=boss, from_resource=link.from_resource, to_resource=leia
    )
    path = f"{address(Relationship, 'add')}?definition={boss.source.key}/boss"
    page = steward.send(path, {"from_public_id": "han", "to_public_id": luke.public_id})
    told, explained = page.errors["from_public_id"]
    assert told == "This provider has its one reportsTo already."
    assert f'<a href="{change_page(first)}">han → leia</a>' in explained
    shown = steward.open(change_page(link.from_resource)).text
    assert "may have one only: remove this one" in shown


def test_ends_are_suggested_as_the_definition_allows(
    steward: Pages, source: Source, link: Relationship, office: Profile
) -> None:
    ResourceFactory.create(profile=office, id="far", data={"name": "Cantina"})

    def ids(side: str, text: str) -> list[str]:
        asked = {"definition": f"{source.key}/provider-office", "side": side, "q": text}
        found = steward.client.get(ENDS, asked).json()["ends"]
        return [end["id"] for end in found]

    assert ids("to", "fa") == ["falcon", "far"]
    assert ids("to", "Cantina") == ["far"]
    assert ids("to", "han") == ids("from", "falcon") == ids("to", "") == ids("no", "fa") == []
    assert ids("from", "h") == ["han"]


def test_ends_of_another_source_are_not_suggested(db: None) -> None:
    here, _ = make_place(HERE), make_place(THERE)
    client = somebody(Level.OWNER, here.source)
    answers = [
        client.get(ENDS, {"definition": f"{word}/{word}-r", "side": "to", "q": word}).json()
        for word in (THERE, "timbuktu")
    ]
    assert answers == [{"ends": [], "profile": ""}] * 2
