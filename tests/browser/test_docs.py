"""The page that shows the API shows the types of a source, to whoever may read it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from profiles.models import Profile, Source
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.watching import assert_accessible
from tests.factories import UserFactory, make_key


@pytest.fixture
def nobody(live_server: LiveServer) -> User:
    """Somebody who may look at no source."""
    user: User = UserFactory.create()
    return user


def is_sound(person: Person) -> None:
    """What is ours on the page: that below it is Swagger UI's, which labels too little."""
    assert_accessible(person.page, ".introduction")
    person.is_checked = False


def operation(page: Page, id: str) -> Any:
    """An operation, once its group is open."""
    page.locator(f"#operations-tag-{id.partition('-')[0]}").click()
    return page.locator(f"#operations-{id}")


def test_the_admin_leads_to_the_types_of_a_source(
    steward: Person, profile: Profile, source: Source
) -> None:
    steward.open(source)
    steward.follow("API of this source")
    expect(steward.page.get_by_role("status")).to_have_text(f"Below are the types of {source.key}.")
    address = f"/sources/{source.key}/v1/resources/clinic"
    expect(operation(steward.page, "Clinic-listClinic")).to_contain_text("GET")
    expect(steward.page.locator(f'[data-path="{address}"]')).to_have_count(2)
    is_sound(steward)


def test_a_key_opens_what_it_may_read(sits_down: SitsDown, nobody: User, source: Source) -> None:
    person = sits_down(nobody)
    person.go(f"/docs?source={source.key}")
    expect(person.page.get_by_role("status")).to_contain_text("needs a key")
    expect(person.page.get_by_label("Key")).to_be_focused()
    assert_accessible(person.page)
    person.page.keyboard.type(make_key("reader"))
    person.page.get_by_role("button", name="Show").click()
    listing = operation(person.page, "Provider-listProvider")
    listing.click()
    with person.page.expect_response("**/resources/provider?**") as answer:
        listing.get_by_role("button", name="Execute").click()
    assert answer.value.status == 200
    assert "key" not in person.page.url
    is_sound(person)


def test_without_a_source_it_shows_the_api_of_all(steward: Person) -> None:
    steward.go("/docs")
    expect(steward.page.locator("#operations-tag-Resources")).to_be_visible()
    is_sound(steward)
