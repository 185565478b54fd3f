"""Rows of arrays and of contained resources, with a mouse."""

from __future__ import annotations

from playwright.sync_api import expect

from ingestion.models import Resource
from tests.browser.people import Person

TAGS, CONTACTS, ROOMS = "data/tags", "data/contacts", "contained/rooms"


def ids(clinic: Resource) -> list[str]:
    """Of the rooms, as they are stored."""
    clinic.refresh_from_db()
    return [room["id"].rpartition("/")[2] for room in clinic.contained["rooms"]]


def test_rows_are_added(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    for tag in ("big", "old"):
        steward.adder(TAGS).click()
        steward.page.keyboard.type(tag)
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.data["tags"] == ["green", "quiet", "big", "old"]


def test_rows_are_added_inside_of_added_ones(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.adder(CONTACTS).click()
    steward.page.keyboard.type("Bob")
    phones = f"{CONTACTS}/n1/phones"
    for number in ("1", "2"):
        steward.adder(phones).click()
        steward.page.keyboard.type(number)
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.data["contacts"][1] == {
        "name": "Bob",
        "phones": [{"number": "1"}, {"number": "2"}],
    }


def test_contained_resources_are_added_inside_of_added_ones(
    steward: Person, clinic: Resource
) -> None:
    steward.open(clinic)
    steward.adder(ROOMS).click()
    steward.page.keyboard.type("R2")
    steward.adder(f"{ROOMS}/n1/contained/machines").click()
    steward.page.keyboard.type("Z-9")
    steward.save_well()
    clinic.refresh_from_db()
    added = clinic.contained["rooms"][2]
    assert added["data"] == {"name": "R2"}
    assert added["contained"]["machines"][0]["data"] == {"model": "Z-9"}


def test_what_is_added_after_a_refusal_is_not_mixed_with_what_was_before(
    steward: Person, clinic: Resource
) -> None:
    steward.open(clinic)
    steward.page.get_by_label("Beds").fill("many")
    steward.adder(TAGS).click()
    steward.page.keyboard.type("before")
    steward.save_in_vain()
    steward.page.get_by_label("Beds").fill("1")
    steward.adder(TAGS).click()
    steward.page.keyboard.type("after")
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.data["tags"] == ["green", "quiet", "before", "after"]


def test_no_more_are_added_than_there_may_be(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.adder("contained/garden").click()
    expect(steward.adder("contained/garden")).to_be_hidden()
    garden = steward.rows("contained/garden")
    expect(garden.get_by_role("button", name="Duplicate")).to_be_hidden()
    garden.get_by_label("Remove").check()
    expect(steward.adder("contained/garden")).to_be_visible()


def test_rows_are_moved(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.rows(ROOMS).first.get_by_role("button", name="Move down").last.click()
    assert steward.titles(ROOMS) == ["R1, 1", "R0, 0, X-1"]
    steward.save_well()
    assert ids(clinic) == ["r1", "r0"]


def test_a_moved_row_is_still_known_for_what_it_was(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.rows(ROOMS).last.get_by_role("button", name="Move up").click()
    steward.rows(ROOMS).first.get_by_label("Floor").fill("9")
    steward.save_well()
    assert ids(clinic) == ["r1", "r0"]
    assert [room["data"]["floor"] for room in clinic.contained["rooms"]] == [9, 0]


def test_a_duplicate_has_what_was_typed_and_another_id(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    first = steward.rows(ROOMS).first
    first.get_by_label("Floor").fill("7")
    first.get_by_role("button", name="Duplicate").last.click()
    steward.save_well()
    first_id, copy_id, _ = ids(clinic)
    one, copy, _ = clinic.contained["rooms"]
    assert copy_id != first_id == "r0"
    assert copy["data"] == one["data"] == {"name": "R0", "floor": 7}
    machines = [room["contained"]["machines"][0]["data"] for room in (one, copy)]
    assert machines[0] == machines[1]


def test_a_duplicate_has_what_was_chosen(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.input("identifiers/0/use").select_option(index=1)
    steward.rows("identifiers").first.get_by_role("button", name="Duplicate").click()
    steward.input("identifiers/n1/value").fill("124")
    steward.save_well()
    clinic.refresh_from_db()
    one, copy = clinic.identifiers
    assert one["use"] == copy["use"]


def test_rows_are_removed(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.rows(ROOMS).first.get_by_label("Remove").last.check()
    steward.rows(TAGS).last.get_by_label("Remove").check()
    expect(steward.page.locator(f'[data-rows="{ROOMS}"] > legend')).to_contain_text("Rooms 1")
    steward.save_well()
    assert ids(clinic) == ["r1"]
    assert clinic.data["tags"] == ["green"]


def test_what_was_to_be_removed_can_stay(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    box = steward.rows(ROOMS).first.get_by_label("Remove").last
    box.check()
    expect(steward.input(f"{ROOMS}/0/data/name")).to_be_hidden()
    box.uncheck()
    expect(steward.input(f"{ROOMS}/0/data/name")).to_be_visible()
    steward.save_well()
    assert ids(clinic) == ["r0", "r1"]


def test_rows_are_closed_and_opened(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    name = steward.input(f"{ROOMS}/1/data/name")
    steward.rows(ROOMS).last.locator("summary").first.click()
    expect(name).to_be_hidden()
    steward.page.get_by_role("button", name="Open or close all").first.click()
    expect(name).to_be_visible()
    steward.page.get_by_role("button", name="Open or close all").first.click()
    expect(name).to_be_hidden()


def test_a_row_is_titled_by_what_is_typed(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.input(f"{ROOMS}/1/data/name").fill("Kitchen")
    assert steward.titles(ROOMS)[1] == "Kitchen, 1"
