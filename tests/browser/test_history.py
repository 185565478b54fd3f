"""What became of a record: looked at, compared, put back, deleted and brought back again."""

from __future__ import annotations

from django.contrib.auth.models import User
from playwright.sync_api import expect

from ingestion.models import Change, Resource
from tests.admin.pages import change_page
from tests.admin.past import comparison, newest, page_of
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.test_looking import LOOKS, assert_good


def say(person: Person, reason: str, button: str) -> None:
    person.page.get_by_label("Reason").fill(reason)
    with person.page.expect_navigation():
        person.page.get_by_role("button", name=button).click()


def expect_told(person: Person, text: str) -> None:
    expect(person.page.locator(".messagelist")).to_contain_text(text)


def edit(person: Person, clinic: Resource, beds: str) -> None:
    person.open(clinic)
    person.page.get_by_label("Beds").fill(beds)
    person.page.get_by_label("Reason").fill(f"There are {beds} beds now.")
    person.save_well()


def test_a_version_is_compared_and_put_back(steward: Person, clinic: Resource) -> None:
    for beds in ("20", "30"):
        edit(steward, clinic, beds)
    steward.follow("History")
    entries = steward.page.locator(".h-entry")
    expect(entries).to_have_count(3)
    expect(entries.first).to_contain_text("There are 30 beds now.")
    expect(entries.first.locator(".h-mark")).to_contain_text("± Beds")
    steward.page.get_by_label("As the older one: version 1").check()
    with steward.page.expect_navigation():
        steward.page.get_by_role("button", name="Compare the chosen versions").click()
    line = steward.page.get_by_role("row", name="Beds")
    expect(line).to_contain_text("± changed")
    expect(line.locator("td")).to_have_text(["12", "30"])
    steward.follow("Restore version 1")
    expect(steward.page.get_by_role("row", name="Beds").locator("td")).to_have_text(["30", "12"])
    steward.page.get_by_role("button", name="Restore it").click()
    expect(steward.page.locator(".reason-faults")).to_have_text("Say why.")
    say(steward, "The new wing is closed.", "Restore it")
    expect_told(steward, "Version 1 was restored: it is version 4 now.")
    expect(entries.first).to_contain_text("The new wing is closed.")
    assert Resource.objects.get(pk=clinic.pk).data["beds"] == 12


def test_a_deleted_record_is_brought_back(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.follow("Delete")
    say(steward, "It was closed.", "Yes, I’m sure")
    steward.follow("look at it, or bring it back")
    expect(steward.page.locator(".h-entry").first).to_contain_text("It was closed.")
    steward.follow("Bring it back")
    say(steward, "It is open again.", "Bring it back")
    expect_told(steward, "It is back, as it was in version 1.")
    steward.follow("Edit")
    expect(steward.input("data/name")).to_have_value("South Clinic")


def test_whoever_comes_second_restores_nothing_of_theirs(
    steward: Person, sits_down: SitsDown, stella: User, clinic: Resource
) -> None:
    edit(steward, clinic, "20")
    first = Change.objects.get(record_id=clinic.pk, version=1)
    steward.go(page_of(first, "restore"))
    edit(sits_down(stella), clinic, "40")
    say(steward, "It was right before.", "Restore it")
    expect(steward.page.get_by_role("alert")).to_contain_text("somebody else has changed this")
    expect(steward.page.get_by_label("Reason")).to_have_value("It was right before.")
    assert newest("south").data["beds"] == 40


def test_the_pages_of_history_are_good(sits_down: SitsDown, stella: User, clinic: Resource) -> None:
    """In the dark, on a telephone; the tests above see the others."""
    edit(sits_down(stella), clinic, "20")
    last = newest("south")
    first = Change.objects.get(record_id=clinic.pk, version=1)
    steward = sits_down(stella, **LOOKS[1])
    steward.open(clinic)
    for path in (
        page_of(last),
        comparison(None, last),
        page_of(first, "version"),
        page_of(first, "restore"),
        change_page(clinic).replace("change", "delete"),
    ):
        steward.go(path)
        assert_good(steward)
