"""The history of records that are very long: a page says so, and costs no more than others."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.definitions import profiles
from profiles.models import Profile
from tests.admin.pages import Pages
from tests.admin.past import comparison, page_of, put
from tests.factories import ProfileFactory

LISTS = {
    "properties": {
        "name": {"type": "symbol"},
        "beds": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "symbol"}},
    }
}
SAID = "It is too long to say here what changed."


@pytest.fixture
def lists(source: Any) -> Profile:
    profile: Profile = ProfileFactory.create(source=source, key="lists", body=LISTS)
    return profile


def test_a_timeline_compares_only_so_much(
    steward: Pages, lists: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.admin.history.pages.MOST_COMPARED", 200)
    put(lists, "a", {"data": {"name": "A"}})
    put(lists, "a", {"data": {"name": "B"}})
    put(lists, "a", {"data": {"tags": ["x" * 200]}})
    last = put(lists, "a", {"data": {"name": "C"}})
    page = steward.open(page_of(last))
    marks = [[mark.name for mark in told.marks] for told in page.context["rows"]]
    assert marks == [[], [], ["Name"], []]
    assert page.text.count(SAID) == 2


def test_a_comparison_shows_only_so_many_places(
    steward: Pages, lists: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.admin.history.pages.MOST_LINES", 3)
    old = put(lists, "a", {"data": {"tags": list("abcde")}})
    new = put(lists, "a", {"data": {"tags": list("vwxyz")}})
    page = steward.open(comparison(old, new))
    assert len(page.context["lines"]) == 3
    assert "And 2 more places" in page.text


def test_where_a_restoration_is_at_fault_is_shown_always(
    steward: Pages, lists: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.admin.history.restoring.MOST_LINES", 1)
    old = put(lists, "a", {"data": {"name": "A", "beds": 1}})
    put(lists, "a", {"data": {"name": "B", "beds": 2}})
    path = page_of(old, "restore")
    seen = steward.open(path).context
    assert ([line.name for line in seen["lines"]], seen["more_lines"]) == (["Name"], 1)
    body = {"properties": {"name": {"type": "symbol"}, "beds": {"type": "boolean"}}}
    profiles.save(lists.source.key, "lists", body, actor="test")
    page = steward.send(path, {"seen": seen["seen"], "reason": "Better."})
    assert [line.name for line in page.context["lines"]] == ["Name", "Beds"]
    assert page.context["more_lines"] == 0
