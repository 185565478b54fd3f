"""The history of a profile, of a source, and the way back, at a browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from ingestion.models import Subscription
from ingestion.webhooks.saving import save_subscription
from profiles.configuration import Subject, record_all
from profiles.definitions import profiles
from profiles.models import ConfigurationKind, Profile
from tests.admin.pages import address
from tests.browser.conftest import SitsDown
from tests.browser.test_looking import LOOKS, assert_good

CLINIC = {"properties": {"name": {"type": "symbol"}, "beds": {"type": "integer"}}}


@pytest.fixture
def changed(profile: Profile) -> Profile:
    """With versions that add, change and remove."""
    for body, reason in (
        (CLINIC, "Agreed with the clinics."),
        ({**CLINIC, "description": "A place where care is given."}, ""),
        ({"properties": {"name": {"type": "symbol"}}}, "Beds are counted elsewhere."),
    ):
        source = profile.source.key
        profiles.save(source, profile.key, body, actor="user:stella", reason=reason)
    profile.refresh_from_db()
    return profile


def test_versions_are_compared_and_restored(
    sits_down: SitsDown, stella: User, changed: Profile
) -> None:
    steward = sits_down(stella)
    steward.go(address(Profile, "history", changed.pk))
    expect(steward.page.get_by_text("Beds are counted elsewhere.")).to_be_visible()
    steward.page.get_by_role("button", name="Compare").click()
    removed = steward.page.locator(".history-lines .history-removed")
    expect(removed.get_by_text('"beds": {')).to_be_visible()
    expect(removed.get_by_text("−").first).to_be_visible()
    steward.follow("Restore version 3")
    expect(steward.page.locator(".history-lines .history-added").first).to_be_visible()
    steward.page.get_by_label("Reason").fill("They are not.")
    with steward.page.expect_navigation():
        steward.page.get_by_role("button", name="Restore version 3").click()
    expect(steward.page.get_by_text("Version 3 is the newest one again.")).to_be_visible()
    steward.go(address(Profile, "history", changed.pk))
    newest = steward.page.locator(".history-timeline tbody tr").first
    expect(newest).to_contain_text("They are not.")


@pytest.mark.parametrize("look", LOOKS, ids=["narrow", "narrow-dark", "dark"])
def test_the_pages_are_good(
    sits_down: SitsDown, stella: User, changed: Profile, look: dict[str, Any]
) -> None:
    steward = sits_down(stella, **look)
    steward.go(address(Profile, "history", changed.pk))
    assert_good(steward)
    steward.page.get_by_role("button", name="Compare").click()
    assert_good(steward)
    steward.go(address(Profile, "restore", changed.pk) + "?version=2")
    assert_good(steward)
    source = changed.source
    role = {"user": "vera", "source": source.key, "role": "viewer"}
    for body in (role, None):
        record_all({Subject(ConfigurationKind.ROLE, "1", source.pk): body}, actor="user:stella")
    steward.go(address(type(source), "history", source.pk))
    steward.page.get_by_role("button", name="Compare").click()
    assert_good(steward)
    steward.go(address(Profile, "delete", changed.pk))
    assert_good(steward)


def test_a_subscription_is_steered_with_a_reason(
    sits_down: SitsDown, stella: User, profile: Profile
) -> None:
    body = {"url": "https://crm.example.org/hook"}
    saved = save_subscription(profile.source.key, "crm", body, actor="user:stella")
    steward = sits_down(stella, **LOOKS[1])
    steward.open(saved.subscription)
    assert_good(steward)
    steward.page.get_by_label("Reason (optional)").fill("The CRM is moved.")
    with steward.page.expect_navigation():
        steward.page.get_by_role("button", name="Pause").click()
    steward.go(address(Subscription, "history", saved.subscription.pk))
    newest = steward.page.locator(".history-timeline tbody tr").first
    expect(newest).to_contain_text("The CRM is moved.")
    expect(newest).to_contain_text("ACTIVE → PAUSED")
    assert_good(steward)
