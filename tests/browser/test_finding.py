"""Marks for an index, and the lists that are sorted, filtered and searched by it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from profiles.models import Profile, Source
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.test_definitions import ROWS, add_property
from tests.browser.test_lists import expect_listed, open_list
from tests.browser.watching import assert_fits
from tests.factories import ProfileFactory, ResourceFactory
from tests.search.conftest import make_indexes

PLACE: dict[str, Any] = {
    "properties": {
        "name": {"type": "symbol", "indexed": True},
        "beds": {"type": "integer", "indexed": True},
        "opened": {"type": "date", "indexed": True},
        "at": {"type": "geopoint", "indexed": True},
        "kind": {"type": "code", "rules": [{"enum": ["clinic", "lab"]}]},
    }
}


@pytest.fixture
def places(live_server: object, source: Source) -> Profile:
    profile: Profile = ProfileFactory.create(source=source, key="place", body=PLACE)
    make_indexes(profile.pk)
    at = {"latitude": 43.7, "longitude": -79.4}
    for id, data in (
        ("north", {"name": "North Star", "beds": 30, "opened": "2001", "at": at}),
        ("south", {"name": "Southern Cross", "beds": 4, "opened": "2010-05"}),
        ("east", {"name": "Easter House", "beds": 12}),
        ("west", {}),
    ):
        ResourceFactory.create(profile=profile, id=id, data=data)
    return profile


def test_a_heading_sorts_a_list_by_the_keyboard(steward: Person, places: Profile) -> None:
    open_list(steward, places)
    heading = steward.page.get_by_role("columnheader", name="Beds")
    for ids, direction in (
        (("south", "east", "north", "west"), "ascending"),
        (("north", "east", "south", "west"), "descending"),
    ):
        steward.tab_to(heading.get_by_role("link"))
        with steward.page.expect_navigation():
            steward.press("Enter")
        expect_listed(steward, *ids)
        expect(heading).to_have_attribute("aria-sort", direction)


def test_a_list_is_sorted_by_a_choice_and_filtered_by_ranges(
    steward: Person, places: Profile
) -> None:
    open_list(steward, places)
    beds = steward.page.get_by_role("group", name="Beds")
    beds.get_by_label("from", exact=True).fill("5")
    steward.page.get_by_label("Sort by").select_option(label="Beds, descending")
    steward.page.get_by_role("button", name="Filter").click()
    expect_listed(steward, "north", "east")
    name = steward.page.get_by_role("group", name="Name")
    name.get_by_label("begins with").fill("nor")
    steward.page.get_by_role("button", name="Filter").click()
    expect_listed(steward, "north")
    steward.follow("Clear all")
    expect_listed(steward, "west", "east", "south", "north")


@pytest.mark.parametrize("has_script", [True, False])
def test_what_is_near_is_asked_for_in_kilometres(
    sits_down: SitsDown, stella: User, places: Profile, has_script: bool
) -> None:
    person = sits_down(stella, java_script_enabled=has_script)
    person.is_checked = has_script  # axe-core is a script.
    open_list(person, places)
    person.page.locator("summary", has_text="More properties").click()
    at = person.page.get_by_role("group", name="At", exact=True)
    for label, text in (("latitude", "43.8"), ("longitude", "-79.4"), ("within km", "12.5")):
        at.get_by_label(label).fill(text)
    person.page.get_by_role("button", name="Filter").click()
    expect_listed(person, "north")
    expect(person.page).to_have_url(re.compile(r"near=43\.8%2C-79\.4%2C12500$"))
    expect(at.get_by_label("within km")).to_have_value("12.5")


def test_a_search_finds_the_words_of_indexed_texts(steward: Person, places: Profile) -> None:
    open_list(steward, places)
    steward.page.get_by_label("Search", exact=True).fill("hous")
    steward.press("Enter")
    expect_listed(steward, "east")


def test_what_needs_an_index_is_told_with_the_remedy(steward: Person, places: Profile) -> None:
    steward.go(f"/admin/ingestion/resource/?profile={places.source.key}/place&sort=data.kind")
    expect(steward.page.locator(".messagelist")).to_contain_text("Not sorted by data.kind")
    expect_listed(steward, "west", "east", "south", "north")


def test_on_a_telephone_a_sorted_list_fits(
    sits_down: SitsDown, stella: User, places: Profile
) -> None:
    person = sits_down(stella, viewport={"width": 390, "height": 844}, color_scheme="dark")
    person.go(f"/admin/ingestion/resource/?profile={places.source.key}/place&sort=-data.beds")
    assert_fits(person.page)


def test_properties_are_marked_by_boxes(steward: Person, source: Source) -> None:
    profile = Profile.objects.get(source=source, key="provider")
    steward.open(profile)
    born = add_property(steward, "born", "date")
    born.get_by_role("group", name="Indexed").get_by_role("checkbox").check()
    home = add_property(steward, "home", "address")
    home.get_by_role("group", name="Indexed parts").get_by_label("city", exact=True).check()
    expect(steward.input("text")).to_have_value(re.compile(r'"indexed": \[\s*"city"\s*\]'))
    steward.save_well()
    profile.refresh_from_db()
    assert profile.body["properties"]["born"] == {"type": "date", "indexed": True}
    assert profile.body["properties"]["home"] == {"type": "address", "indexed": ["city"]}
    expect(steward.rows(ROWS).last.locator("> details > summary")).to_contain_text("indexed")
    expect(steward.page.locator("section", has_text="Indexes")).to_contain_text("home.city")
