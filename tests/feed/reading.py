"""Readers of the feed, as a system that follows it would be written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import structs

from ingestion.feed.cursors import Place, read_place, write_place
from ingestion.sql import run
from tests.clients import Api

RUNNING = """
    SELECT backend_xid::text::bigint FROM pg_stat_activity
    WHERE datname = current_database() AND backend_xid IS NOT NULL
"""
"""Transactions of this database, by the lower half of their ids."""


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


def undisturbed(api: Api, cursor: str) -> str:
    """The same cursor, as if nobody wrote to another database of the server.

    What a test has removed is new, though it says that it is old: so for all that a cursor tells
    it might be of whoever wrote anywhere at that moment, and the cursor would be refused.
    """
    place = read_place(cursor, api.source)
    assert place is not None
    ours = {id for (id,) in run(RUNNING, [])}
    done = place.piece.done
    running = tuple(id for id in done.running if id % 2**32 in ours)
    done = structs.replace(done, running=running)
    return write_place(Place(structs.replace(place.piece, done=done), place.seq), api.source)


def _asked(cursor: str | None) -> str:
    return "" if cursor is None else f"cursor={cursor}&"
