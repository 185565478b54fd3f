"""Erasing in the browser: from a record to the note that it was erased."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ingestion.models import Change, Resource
from tests.browser.people import Person
from tests.browser.watching import assert_accessible, assert_fits

pytestmark = pytest.mark.usefixtures("uploads_folder")


def test_a_record_is_erased_by_who_is_sure(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.follow("Erase")
    page = steward.page
    expect(page.get_by_role("heading", name="Erase a record")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("button", name="Erase it for good").click()
    expect(page.get_by_text("This field is required.").first).to_be_visible()
    page.get_by_label("Reason").fill("Asked for by the person")
    page.get_by_label("I know that nobody can bring it back").check()
    page.get_by_role("button", name="Erase it for good").click()
    expect(page.get_by_text("was erased.")).to_be_visible()
    assert not Change.objects.filter(public_id=clinic.public_id, is_erased=False).exists()
