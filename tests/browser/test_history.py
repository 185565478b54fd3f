"""What became of a record: looked at, compared, put back, deleted and brought back again."""

from __future__ import annotations

from django.contrib.auth.models import User
from playwright.sync_api import expect

from ingestion.models import Change, Resource
from profiles.definitions import profiles
from tests.admin.pages import change_page
from tests.admin.past import comparison, newest, page_of, remove
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
    steward.follow("Undo this change")
    say(steward, "It was closed indeed.", "Yes, I’m sure")
    steward.go(page_of(newest("south")))
    steward.follow("Undo this change")
    say(steward, "It is open again.", "Bring it back")
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


def narrow(clinic: Resource) -> None:
    """The profile asks for more beds, and no more for when a clinic was opened."""
    body = clinic.profile.body
    beds = {"type": "integer", "rules": [{"min": 20}]}
    left = {key: one for key, one in body["properties"].items() if key != "opened"}
    body = {**body, "properties": {**left, "beds": beds}}
    profiles.save(clinic.source.key, clinic.profile.key, body, actor="test")


def test_what_fits_no_more_is_corrected_in_the_form(
    sits_down: SitsDown, stella: User, clinic: Resource
) -> None:
    """In the dark, on a telephone."""
    steward = sits_down(stella, **LOOKS[1])
    page = steward.page
    edit(steward, clinic, "30")
    narrow(clinic)
    first = Change.objects.get(record_id=clinic.pk, version=1)
    steward.go(page_of(first, "restore"))
    say(steward, "It was right before.", "Restore it")
    expect(page.get_by_role("alert")).to_contain_text("Must be at least 20.")
    assert_good(steward)
    with page.expect_navigation():
        page.get_by_role("button", name="Correct it in its form").click()
    expect(page.get_by_role("heading", name="Filled with version 1")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("It was right before.")
    expect(steward.input("data/beds")).to_have_value("12")
    expect(page.get_by_role("region", name="The profile has no property")).to_contain_text("opened")
    assert_good(steward)
    page.get_by_role("link", name="Data › Beds").click()
    expect(steward.input("data/beds")).to_be_focused()
    steward.press("Control+A", "2", "5")
    expect(steward.save_in_vain()).to_contain_text("opened")
    page.get_by_label("Leave all of it out when I save").check()
    page.get_by_label("Reason").fill("As before, with the new wing.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".h-entry").first).to_contain_text("As before, with the new wing.")
    clinic.refresh_from_db()
    assert (clinic.data["beds"], "opened" in clinic.data) == (25, False)
    remove(clinic.profile, clinic.public_id)
    steward.go(page_of(first, "edit"))
    expect(page.get_by_role("heading", name="Bring back south")).to_be_visible()
    expect(page.get_by_label("Id", exact=True).first).to_be_disabled()
    assert_good(steward)


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
