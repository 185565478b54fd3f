"""A record is made and changed on the form of its profile."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from ingestion.models import Resource
from profiles.models import Profile
from tests.browser.people import Person
from tests.browser.watching import assert_accessible


def test_a_record_is_made_of_a_profile_that_is_searched_for(
    steward: Person, profile: Profile
) -> None:
    steward.go(reverse("admin:ingestion_resource_add"))
    assert_accessible(steward.page)
    steward.page.get_by_label("Source or profile").fill("clin")
    with steward.page.expect_navigation():
        steward.press("Enter")
    steward.follow("clinic")
    steward.page.locator("#id_public_id").fill("north")
    steward.input("data/name").fill("North Clinic")
    assert_accessible(steward.page)
    steward.page.get_by_label("Kind").select_option("public")
    steward.save_well()
    made = Resource.objects.get(profile=profile, public_id="north")
    assert made.data == {"name": "North Clinic", "kind": "public"}


def test_a_record_is_changed(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.page.get_by_label("Beds").fill("15")
    steward.page.get_by_label("Opened").fill("2001-05-31")
    steward.page.get_by_label("City").fill("Berlin")
    steward.save_well()
    clinic.refresh_from_db()
    changed = {"beds": 15, "opened": "2001-05-31", "address": {"city": "Berlin"}}
    assert clinic.data.items() >= changed.items()
    expect(steward.page.get_by_label("Beds")).to_have_value("15")


def test_a_form_that_is_only_saved_changes_nothing(steward: Person, clinic: Resource) -> None:
    steward.open(clinic)
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.version == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_a_record_is_and_how_many_it_may_contain_is_said_in_words(
    steward: Person, clinic: Resource, scheme: str
) -> None:
    steward.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    steward.open(clinic)
    expect(steward.page.get_by_role("heading", level=1)).to_have_text("South Clinic")
    expect(steward.page.get_by_text("Any number").first).to_be_visible()
    expect(steward.page.get_by_text("At most one")).to_be_visible()
