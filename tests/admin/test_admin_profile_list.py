"""The list of one profile's resources."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from ingestion.models import Resource
from profiles.models import Profile, ProfileDisplay, Source
from tests import examples
from tests.admin.conftest import signed_in
from tests.admin.every_page import INLINE
from tests.admin.pages import Page, Pages, address
from tests.factories import (
    ProfileFactory,
    ResourceFactory,
    SourceFactory,
    SourceRoleFactory,
    UserFactory,
)

PERSON: dict[str, Any] = {
    "properties": {
        "name": {"type": "humanname"},
        "active": {"type": "boolean"},
        "rank": {"type": "integer"},
        "grade": {"type": "code", "rules": [{"enum": ["a", "b"]}]},
        "home": {"type": "address"},
        "in": {"type": "array", "items": {"type": "symbol"}},
    }
}


@pytest.fixture
def person(source: Source) -> Profile:
    profile: Profile = ProfileFactory.create(source=source, key="person", body=PERSON)
    return profile


def listed(pages: Pages, profile: Profile, **parameters: str) -> Page:
    return pages.list(Resource, profile=f"{profile.source.key}/{profile.key}", **parameters)


def person_named(profile: Profile, id: str, given: str = "", **data: Any) -> Resource:
    name = {"given": [given], "family": "Okafor"} if given else {}
    resource: Resource = ResourceFactory.create(profile=profile, id=id, data={"name": name, **data})
    return resource


def cells(page: Page) -> list[list[str]]:
    """What stands in each row."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.text.partition("<tbody>")[2], re.DOTALL)
    texts = [re.findall(r"<t[dh] class=\"field[^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    return [[re.sub("<.*?>", "", text) for text in row] for row in texts]


# What is shown


def test_the_columns_follow_the_profile(steward: Pages, person: Profile) -> None:
    person_named(person, "ada", "Ada", active=True, rank=7, grade="b")
    person_named(person, "none")
    page = listed(steward, person)
    assert page.rows == ["none", "ada"]
    (none, ada) = cells(page)
    assert ada[:5] == ["ada", "Ada Okafor", "Yes", "7", "b"]
    assert none[:5] == ["none", "-", "-", "-", "-"]


def test_the_columns_are_those_that_were_chosen(steward: Pages, person: Profile) -> None:
    ProfileDisplay.objects.create(
        profile=person, titled=["home.city", "gone"], listed=["in", "home", "name.family"]
    )
    home = {"city": "Toronto", "line": ["1 Main Street"]}
    person_named(person, "ada", "Ada", home=home, **{"in": ["a", "b"]})
    (ada,) = cells(listed(steward, person))
    assert ada[:5] == ["ada", "Toronto", "a, b", "1 Main Street, Toronto", "Okafor"]


def test_what_is_stored_is_shown_and_never_run(steward: Pages, provider: Profile) -> None:
    ResourceFactory.create(profile=provider, data={"name": "<script>1</script>"})
    assert b"&lt;script&gt;1" in listed(steward, provider).response.content


def test_a_list_is_of_its_profile_only(steward: Pages, provider: Profile, office: Profile) -> None:
    elsewhere = ProfileFactory.create(key="provider")
    for profile, id in ((provider, "han"), (office, "falcon"), (elsewhere, "luke")):
        ResourceFactory.create(profile=profile, id=id)
    assert listed(steward, provider).rows == ["han"]


def test_a_list_fetches_no_more_than_it_shows(steward: Pages, person: Profile) -> None:
    ResourceFactory.create(profile=person, id="a", data={"home": {"text": "secret"}})
    (row,) = listed(steward, person).context["cl"].result_list
    assert {"data", "contained", "identifiers"} <= row.get_deferred_fields()


# Pages


def test_pages_go_both_ways_and_hold_every_row_once(steward: Pages, provider: Profile) -> None:
    for number in range(101):
        ResourceFactory.create(profile=provider, id=f"r{number}")
    first = listed(steward, provider)
    second = steward.open(address(Resource, "changelist") + first.context["cl"].next_page)
    third = steward.open(address(Resource, "changelist") + second.context["cl"].next_page)
    assert [len(page.rows) for page in (first, second, third)] == [50, 50, 1]
    assert first.rows + second.rows + third.rows == [f"r{n}" for n in reversed(range(101))]
    assert first.context["cl"].previous_page is third.context["cl"].next_page is None
    back = steward.open(address(Resource, "changelist") + third.context["cl"].previous_page)
    assert back.rows == second.rows
    start = steward.open(address(Resource, "changelist") + back.context["cl"].previous_page)
    assert start.rows == first.rows
    assert start.context["cl"].previous_page is None


def test_a_page_keeps_what_is_filtered_and_searched(steward: Pages, person: Profile) -> None:
    for number in range(51):
        person_named(person, f"r{number}", "Ada", rank=number % 2 * 0)
    page = listed(steward, person, q="r", **{"data.rank": "0"})
    link = page.context["cl"].next_page
    assert "data.rank=0" in link
    assert "q=r" in link
    assert len(steward.open(address(Resource, "changelist") + link).rows) == 1


@pytest.mark.parametrize(
    "position", ["x", "2024", "2024-01-01T00:00:00,a", "2024-01-01T00:00:00+00:00,", ",", "é,é"]
)
@pytest.mark.parametrize("way", ["after", "before"])
def test_a_page_that_there_is_not_is_the_first(
    steward: Pages, provider: Profile, way: str, position: str
) -> None:
    ResourceFactory.create(profile=provider, id="han")
    page = listed(steward, provider, **{way: position})
    assert page.rows == ["han"]
    assert page.messages == ["There is no such page: this is the first."]


def test_nothing_is_counted_unless_asked(steward: Pages, provider: Profile) -> None:
    ResourceFactory.create(profile=provider)
    assert listed(steward, provider).context["cl"].count is None
    page = listed(steward, provider, count="1")
    assert page.context["cl"].count == 1
    assert "1 resource" in page.text


# Filters


def test_a_list_is_filtered_by_any_property(steward: Pages, person: Profile) -> None:
    person_named(person, "a", "Ada", active=True, home={"city": "Toronto"})
    person_named(person, "b", "Bo", active=False, **{"in": ["x"]})
    assert listed(steward, person, **{"data.active": "true"}).rows == ["a"]
    assert listed(steward, person, **{"data.home.city": "Toronto"}).rows == ["a"]
    assert listed(steward, person, **{"data.in": "x"}).rows == ["b"]
    assert listed(steward, person, **{"data.home__isnull": "true"}).rows == ["b"]
    assert listed(steward, person, **{"data.name.given__in": "Ada,Bo"}).rows == ["b", "a"]


def test_what_a_filter_is_left_empty_is_not_asked_for(steward: Pages, person: Profile) -> None:
    person_named(person, "a")
    page = listed(steward, person, **{"data.rank": "", "data.active__isnull": "", "q": ""})
    assert page.rows == ["a"]
    request: Any = page.context["request"]
    assert request.GET.dict() == {"profile": f"{person.source.key}/person"}


def test_a_fault_stands_beside_its_input(steward: Pages, person: Profile) -> None:
    person_named(person, "a")
    page = listed(steward, person, **{"data.rank": "seven", "data.nmae": "x"})
    assert page.rows == []
    assert "Must be a whole number." in page.text
    assert "There is no filter data.nmae." in page.text
    assert 'value="seven"' in page.text


def test_filters_fit_the_types(steward: Pages, person: Profile) -> None:
    page = listed(steward, person)
    for name in ("data.active", "data.grade", "data.home.use"):
        assert f'<select id="{name}"' in page.text
    assert re.search(r'<input type="text" id="data.rank"[^>]* inputmode="numeric"', page.text)
    assert '"data.home"' not in page.text
    assert '<select id="data.home__isnull"' in page.text


def test_every_input_of_the_page_has_a_label(steward: Pages, person: Profile) -> None:
    text = listed(steward, person).text
    for tag in re.findall(r"<(?:input|select)[^>]*>", text.partition('class="filter-panel"')[2]):
        if 'type="hidden"' not in tag and 'type="submit"' not in tag:
            id = re.search(r'id="([^"]+)"', tag)
            assert "aria-label" in tag or (id and f'for="{id[1]}"' in text), tag


# Search


def test_a_resource_is_found_by_the_beginning_of_its_id(steward: Pages, person: Profile) -> None:
    for id in ("han", "hanna", "leia", "h"):
        person_named(person, id)
    assert listed(steward, person, q="han").rows == ["hanna", "han"]
    assert listed(steward, person, q="an").rows == []
    assert listed(steward, person, q="HAN").rows == []


def test_a_resource_is_found_by_its_identifier(steward: Pages, provider: Profile) -> None:
    identifier = [{"system": "urn:npi", "value": "7"}]
    ResourceFactory.create(profile=provider, id="han", meta={"identifier": identifier})
    ResourceFactory.create(profile=provider, id="leia")
    assert listed(steward, provider, q="urn:npi:7").rows == ["han"]


def test_a_resource_is_found_by_its_title(steward: Pages, person: Profile) -> None:
    person_named(person, "a", "Ada")
    person_named(person, "b", "Bo")
    assert listed(steward, person, q="Ada").rows == ["a"]
    assert listed(steward, person, q="Okafor").rows == ["b", "a"]
    assert listed(steward, person, q="Ada Okafor").rows == ["a"]
    assert listed(steward, person, q="Okafor Bo").rows == ["b"]
    assert listed(steward, person, q="Ada Han").rows == []


def test_a_title_of_several_words_is_found_whole(steward: Pages, provider: Profile) -> None:
    ResourceFactory.create(profile=provider, id="a", data={"name": "South West Clinic"})
    assert listed(steward, provider, q="South West Clinic").rows == ["a"]
    assert listed(steward, provider, q="South West").rows == []


@pytest.mark.parametrize("text", ["%", "_", "'", '"', "\\", "a:b:c", "é", "x" * 300, "((", "$1"])
def test_a_search_for_anything_is_no_crash(steward: Pages, person: Profile, text: str) -> None:
    person_named(person, "a")
    assert listed(steward, person, q=text).rows == []


# Choosing a profile


def test_without_a_profile_there_is_a_choice_of_them(
    steward: Pages, provider: Profile, office: Profile
) -> None:
    page = steward.list(Resource)
    for key in ("provider", "office"):
        assert f"?profile={provider.source.key}/{key}" in page.text
    assert f"{provider.source.key}/paymentMethod" in page.text, "a profile is ROOT by default"


def test_what_is_only_contained_is_no_choice(steward: Pages, source: Source) -> None:
    ProfileFactory.create(source=source, key="card", body={"type": "CONTAINED", "properties": {}})
    assert f"{source.key}/card" not in steward.list(Resource).text


def test_a_choice_can_be_searched(steward: Pages, provider: Profile) -> None:
    other = ProfileFactory.create(source=SourceFactory.create(name="Zürich"), key="luke")
    page = steward.list(Resource, find="Züri")
    assert f"?profile={other.source.key}/luke" in page.text
    assert f"?profile={provider.source.key}/provider" not in page.text


@pytest.mark.parametrize("name", ["nonsense", "a/b", "/", "a/", "%00/x", "a/b/c"])
def test_a_profile_that_there_is_not_leads_to_the_choice(steward: Pages, name: str) -> None:
    page = steward.list(Resource, profile=name)
    assert page.status == 200
    assert "There is no profile" in page.text


def test_a_retired_profile_has_no_list(steward: Pages, source: Source) -> None:
    profile = ProfileFactory.create(source=source, key="old")
    steward.delete(profile)
    assert "There is no profile" in listed(steward, profile).text


def test_profiles_show_about_how_many_there_are(steward: Pages, provider: Profile) -> None:
    for _ in range(12):
        ResourceFactory.create(profile=provider)
    assert "about" not in steward.list(Resource).text
    with connection.cursor() as database:
        database.execute("ANALYZE ingestion_resource")
    assert "about 12" in steward.list(Resource).text
    assert "about 12" in listed(steward, provider).text


# Who


def test_a_viewer_sees_the_list_and_a_stranger_does_not(
    viewer: Pages, provider: Profile, db: None
) -> None:
    ResourceFactory.create(profile=provider, id="han")
    assert listed(viewer, provider).rows == ["han"]
    name = {"profile": f"{provider.source.key}/provider"}
    path = address(Resource, "changelist")
    assert Client().get(path, name).headers["Location"].startswith("/admin/login/")
    assert signed_in().get(path, name).status_code == 403
    assert signed_in().get(path).status_code == 403


def test_somebody_sees_the_lists_of_their_sources_only(db: None, provider: Profile) -> None:
    elsewhere = ProfileFactory.create(key="secret")
    for profile in (provider, elsewhere):
        ResourceFactory.create(profile=profile, id="han")
    user = UserFactory.create()
    SourceRoleFactory.create(user=user, source=provider.source)
    client = Client()
    client.force_login(user)
    pages = Pages(client)
    assert listed(pages, provider).rows == ["han"]
    assert "There is no profile" in listed(pages, elsewhere).text
    for page in (pages.list(Resource), pages.list(Resource, find="se"), listed(pages, provider)):
        assert "/secret" not in page.text


def test_the_examples_of_the_seed_have_a_list(steward: Pages, provider: Profile) -> None:
    assert examples.PROVIDER["properties"].keys() >= {"name", "practiceNumber"}
    ResourceFactory.create(
        profile=provider, id="a", data={"name": "Ada", "practiceNumber": 7, "specialities": ["x"]}
    )
    assert cells(listed(steward, provider))[0][:3] == ["a", "Ada", "7"]


def test_a_search_that_finds_too_much_says_so(
    steward: Pages, provider: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.admin.resources.MOST_FOUND", 2)
    monkeypatch.setattr("ingestion.admin.listing.MOST_FOUND", 2)
    for id in ("c", "b", "a"):
        ResourceFactory.create(profile=provider, id=f"x{id}", data={"name": id})
    page = listed(steward, provider, q="x")
    assert page.rows == ["xa", "xb"]
    assert page.messages == ["Only 2 of what was found is listed: say more."]
    filtered = listed(steward, provider, q="x", **{"data.name": "c"})
    assert filtered.rows == ["xc"], "a search is among what the filters leave"


def test_who_may_choose_the_columns_is_led_there(
    steward: Pages, viewer: Pages, provider: Profile
) -> None:
    assert "/display/" in listed(steward, provider).text
    assert "/display/" not in listed(viewer, provider).text


def test_a_resource_is_added_to_the_profile_that_is_listed(
    steward: Pages, provider: Profile
) -> None:
    link = re.search(r'href="([^"]+)" class="addlink">Add provider', listed(steward, provider).text)
    assert link
    page = steward.open(link[1])
    assert "public_id" in page.form.fields


def test_no_page_of_a_list_holds_a_script_or_style_of_its_own(
    steward: Pages, viewer: Pages, person: Profile
) -> None:
    row = person_named(person, "ada", "Ada")
    name = f"{person.source.key}/person"
    action = {"action": "set_property", "_selected_action": str(row.pk)}
    question = steward.send(f"{address(Resource, 'changelist')}?profile={name}", action)
    lists = [listed(pages, person, **{"data.rank": "x"}) for pages in (steward, viewer)]
    for page in (question, *lists, listed(viewer, person)):
        assert not INLINE.search(page.response.content.decode())
