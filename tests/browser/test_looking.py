"""How the pages look to somebody who may look only, on a telephone, and in the dark."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import expect

from ingestion.models import Resource
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.watching import assert_accessible, assert_fits

LOOKS: list[dict[str, Any]] = [
    {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
    {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
    {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
]


@pytest.fixture(params=LOOKS, ids=["narrow", "narrow-dark", "dark"])
def look(request: pytest.FixtureRequest) -> dict[str, Any]:
    chosen: dict[str, Any] = request.param
    return chosen


def assert_good(person: Person) -> None:
    assert_fits(person.page)
    assert_accessible(person.page)


def test_a_viewer_sees_values_and_no_inputs(
    sits_down: SitsDown, vera: User, clinic: Resource
) -> None:
    viewer = sits_down(vera)
    viewer.open(clinic)
    main = viewer.page.locator("#content")
    expect(main.locator("input:not([type=hidden]), select, textarea")).to_have_count(0)
    expect(main.get_by_role("heading", name="South Clinic")).to_be_visible()
    expect(main.locator("dd", has_text="South Clinic")).to_be_visible()
    expect(main.get_by_text("X-1")).to_be_visible()
    expect(main).not_to_contain_text("None")


def test_a_viewer_has_a_good_page(
    sits_down: SitsDown, vera: User, clinic: Resource, look: dict[str, Any]
) -> None:
    viewer = sits_down(vera, **look)
    viewer.open(clinic)
    assert_good(viewer)


def test_the_form_is_good(
    sits_down: SitsDown, stella: User, clinic: Resource, look: dict[str, Any]
) -> None:
    steward = sits_down(stella, **look)
    steward.open(clinic)
    assert_good(steward)
    steward.rows("data/tags").first.get_by_label("Remove").check()
    steward.page.get_by_label("Beds").fill("many")
    steward.save_in_vain()
    assert_good(steward)


def test_the_comparison_is_good(
    sits_down: SitsDown, stella: User, clinic: Resource, look: dict[str, Any]
) -> None:
    steward, other = sits_down(stella, **look), sits_down(stella)
    for person, beds in ((steward, "30"), (other, "20")):
        person.open(clinic)
        person.page.get_by_label("Beds").fill(beds)
    other.save_well()
    steward.save_in_vain()
    assert_good(steward)


def test_the_other_pages_are_good(
    sits_down: SitsDown, stella: User, clinic: Resource, look: dict[str, Any]
) -> None:
    steward = sits_down(stella, **look)
    steward.go(reverse("admin:ingestion_resource_add"))
    assert_good(steward)
    steward.open(clinic)
    steward.follow("JSON")
    assert_good(steward)
