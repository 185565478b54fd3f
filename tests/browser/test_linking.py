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
from tests.factories import ResourceFactory


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
    steward.page.get_by_role("button", name="Yes").click()
    expect(panel.get_by_role("listitem")).to_have_count(1)
    expect(panel).to_contain_text("Millennium Falcon")


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
