"""Whoever is logged out while they type loses nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from ingestion.models import Resource
from tests.browser.people import Person
from tests.browser.watching import assert_accessible
from tests.factories import UserFactory

PASSWORD = "correct horse battery staple"


@pytest.fixture
def stella(live_server: LiveServer) -> User:
    user: User = UserFactory.create(username="stella", is_superuser=True, password=PASSWORD)
    return user


@pytest.fixture
def tab(steward: Person) -> Page:
    """Another one of the same browser."""
    page: Page = steward.page.context.new_page()
    return page


def log_in(person: Person, tab: Page) -> None:
    tab.goto(f"{person.root}/admin/login/?next=/admin/")
    tab.get_by_label("Username").fill("stella")
    tab.get_by_label("Password").fill(PASSWORD)
    with tab.expect_navigation():
        tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_role("heading", name="Sources")).to_be_visible()


def test_who_is_logged_out_sends_it_again(steward: Person, clinic: Resource, tab: Page) -> None:
    steward.open(clinic)
    steward.page.get_by_label("Beds").fill("15")
    steward.adder("data/tags").click()
    steward.page.keyboard.type("kept")
    Session.objects.all().delete()
    steward.save()
    expect(steward.page.get_by_role("heading", name="You are logged out")).to_be_visible()
    steward.watch.troubles.clear()  # The page is no success, and says so.
    assert_accessible(steward.page)
    log_in(steward, tab)
    steward.page.get_by_role("button", name="Send it again").click()
    expect(steward.page.locator(".messagelist")).to_contain_text("was changed")
    clinic.refresh_from_db()
    assert (clinic.data["beds"], clinic.data["tags"][-1]) == (15, "kept")


def test_who_logged_in_anew_elsewhere_saves(steward: Person, clinic: Resource, tab: Page) -> None:
    steward.open(clinic)
    steward.page.get_by_label("Beds").fill("15")
    tab.goto(f"{steward.root}/admin/")
    with tab.expect_navigation():
        tab.get_by_role("button", name="Log out").click()
    log_in(steward, tab)
    steward.save_well()
    clinic.refresh_from_db()
    assert clinic.data["beds"] == 15
