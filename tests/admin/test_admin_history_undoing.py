"""The newest change of a record is taken back from its timeline, and never over somebody else's."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.models import Resource
from profiles.models import Profile
from relationships.models import Relationship
from tests.admin.pages import SURE, Page, Pages, delete_page
from tests.admin.past import erase, newest, page_of, put
from tests.factories import ProfileFactory

PLACE = {"properties": {"name": {"type": "symbol"}, "beds": {"type": "integer"}}}
LINK = "provider.han,office.falcon"
UNDO = ">Undo this change</a>"


@pytest.fixture
def place(source: Any) -> Profile:
    profile: Profile = ProfileFactory.create(source=source, key="place", body=PLACE)
    return profile


def undo(pages: Pages, id: str) -> Page:
    """From the timeline by the one link that there is, and say why."""
    timeline = pages.open(page_of(newest(id)))
    assert timeline.text.count(UNDO) == 1
    path = timeline.context["undo_page"]
    assert f'<a href="{path}"{UNDO}' in timeline.text
    seen = pages.open(path).context["seen"]
    return pages.send(path, {"post": "yes", "seen": seen, "reason": "By mistake."})


def test_a_change_is_taken_back_and_that_again(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"name": "A", "beds": 1}})
    second = put(place, "a", {"data": {"name": "B"}})
    undo(steward, "a")
    assert (newest("a").data, newest("a").version) == (first.data, 3)
    assert newest("a").reason == "By mistake."
    undo(steward, "a")
    assert newest("a").data == second.data


def test_a_deletion_is_taken_back(steward: Pages, link: Relationship) -> None:
    steward.delete(link.from_resource)
    undo(steward, "han")
    assert Relationship.objects.get().from_public_id == "han"


def test_a_creation_is_taken_back(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {"beds": 1}})
    undo(steward, "a")
    assert not Resource.objects.exists()
    assert (newest("a").action, newest("a").reason) == ("DELETE", "By mistake.")
    undo(steward, "a")
    assert Resource.objects.get().data == {"beds": 1}


def test_so_is_that_of_a_relationship(steward: Pages, link: Relationship) -> None:
    steward.delete(link)
    undo(steward, LINK)
    undo(steward, LINK)
    assert not Relationship.objects.exists()


def test_what_somebody_changed_meanwhile_is_not_deleted(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {"beds": 1}})
    row = Resource.objects.get()
    seen = steward.open(delete_page(row)).context["seen"]
    theirs = put(place, "a", {"data": {"beds": 2}})
    page = steward.send(delete_page(row), {**SURE, "seen": seen})
    assert page.messages == ["Nothing was deleted. It was changed since it was read."]
    assert newest("a") == theirs


def test_what_is_not_known_cannot_be_gone_back_to(
    steward: Pages, viewer: Pages, place: Profile
) -> None:
    first = put(place, "a", {"data": {"beds": 1}})
    last = put(place, "a", {"data": {"beds": 2}})
    assert UNDO not in viewer.open(page_of(last)).text
    erase(first)
    assert UNDO not in steward.open(page_of(last)).text
    first.delete()
    assert UNDO not in steward.open(page_of(last)).text


def test_an_older_page_offers_no_undo(
    steward: Pages, place: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.admin.history.pages.SHOWN", 1)
    for beds in range(3):
        put(place, "a", {"data": {"beds": beds}})
    last = newest("a")
    assert UNDO not in steward.open(page_of(last), before=last.seq).text
