"""Whoever leaves a page with something typed is asked first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, expect

from ingestion.models import Resource
from tests.browser.people import Person


@pytest.fixture
def asked(steward: Person) -> list[str]:
    """What the steward was asked, and answered by staying."""
    questions: list[str] = []

    def stay(dialog: Dialog) -> None:
        questions.append(dialog.type)
        dialog.dismiss()

    steward.page.on("dialog", stay)
    return questions


def leave(steward: Person) -> None:
    steward.page.get_by_role("link", name="JSON").click(no_wait_after=True)


def test_who_typed_is_asked(steward: Person, clinic: Resource, asked: list[str]) -> None:
    steward.open(clinic)
    steward.page.get_by_label("Beds").fill("15")
    leave(steward)
    expect(steward.page.get_by_label("Beds")).to_have_value("15")
    assert asked == ["beforeunload"]


def test_who_moved_a_row_is_asked(steward: Person, clinic: Resource, asked: list[str]) -> None:
    steward.open(clinic)
    steward.rows("data/tags").first.get_by_role("button", name="Move down").click()
    leave(steward)
    steward.page.wait_for_timeout(200)
    assert asked == ["beforeunload"]


def test_who_was_refused_is_asked(steward: Person, clinic: Resource, asked: list[str]) -> None:
    steward.open(clinic)
    steward.page.get_by_label("Beds").fill("many")
    steward.save_in_vain()
    leave(steward)
    steward.page.wait_for_timeout(200)
    assert asked == ["beforeunload"]


def test_who_did_nothing_is_not_asked(steward: Person, clinic: Resource, asked: list[str]) -> None:
    steward.open(clinic)
    steward.page.get_by_role("button", name="Open or close all").first.click()
    leave(steward)
    steward.page.wait_for_url("**/?tab=json")
    assert asked == []


def test_who_saves_is_not_asked(steward: Person, clinic: Resource, asked: list[str]) -> None:
    steward.open(clinic)
    steward.page.get_by_label("Beds").fill("15")
    steward.save_well()
    assert asked == []
