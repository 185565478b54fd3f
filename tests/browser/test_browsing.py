"""Relationships are browsed by filters."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import expect

from profiles.models import Profile, Source
from relationships.models import Relationship, RelationshipDefinition
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.test_looking import LOOKS, assert_good
from tests.factories import RelationshipFactory, ResourceFactory


@pytest.fixture
def links(source: Source) -> list[Relationship]:
    """Three providers at one office."""
    profiles = {key: Profile.objects.get(source=source, key=key) for key in ("provider", "office")}
    falcon = ResourceFactory.create(
        profile=profiles["office"], id="falcon", data={"name": "Millennium Falcon"}
    )
    names = {"han": "Han Solo", "leia": "Leia Organa", "luke": "Luke Skywalker"}
    return [
        RelationshipFactory.create(
            definition=RelationshipDefinition.objects.get(source=source),
            from_resource=ResourceFactory.create(
                profile=profiles["provider"], id=id, data={"name": name}
            ),
            to_resource=falcon,
            data={"effective": {"start": "2020-02"}},
        )
        for id, name in names.items()
    ]


def test_relationships_are_narrowed_step_by_step(
    steward: Person, links: list[Relationship], source: Source
) -> None:
    steward.go(reverse("admin:relationships_relationship_changelist"))
    rows = steward.page.locator("#result_list tbody tr")
    expect(rows).to_have_count(3)
    steward.page.get_by_label("Definition").select_option(f"{source.key}/provider-office")
    steward.page.get_by_label("Created").select_option("past 7 days")
    steward.page.get_by_role("button", name="Filter").click()
    expect(steward.page.get_by_role("heading", name="Properties of")).to_be_visible()
    assert "from_profile" not in steward.page.url
    steward.page.get_by_label("Search").fill("Leia")
    steward.page.get_by_role("button", name="Search").click()
    expect(rows).to_have_count(0)
    steward.page.get_by_label("Search").fill("Leia Organa")
    steward.page.get_by_role("button", name="Search").click()
    expect(rows).to_have_count(1)
    steward.follow("Millennium Falcon")
    expect(steward.page.get_by_role("heading", name="falcon")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS, ids=["narrow", "narrow-dark", "dark"])
def test_the_list_of_relationships_is_good(
    sits_down: SitsDown,
    stella: User,
    links: list[Relationship],
    source: Source,
    look: dict[str, Any],
) -> None:
    steward = sits_down(stella, **look)
    path = reverse("admin:relationships_relationship_changelist")
    for query in ("", f"?definition={source.key}/provider-office", "?definition=no&since=soon"):
        steward.go(path + query)
        assert_good(steward)
