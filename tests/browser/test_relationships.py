"""Relationships are edited on the form of their definition."""

from __future__ import annotations

from playwright.sync_api import expect

from profiles.models import Profile, Source
from relationships.models import Relationship, RelationshipDefinition
from tests.browser.people import Person
from tests.factories import RelationshipFactory, ResourceFactory


def test_a_relationship_is_changed(steward: Person, source: Source) -> None:
    profiles = {key: Profile.objects.get(source=source, key=key) for key in ("provider", "office")}
    link: Relationship = RelationshipFactory.create(
        definition=RelationshipDefinition.objects.get(source=source),
        from_resource=ResourceFactory.create(profile=profiles["provider"], id="han"),
        to_resource=ResourceFactory.create(profile=profiles["office"], id="falcon"),
    )
    steward.open(link)
    steward.page.get_by_label("Start").fill("soon")
    summary = steward.save_in_vain()
    expect(summary.get_by_role("link", name="Data › Effective › Start")).to_be_visible()
    steward.page.get_by_label("Start").fill("2024")
    steward.save_well()
    link.refresh_from_db()
    assert link.data == {"effective": {"start": "2024"}}
