"""Readers of the feed, as a system that follows it would be written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ingestion.feed.cursors import read_place
from tests.clients import Api
from tests.waiting import soon


class Told(NamedTuple):
    """A change, as far as it tells which it is."""

    operation_id: str
    target: str
    type: str
    id: str


def told(change: Any) -> Told:
    return Told(*(change[name] for name in ("operationId", "target", "type", "id")))


def page(api: Api, cursor: str | None = None, query: str = "") -> tuple[list[Any], str]:
    answer = api.get(f"changes?{_asked(cursor)}{query}")
    assert answer.status == 200, answer.text
    return answer.json["data"], answer.json["meta"]["cursor"]


def lines(api: Api, cursor: str | None = None, query: str = "") -> Iterator[Any]:
    """Every line, the last of which is where to go on."""
    for line in api.get_stream(f"changes?format=ndjson&{_asked(cursor)}{query}").splitlines():
        yield json.loads(line)


def followed(api: Api, limit: int) -> list[Any]:
    """All that there is, page by page."""
    found, cursor = page(api, None, f"limit={limit}")
    part = found
    while part:
        part, cursor = page(api, cursor, f"limit={limit}")
        found += part
    return found


def refused_cursor(api: Api, old: str) -> str:
    """Where to go on, as it is told to whom an old cursor is refused."""
    answer = api.get(f"changes?cursor={old}").json
    return str(answer["details"][0]["expected"]["cursor"])


def undisturbed(api: Api, ask_cursor: Callable[[], str], but_for: int = 0) -> str:
    """A cursor of a moment at which nobody wrote, but so many of the test itself.

    Not even to another database of the server. What a test has removed is new, though it says that
    it is old: so it might be of whoever wrote.
    """
    cursor = ""

    def is_undisturbed() -> bool:
        nonlocal cursor
        cursor = ask_cursor()
        place = read_place(cursor, api.source)
        return place is not None and len(place.piece.done.running) <= but_for

    assert soon(is_undisturbed)
    return cursor


def _asked(cursor: str | None) -> str:
    return "" if cursor is None else f"cursor={cursor}&"
