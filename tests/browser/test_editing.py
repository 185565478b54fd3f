"""A record is made and changed on the form of its profile."""

from __future__ import annotations

from playwright.sync_api import expect

from ingestion.models import Resource
from tests.browser.people import Person


def test_a_record_is_changed(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.page.get_by_label("Beds").fill("15")
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.data["beds"] == 15
    expect(steward.page.get_by_label("Beds")).to_have_value("15")
