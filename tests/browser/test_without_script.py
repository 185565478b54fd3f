"""All but adding rows goes without JavaScript."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from ingestion.models import Resource
from tests.browser.conftest import SitsDown
from tests.browser.people import Person

ROOMS = "contained/rooms"


@pytest.fixture
def steward(sits_down: SitsDown, stella: User) -> Person:
    person = sits_down(stella, java_script_enabled=False)
    person.is_checked = False  # axe-core is a script.
    return person


def test_a_record_is_changed(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.page.get_by_label("Beds").fill("15")
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.data["beds"] == 15


def test_rows_are_removed_by_a_box(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.input("data/tags/0~remove").check()
    steward.input(f"{ROOMS}/1~remove").check()
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.data["tags"] == ["quiet"]
    assert len(clinic.contained["rooms"]) == 1


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        ({1: "1"}, ["quiet", "green"]),
        ({0: "2"}, ["quiet", "green"]),
        ({0: "9"}, ["quiet", "green"]),
        ({0: "last"}, ["green", "quiet"]),
        ({0: "2", 1: "1"}, ["quiet", "green"]),
    ],
)
def test_rows_go_to_the_position_that_is_typed(
    steward: Person, clinic: Resource, positions: dict[int, str], expected: list[str]
) -> None:
    steward.open(clinic)
    for row, position in positions.items():
        steward.input(f"data/tags/{row}~position").fill(position)
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.data["tags"] == expected


def test_faults_are_shown_and_linked(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    floor = steward.input(f"{ROOMS}/1/data/floor")
    floor.fill("up there")
    summary = steward.save_in_vain()
    summary.get_by_role("link").click()
    expect(floor).to_be_in_viewport()
    expect(floor).to_have_value("up there")


def test_who_cannot_add_a_row_is_led_to_the_json(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.page.locator("noscript").get_by_role("link", name="JSON").click()
    tags = steward.page.get_by_label("Data")
    tags.fill(tags.input_value().replace('"quiet"', '"quiet", "new"'))
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.data["tags"][-1] == "new"


def test_no_button_is_shown_that_needs_a_script(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    expect(steward.page.locator(".r-tree button").locator("visible=true")).to_have_count(0)
