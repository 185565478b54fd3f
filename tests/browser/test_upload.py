"""Uploads in the browser: real tables and records, and rejects that are corrected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from playwright.sync_api import expect

from ingestion.models import Change, Resource, Task
from profiles.models import Source
from relationships.models import Relationship
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.watching import assert_accessible, assert_fits
from tests.commands.test_real_records import DATA, FACILITIES, FILES, PLANNET
from tests.tasks.doing import lines, upsert, work
from tests.workers import working

pytestmark = pytest.mark.usefixtures("uploads_folder")

UPLOAD = "/admin/ingestion/task/add/"
DRAGGED = {"zip": "address.postalCode", "address": "address.line"}
CHOSEN = {
    "phone": "telecom[0].value",
    "ownership": "managedBy",
    "type": "description",
    "LAT": "position.latitude",
    "LON": "position.longitude",
}
DESKTOP = {"width": 1280, "height": 1400}


@pytest.fixture
def worker(live_server: object, uploads_folder: Path) -> Iterator[None]:
    with working(UPLOADS_OPTIONS=json.dumps({"location": str(uploads_folder)})):
        yield


def sent(person: Person, of: str, file: Path) -> None:
    """To the page on which it is looked through."""
    person.go(UPLOAD)
    person.page.get_by_label("What it holds").select_option(of)
    person.page.get_by_label("File", exact=True).set_input_files(file)
    pressed(person, "Continue")


def pressed(person: Person, button: str) -> None:
    with person.page.expect_navigation():
        person.page.get_by_role("button", name=button, exact=True).click()


def matched(person: Person) -> None:
    for column, property in {**DRAGGED, **CHOSEN}.items():
        person.page.get_by_label(column, exact=True).select_option(property)


def expect_counts(person: Person, **counts: int) -> None:
    for name, count in counts.items():
        expect(person.page.locator(f'[data-count="{name}"]')).to_have_text(f"{count:,}")
    expect(person.page.locator("[data-progress]")).to_have_count(0)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"there are no records in {DATA}")
def test_tables_and_records_go_through_the_page(
    sits_down: SitsDown, stella: User, worker: None
) -> None:
    call_command("define", PLANNET, source="plannet", verbosity=0)
    steward = sits_down(stella, viewport=DESKTOP)
    first, *others = sorted(FACILITIES.glob("*.csv"))
    sent(steward, "RESOURCE:plannet/office", first)
    for column, property in DRAGGED.items():
        chip = steward.page.locator(f'[data-chip="{property}"]')
        chip.drag_to(steward.page.get_by_label(column, exact=True))
        expect(steward.page.get_by_label(column, exact=True)).to_have_value(property)
    for check in (assert_accessible, assert_fits):
        check(steward.page)
    matched(steward)
    pressed(steward, "Dry run")
    expect_counts(steward, created=1_140, refused=0)
    assert not Resource.objects.exists()
    pressed(steward, "Apply")
    expect_counts(steward, created=1_140, refused=0)
    for file in others:
        sent(steward, "RESOURCE:plannet/office", file)
        matched(steward)
        pressed(steward, "Load at once")
        expect_counts(steward, refused=0)
    assert Resource.objects.count() == 6_041
    assert Change.objects.count() == 6_041  # Three rows are in two files, and change nothing.
    hospital = Resource.objects.get(public_id="15").data
    assert hospital["address"]["line"] == ["3100 48 ave"]
    assert str(hospital["position"]["latitude"]) == "54.717240000000004"
    for of, file in zip(
        ("RESOURCE:plannet/provider", "RESOURCE:plannet/office"), FILES[:2], strict=True
    ):
        sent(steward, of, file)
        pressed(steward, "Load at once")
        expect_counts(steward, refused=0)
    sent(steward, "RELATIONSHIP:plannet/provider-office", FILES[2])
    pressed(steward, "Load at once")
    expect_counts(steward, created=2_002, refused=0)
    assert Relationship.objects.count() == 2_002


def test_what_was_refused_is_corrected_by_the_keyboard(steward: Person, source: Source) -> None:
    steward.go(f"{UPLOAD}?of=RESOURCE:{source.key}/provider")
    text = steward.page.get_by_label("Or paste it here")
    steward.tab_to(text)
    steward.page.keyboard.insert_text(lines([upsert("one", name=1), upsert("two")]).decode())
    with steward.page.expect_navigation():
        steward.press("Tab", "Enter")
    to(steward, "Load at once")
    done(steward)
    steward.follow("Refused only")
    refused = steward.page.locator("textarea")
    steward.tab_to(refused)
    steward.press("Control+a")
    steward.page.keyboard.insert_text(json.dumps(upsert("one", name="Jane")))
    expect(steward.page.get_by_label("Send it again")).to_be_checked()
    assert_accessible(steward.page)
    to(steward, "Send the chosen again")
    expect(steward.page.locator(".messagelist")).to_contain_text("It was sent again")
    done(steward)
    expect_counts(steward, created=1, refused=0)
    assert Resource.objects.get(public_id="one").data == {"name": "Jane"}


def test_a_table_is_loaded_without_a_script(
    sits_down: SitsDown, stella: User, source: Source, tmp_path: Path
) -> None:
    steward = sits_down(stella, java_script_enabled=False)
    steward.is_checked = False  # axe-core is a script.
    file = tmp_path / "people.csv"
    file.write_text(",called\n9,Jane\n")
    sent(steward, f"RESOURCE:{source.key}/provider", file)
    expect(steward.page.locator("[data-palette]")).to_be_hidden()
    steward.page.get_by_label("Column 1 (no name)").select_option("id")
    steward.page.get_by_label("called").select_option("name")
    pressed(steward, "Dry run")
    work(Task.objects.get().public_id)
    steward.page.reload()
    expect_counts(steward, created=1)
    pressed(steward, "Apply")
    work(Task.objects.latest("id").public_id)
    assert Resource.objects.get().public_id == "9"


def to(person: Person, button: str) -> None:
    target: Any = person.page.get_by_role("button", name=button, exact=True)
    person.tab_to(target)
    with person.page.expect_navigation():
        person.press("Enter")


def done(person: Person) -> None:
    """The page shows by itself that the task has ended."""
    work(Task.objects.latest("id").public_id)
    expect(person.page.locator("[data-progress]")).to_have_count(0)
    person.page.wait_for_load_state("networkidle")
