"""Definitions edited by hand: as rows and as JSON, in step; and a source drawn."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Locator, expect

from profiles.models import Profile, Source
from profiles.names import PROPERTY_RULE
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.watching import assert_fits

ROWS = "rows/properties"


@pytest.fixture
def provider(steward: Person, source: Source) -> Profile:
    """A profile, and a steward who looks at it."""
    profile: Profile = Profile.objects.get(source=source, key="provider")
    steward.open(profile)
    return profile


def keys(profile: Profile) -> list[str]:
    profile.refresh_from_db()
    return list(profile.body["properties"])


def add_property(person: Person, key: str, type: str) -> Locator:
    """The row, once it has the inputs of its type."""
    person.adder(ROWS).click()
    row = person.rows(ROWS).last
    person.last_input(ROWS).fill(key)
    row.locator('select[name$="/type"]').select_option(type)
    expect(row.locator('select[name$="/required"]').first).to_be_visible()
    return row


def test_the_json_follows_the_rows(steward: Person, provider: Profile) -> None:
    row = add_property(steward, "born", "date")
    row.get_by_label("Pattern").fill("^19")
    expect(steward.input("text")).to_have_value(re.compile(r'"born": {[^}]*"pattern": "\^19"'))
    steward.save_well()
    assert keys(provider) == ["name", "practiceNumber", "specialities", "born"]


def test_the_rows_follow_the_json_once_it_is_sound(steward: Person, provider: Profile) -> None:
    text, behind = steward.input("text"), steward.page.locator("[data-behind]")
    text.fill('{"properties": {"weight": {"type": "none"}}}')
    expect(behind).to_be_visible()
    expect(steward.page.locator('[data-part="json"]')).to_contain_text("/properties/weight/type")
    text.fill('{"properties": {"weight": {"type": "integer"}}}')
    expect(behind).to_be_hidden()
    expect(steward.rows(ROWS)).to_have_count(1)
    expect(steward.rows(ROWS).locator(".d-type")).to_have_text("integer")
    steward.save_well()
    assert keys(provider) == ["weight"]


def test_json_is_saved_before_the_rows_have_followed(steward: Person, provider: Profile) -> None:
    steward.input("text").fill('{"properties": {"weight": {"type": "integer"}}}')
    steward.save_well()
    assert keys(provider) == ["weight"]


def test_the_form_that_stewards_get_is_shown_meanwhile(steward: Person, provider: Profile) -> None:
    steward.page.get_by_text("The form that stewards get").click()
    add_property(steward, "nickName", "symbol")
    expect(steward.page.locator(".d-preview").get_by_label("Nick name")).to_be_disabled()
    steward.page.get_by_text("JSON Schema").click()
    expect(steward.page.locator("#compiled")).to_contain_text("nickName")


def test_faults_are_told_while_somebody_types(steward: Person, provider: Profile) -> None:
    fault = f"Is not a name that a property may have: {PROPERTY_RULE}."
    row = add_property(steward, "a b", "date")
    expect(steward.page.locator(".d-found")).to_contain_text(fault)
    steward.save_in_vain().get_by_role("link").click()
    key = row.get_by_label("Key")
    expect(key).to_be_focused()
    expect(key).to_have_value("a b")
    expect(row).to_contain_text(fault)


def test_a_row_is_moved_by_the_keyboard(steward: Person, provider: Profile) -> None:
    steward.tab_to(steward.rows(ROWS).first.locator('[data-move="1"]'))
    steward.press("Enter")
    expect(steward.input("text")).to_have_value(re.compile(r'"practiceNumber"[^$]*"name"'))
    steward.save_well()
    assert keys(provider) == ["practiceNumber", "name", "specialities"]


def test_a_copy_of_a_row_has_a_key_to_be_typed(steward: Person, provider: Profile) -> None:
    row = steward.rows(ROWS).first
    row.hover()
    row.locator("[data-duplicate]").click()
    key = steward.rows(ROWS).nth(1).get_by_label("Key")
    expect(key).to_be_visible()
    key.fill("alias")
    steward.save_well()
    assert keys(provider) == ["name", "alias", "practiceNumber", "specialities"]


def test_on_a_telephone_it_is_one_column(sits_down: SitsDown, stella: User, source: Source) -> None:
    person = sits_down(stella, viewport={"width": 390, "height": 844}, color_scheme="dark")
    person.open(Profile.objects.get(source=source, key="office"))
    person.rows(ROWS).first.locator("summary").click()
    assert_fits(person.page)


def test_without_script_a_preview_is_asked_for(
    sits_down: SitsDown, stella: User, source: Source
) -> None:
    person = sits_down(stella, java_script_enabled=False)
    person.is_checked = False  # axe-core is a script.
    person.open(Profile.objects.get(source=source, key="provider"))
    person.rows(ROWS).first.locator("summary").click()
    person.input(f"{ROWS}/0/type").select_option("array")
    person.page.get_by_role("button", name="Preview without saving").click()
    person.input(f"{ROWS}/0/items/type").select_option("date")
    person.save_well()
    body = Profile.objects.get(source=source, key="provider").body
    assert body["properties"]["name"] == {"type": "array", "items": {"type": "date"}}


def test_a_source_is_drawn(steward: Person, provider: Profile) -> None:
    steward.follow("Picture")
    expect(steward.page.locator("#drawing canvas").first).to_be_visible()
    expect(steward.page.locator(".p-tables table")).to_have_count(2)
    steward.page.get_by_role("button", name="Fit").click()
