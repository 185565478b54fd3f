"""Rows, with the keyboard only, and what is told to those who listen."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from ingestion.models import Resource
from tests.browser.people import Person

TAGS, ROOMS = "data/tags", "contained/rooms"


def tool(row: Locator, name: str) -> Locator:
    """Of the row itself, and not of those in it."""
    return row.locator("> .r-tools").get_by_role("button", name=name)


def test_a_row_is_added_and_has_the_focus(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.tab_to(steward.adder(TAGS))
    steward.press("Enter")
    expect(steward.last_input(TAGS)).to_be_focused()
    steward.expect_said("Added.")


def test_a_moved_row_keeps_the_focus(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    button = tool(steward.rows(TAGS).first, "Move down")
    steward.tab_to(button)
    steward.press("Space")
    steward.expect_said("Moved to place 2 of 2.")
    expect(tool(steward.rows(TAGS).last, "Move down")).to_be_focused()
    steward.press("Space")
    steward.expect_said("This is the last.")
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.data["tags"] == ["quiet", "green"]


def test_a_duplicate_has_the_focus(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.tab_to(steward.rows(ROOMS).first.locator("summary").first)
    steward.press("Enter")
    steward.tab_to(tool(steward.rows(ROOMS).first, "Duplicate"))
    steward.press("Enter")
    expect(steward.input(f"{ROOMS}/n1/data/name")).to_be_focused()
    steward.expect_said("Duplicated.")


def test_a_row_is_removed_and_stays_after_all(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    box = steward.rows(TAGS).first.get_by_label("Remove")
    steward.tab_to(box)
    steward.press("Space")
    steward.expect_said("Removed when you save.")
    steward.press("Space")
    steward.expect_said("Stays.")
    expect(box).to_be_focused()


def test_a_row_is_closed_and_opened(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    name = steward.input(f"{ROOMS}/0/data/name")
    steward.tab_to(steward.rows(ROOMS).first.locator("summary").first)
    steward.press("Enter")
    expect(name).to_be_hidden()
    steward.press("Enter")
    expect(name).to_be_visible()


def test_a_form_is_saved(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.tab_to(steward.page.get_by_label("Beds"))
    steward.page.keyboard.type("15")
    steward.press("Enter")
    expect(steward.page.locator(".messagelist")).to_be_visible()
    clinic.refresh_from_db()
    assert clinic.data["beds"] == 15
    steward.is_checked = False  # It leads to the list, which is looked at elsewhere.
