"""Two stewards change one record at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from ingestion.models import Resource
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.watching import assert_accessible
from tests.factories import UserFactory


@pytest.fixture
def other(sits_down: SitsDown) -> Person:
    return sits_down(UserFactory.create(username="otto", is_superuser=True))


def differences(steward: Person) -> Locator:
    shown = steward.page.locator(".r-differences")
    expect(shown).to_be_visible()
    assert_accessible(steward.page)
    return shown.locator("tbody tr")


def both_change(clinic: Resource, steward: Person, other: Person) -> None:
    """The number of beds; the steward comes second."""
    steward.open(clinic)
    other.open(clinic)
    other.page.get_by_label("Beds").fill("20")
    other.save_well()
    steward.page.get_by_label("Beds").fill("30")
    steward.save_in_vain()


def test_what_does_not_touch_is_merged(steward: Person, other: Person, clinic: Resource) -> None:
    steward.open(clinic)
    other.open(clinic)
    other.page.get_by_label("Beds").fill("20")
    other.save_well()
    steward.page.get_by_label("Opened").fill("2002")
    steward.save_in_vain()
    expect(differences(steward)).to_have_count(2)
    expect(steward.input("data/beds")).to_have_value("20")
    expect(steward.input("data/opened")).to_have_value("2002")
    clinic.refresh_from_db()
    assert clinic.data["opened"] == "2001-05"
    steward.save_well()
    clinic.refresh_from_db()
    assert (clinic.data["beds"], clinic.data["opened"]) == (20, "2002")


def test_three_versions_are_shown(steward: Person, other: Person, clinic: Resource) -> None:
    both_change(clinic, steward, other)
    cells = differences(steward).locator("td").all_inner_texts()
    assert cells[:3] == ["12", "20", "30"]


def test_mine_stays_if_i_save_again(steward: Person, other: Person, clinic: Resource) -> None:
    both_change(clinic, steward, other)
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.data["beds"] == 30


def test_theirs_is_taken_if_i_say_so(steward: Person, other: Person, clinic: Resource) -> None:
    both_change(clinic, steward, other)
    steward.page.get_by_label("Take theirs for Data › Beds").check()
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.data["beds"] == 20


def test_rows_that_both_added_are_both_there(
    steward: Person, other: Person, clinic: Resource
) -> None:
    for person in (steward, other):
        person.open(clinic)
        person.adder("contained/rooms").click()
    other.page.keyboard.type("Theirs")
    other.save_well()
    steward.page.keyboard.type("Mine")
    steward.save_in_vain()
    steward.save_well()
    clinic.refresh_from_db()
    names = {room["data"]["name"] for room in clinic.contained["rooms"]}
    assert names == {"R0", "R1", "Theirs", "Mine"}
