"""The picture of what is around a resource grows."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import expect

from relationships.models import Relationship
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.test_browsing import links  # noqa: F401  # a fixture
from tests.browser.test_looking import LOOKS, assert_good


def page_of(link: Relationship) -> str:
    return reverse("admin:ingestion_resource_neighbourhood", args=[link.from_resource_id])


def test_a_picture_grows(steward: Person, links: list[Relationship]) -> None:  # noqa: F811
    steward.open(links[0].from_resource)
    steward.follow("Neighbourhood")
    page = steward.page
    expect(page.locator("#drawing canvas").first).to_be_visible()
    rows = page.locator("#arrow-rows tbody tr")
    expect(rows).to_have_count(1)
    show = page.get_by_role("link", name="Show what is around Millennium Falcon")
    steward.tab_to(show)
    steward.press("Enter")
    expect(rows).to_have_count(3)
    expect(page.get_by_role("link", name="Leia Organa", exact=True).first).to_be_visible()
    steward.expect_said("2 more resources.")
    show.click()
    steward.expect_said("0 more resources.")
    expect(rows).to_have_count(3)


def test_a_resource_in_the_picture_is_clicked(
    steward: Person,
    links: list[Relationship],  # noqa: F811
) -> None:
    steward.go(page_of(links[0]))
    page = steward.page
    expect(page.locator("#drawing canvas").first).to_be_visible()
    place = "() => document.getElementById('drawing')._cyreg.cy.nodes().last().renderedPosition()"
    spot = page.evaluate(place)
    page.locator("#drawing").click(position=spot)
    expect(page.locator("#arrow-rows tbody tr")).to_have_count(3)


@pytest.mark.parametrize("look", LOOKS, ids=["narrow", "narrow-dark", "dark"])
def test_the_page_is_good(
    sits_down: SitsDown,
    stella: User,
    links: list[Relationship],  # noqa: F811
    look: dict[str, Any],
) -> None:
    steward = sits_down(stella, **look)
    steward.go(f"{page_of(links[0])}?hops=2")
    assert_good(steward)
