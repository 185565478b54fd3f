"""Relationships are added and removed on the page of a resource."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from relationships.models import Relationship
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.test_browsing import links  # noqa: F401  # a fixture
from tests.browser.test_looking import LOOKS, assert_good
from tests.factories import RelationshipDefinitionFactory, RelationshipFactory, ResourceFactory


def test_a_relationship_is_added_and_removed(
    steward: Person,
    links: list[Relationship],  # noqa: F811
) -> None:
    han, falcon = links[0].from_resource, links[0].to_resource
    ResourceFactory.create(profile=falcon.profile, id="cantina", data={"name": "Cantina"})
    steward.open(han)
    steward.follow("Add to worksAt")
    end = steward.input("to_public_id")
    end.press_sequentially("Cantina")
    option = steward.page.locator("datalist option[value=cantina]")
    expect(option).to_have_count(1)
    end.fill("cantina")
    steward.page.get_by_role("button", name="Save", exact=True).click()
    panel = steward.page.get_by_role("region", name="worksAt")
    expect(panel.get_by_role("listitem")).to_have_count(2)
    steward.follow("Remove worksAt cantina")
    steward.page.get_by_label("Reason").fill("It moved.")
    steward.page.get_by_role("button", name="Yes").click()
    expect(panel.get_by_role("listitem")).to_have_count(1)
    expect(panel).to_contain_text("Millennium Falcon")


def test_a_place_that_is_taken_is_explained(
    steward: Person,
    links: list[Relationship],  # noqa: F811
) -> None:
    han, falcon = links[0].from_resource, links[0].to_resource
    definition = RelationshipDefinitionFactory.create(
        source=han.source,
        key="owner",
        body={
            "from": {"profileKey": "office", "includeKey": "owner", "includeCardinality": "0:1"},
            "to": {"profileKey": "provider", "includeKey": "owns", "includeCardinality": "0:*"},
        },
    )
    RelationshipFactory.create(definition=definition, from_resource=falcon, to_resource=han)
    steward.open(links[1].from_resource)
    steward.follow("Add to owns")
    steward.input("from_public_id").fill("falcon")
    steward.page.get_by_role("button", name="Save", exact=True).click()
    expect(steward.page.locator(".r-summary")).to_contain_text("The definition allows one only")
    expect(steward.input("from_public_id")).to_have_value("falcon")
    steward.page.locator(".r-alone").get_by_role("link", name="falcon → han").click()
    expect(steward.page.get_by_role("heading", name="falcon → han")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS, ids=["narrow", "narrow-dark", "dark"])
def test_the_panel_is_good(
    sits_down: SitsDown,
    stella: User,
    links: list[Relationship],  # noqa: F811
    look: dict[str, Any],
) -> None:
    steward = sits_down(stella, **look)
    steward.open(links[0].to_resource)
    assert_good(steward)
