"""A reference to another resource, searched for while one types."""

from __future__ import annotations

from playwright.sync_api import expect

from profiles.models import Source
from tests.browser.people import Person
from tests.factories import ProfileFactory, ResourceFactory


def test_resources_are_suggested_by_id_and_shown_by_title(steward: Person, source: Source) -> None:
    visits = ProfileFactory.create(
        source=source, key="visit", body={"properties": {"at": {"type": "reference"}}}
    )
    offices = source.profile_set.get(key="office")
    ResourceFactory.create(profile=offices, id="south-west", data={"name": "South West Clinic"})
    visit = ResourceFactory.create(profile=visits, data={"at": {"type": "office", "id": "x"}})
    steward.open(visit)
    steward.input("data/at/id").fill("south")
    option = steward.page.locator("datalist option")
    expect(option).to_have_attribute("value", "south-west")
    expect(option).to_have_text("South West Clinic")
    steward.input("data/at/id").fill("south-west")
    steward.save_well()
    visit.refresh_from_db()
    assert visit.data == {"at": {"type": "office", "id": "south-west"}}
