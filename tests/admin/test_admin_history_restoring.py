"""An old version becomes the newest one: asked for, explained, and never over somebody else's."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.models import Change, Resource
from profiles.definitions import profiles
from profiles.models import Profile
from relationships.models import Relationship
from tests.admin.pages import Page, Pages
from tests.admin.past import erase, newest, page_of, put, remove
from tests.factories import ProfileFactory

PLACE = {"properties": {"name": {"type": "symbol"}, "beds": {"type": "integer"}}}
LINK = "provider.han,office.falcon"


@pytest.fixture
def place(source: Any) -> Profile:
    profile: Profile = ProfileFactory.create(source=source, key="place", body=PLACE)
    return profile


def restore(pages: Pages, change: Change, reason: str = "It was better.", **typed: str) -> Page:
    """Open the page, say why, and send it."""
    path = page_of(change, "restore")
    seen = pages.open(path).context["seen"]
    return pages.send(path, {"seen": seen, "reason": reason, **typed})


def test_a_version_comes_back_as_the_newest_one(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"name": "A", "beds": 1}})
    put(place, "a", {"data": {"name": "B"}})
    asked = steward.open(page_of(first, "restore"))
    assert [line.name for line in asked.context["lines"]] == ["Name", "Beds"]
    page = restore(steward, first)
    assert page.messages == ["Version 1 was restored: it is version 3 now."]
    last = newest("a")
    assert (last.data, last.version) == (first.data, 3)
    assert (last.actor, last.reason) == ("user:stella", "It was better.")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "two\u2028lines"])
def test_nothing_comes_back_without_a_reason(steward: Pages, place: Profile, reason: str) -> None:
    first = put(place, "a", {"data": {"beds": 1}})
    last = put(place, "a", {"data": {"beds": 2}})
    page = restore(steward, first, reason)
    assert page.context["form"].errors.keys() == {"reason"}
    assert newest("a") == last


def test_what_somebody_else_changed_meanwhile_is_not_lost(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"beds": 1}})
    put(place, "a", {"data": {"beds": 2}})
    seen = steward.open(page_of(first, "restore")).context["seen"]
    theirs = put(place, "a", {"data": {"beds": 2, "name": "Theirs"}})
    page = steward.send(page_of(first, "restore"), {"seen": seen, "reason": "Mine"})
    assert "somebody else has changed this meanwhile" in page.text
    assert [line.name for line in page.context["lines"]] == ["Name", "Beds"]
    assert page.context["form"]["reason"].value() == "Mine"
    assert newest("a") == theirs
    again = {"seen": page.context["seen"], "reason": "Mine"}
    steward.send(page_of(first, "restore"), again)
    assert newest("a").data == {"beds": 1}


def test_what_was_deleted_meanwhile_does_not_come_back_unasked(
    steward: Pages, place: Profile
) -> None:
    first = put(place, "a", {"data": {"beds": 1}})
    seen = steward.open(page_of(first, "restore")).context["seen"]
    put(place, "a", {"data": {"beds": 2}})
    last = remove(place, "a")
    page = steward.send(page_of(first, "restore"), {"seen": seen, "reason": "Mine"})
    assert "somebody else has changed this meanwhile" in page.text
    assert newest("a") == last
    restore(steward, first)
    assert Resource.objects.get(public_id="a").data == {"beds": 1}


def test_what_was_made_anew_meanwhile_is_not_overwritten(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {"beds": 1}})
    gone = remove(place, "a")
    seen = steward.open(page_of(gone, "restore")).context["seen"]
    anew = put(place, "a", {"data": {"beds": 5}})
    page = steward.send(page_of(gone, "restore"), {"seen": seen, "reason": "Mine"})
    assert "somebody else has changed this meanwhile" in page.text
    assert newest("a") == anew


def test_faults_of_the_profile_of_today_stand_at_their_fields(
    steward: Pages, place: Profile
) -> None:
    first = put(place, "a", {"data": {"name": "A", "beds": 1}})
    last = put(place, "a", {"data": {"name": "A"}})
    body = {"properties": {"name": {"type": "integer"}, "beds": {"type": "boolean"}}}
    profiles.save(place.source.key, "place", body, actor="test")
    page = restore(steward, first)
    faulty = {line.name: line.line.faults for line in page.context["lines"]}
    assert faulty == {"Beds": ["Must be true or false."], "Name": ["Must be a whole number."]}
    assert {name for _, name, _ in page.context["faults"]} == {"Name", "Beds"}
    assert newest("a") == last


def test_a_deleted_record_comes_back_with_its_relationships(
    steward: Pages, link: Relationship
) -> None:
    steward.delete(link.from_resource)
    page = restore(steward, newest("han"))
    assert page.messages[-1] == "1 relationship came back with it."
    assert Relationship.objects.get().from_public_id == "han"
    assert newest(LINK).reason == "It was better."


def test_what_does_not_come_back_is_told(steward: Pages, link: Relationship) -> None:
    steward.delete(link.from_resource)
    steward.delete(link.to_resource)
    page = restore(steward, newest("han"))
    assert page.messages[-1].startswith(f"Did not come back: provider-office {LINK}: ")
    assert not Relationship.objects.exists()
    assert Resource.objects.get().public_id == "han"


def test_a_relationship_comes_back(steward: Pages, link: Relationship) -> None:
    steward.delete(link)
    restore(steward, newest(LINK))
    assert Relationship.objects.get().to_public_id == "falcon"


def test_what_is_so_already_is_not_restored(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"beds": 1}})
    assert "there is nothing to restore" in steward.open(page_of(first, "restore")).text


def test_what_was_erased_does_not_come_back(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"beds": 1}})
    last = put(place, "a", {"data": {"beds": 2}})
    erase(first)
    page = restore(steward, first)
    assert "it cannot be restored" in page.text
    assert newest("a") == last


def test_a_viewer_sees_history_and_restores_nothing(viewer: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"beds": 1}})
    last = put(place, "a", {"data": {"beds": 2}})
    page = viewer.open(page_of(last))
    assert len(page.context["rows"]) == 2
    assert page_of(first, "restore") not in page.text
    sent = viewer.client.post(page_of(first, "restore"), {"seen": "", "reason": "Mine"})
    assert sent.status_code == 403
    assert newest("a") == last
