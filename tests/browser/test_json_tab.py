"""The same record as text, for experts."""

from __future__ import annotations

from playwright.sync_api import expect

from ingestion.models import Resource
from tests.browser.people import Person


def open_json(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.follow("JSON")
    expect(steward.page.get_by_label("Data:")).to_be_visible()


def test_a_record_is_changed_as_text(steward: Person, clinic: Resource) -> None:
    open_json(steward, clinic)
    steward.page.get_by_label("Data:").fill('{"name": "S", "rating": 1.10}')
    steward.save_well()
    steward.follow("Form")
    expect(steward.page.get_by_label("Rating")).to_have_value("1.10")


def test_text_that_is_refused_stays(steward: Person, clinic: Resource) -> None:
    open_json(steward, clinic)
    steward.page.get_by_label("Data:").fill('{"name": ')
    steward.save()
    expect(steward.page.locator(".errornote")).to_be_visible()
    expect(steward.page.get_by_label("Data:")).to_have_value('{"name": ')


def test_faults_have_their_places(steward: Person, clinic: Resource) -> None:
    open_json(steward, clinic)
    steward.page.get_by_label("Data:").fill('{"name": "S", "beds": "many"}')
    steward.save()
    faults = steward.page.locator(".errorlist")
    expect(faults).to_have_text("/data/beds: Must be a whole number.")
