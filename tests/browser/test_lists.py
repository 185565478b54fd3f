"""A profile's list: filtered, searched, paged, and acted on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ingestion.models import Resource
from profiles.models import Profile, Source
from relationships.models import Relationship
from tests.admin.pages import address
from tests.browser.people import Person
from tests.factories import ProfileFactory, RelationshipFactory, ResourceFactory

PLACE = {
    "properties": {
        "name": {"type": "symbol"},
        "kind": {"type": "code", "rules": [{"enum": ["clinic", "lab"]}]},
        "isOpen": {"type": "boolean"},
    }
}


@pytest.fixture
def places(live_server: object, source: Source) -> Profile:
    profile: Profile = ProfileFactory.create(source=source, key="place", body=PLACE)
    for id, kind in (("north", "clinic"), ("south", "lab"), ("east", "lab")):
        data = {"name": f"The {id}", "kind": kind}
        ResourceFactory.create(profile=profile, id=id, data=data)
    return profile


def open_list(person: Person, profile: Profile) -> None:
    list_page = address(Resource, "changelist")
    person.go(f"{list_page}?profile={profile.source.key}/{profile.key}")


def expect_listed(person: Person, *ids: str) -> None:
    expect(person.page.locator("#result_list tbody th")).to_have_text(list(ids))


def test_a_list_shows_what_a_filter_leaves(steward: Person, places: Profile) -> None:
    open_list(steward, places)
    expect_listed(steward, "east", "south", "north")
    steward.input("data.kind").select_option("lab")
    steward.page.get_by_role("button", name="Filter").click()
    expect_listed(steward, "east", "south")
    steward.follow("Clear all")
    expect_listed(steward, "east", "south", "north")


def test_a_search_finds_by_the_beginning_of_an_id(steward: Person, places: Profile) -> None:
    open_list(steward, places)
    steward.page.get_by_label("Search", exact=True).fill("nor")
    steward.press("Enter")
    expect_listed(steward, "north")


def test_pages_lead_on_and_back(
    steward: Person, places: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.admin.resources.ResourceAdmin.list_per_page", 2)
    open_list(steward, places)
    expect_listed(steward, "east", "south")
    steward.follow("Next ›")
    expect_listed(steward, "north")
    steward.follow("‹ Previous")
    expect_listed(steward, "east", "south")


def select(person: Person, id: str) -> None:
    person.page.get_by_role("row", name=id).get_by_role("checkbox").check()


def act(person: Person, action: str) -> None:
    person.input("action").select_option(label=action)
    person.page.get_by_role("button", name="Go").click()


def test_one_property_is_set_on_all_selected(steward: Person, places: Profile) -> None:
    open_list(steward, places)
    select(steward, "north")
    select(steward, "south")
    act(steward, "Set a property of selected resources")
    steward.page.get_by_label("Property").select_option("kind")
    steward.page.get_by_label("Value").fill("clinic")
    steward.page.get_by_role("button", name="Set it").click()
    expect(steward.page.locator(".messagelist")).to_contain_text("1")
    kinds = dict(Resource.objects.values_list("public_id", "data__kind"))
    assert kinds == {"north": "clinic", "south": "clinic", "east": "lab"}


def test_a_deletion_tells_first_what_goes_along(steward: Person, source: Source) -> None:
    profile = Profile.objects.get(source=source, key="office")
    office = ResourceFactory.create(profile=profile, id="west")
    provider = ResourceFactory.create(profile=source.profile_set.get(key="provider"), id="ada")
    definition = source.relationshipdefinition_set.get()
    RelationshipFactory.create(definition=definition, from_resource=provider, to_resource=office)
    open_list(steward, profile)
    select(steward, "west")
    act(steward, "Delete selected resources")
    expect(steward.page.locator("#content")).to_contain_text("Relationships: 1")
    steward.page.get_by_label("Reason").fill("It was closed.")
    steward.page.get_by_role("button", name="Yes, I’m sure").click()
    expect(steward.page.locator(".messagelist").first).to_be_visible()
    assert not Resource.objects.filter(public_id="west").exists()
    assert not Relationship.objects.exists()
