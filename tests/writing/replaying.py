"""Replaying the changes of a source, and comparing what comes of it with its live tables.

In Django's database, or in one that a connection of psycopg reaches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db import connection

from profiles.models import Source


class Database(Protocol):
    def cursor(self) -> Any: ...


class Key(NamedTuple):
    target: str
    collection: str
    public_id: str


class State(NamedTuple):
    """A record at one version, its documents as the text that the database keeps."""

    record_id: UUID
    version: int
    data: str
    contained: str
    identifiers: str
    created_at: datetime
    updated_at: datetime
    contract_version: int


class Told(NamedTuple):
    """One change."""

    action: str
    at: datetime
    state: State


CHANGES = """
SELECT target, collection, public_id, action, at, record_id, version, data::text,
       contained::text, identifiers::text, created_at, updated_at, contract_version
FROM ingestion_change WHERE source_id = %s ORDER BY seq
"""
LIVE = """
SELECT 'RESOURCE', profile.key, public_id, record.id, record.version, data::text,
       contained::text, identifiers::text, record.created_at, record.updated_at, contract_version
FROM ingestion_resource AS record JOIN profiles_profile AS profile ON profile.id = profile_id
WHERE record.source_id = %s
UNION ALL
SELECT 'RELATIONSHIP', definition.key,
       format('%%s.%%s,%%s.%%s', from_profile.key, from_public_id, to_profile.key, to_public_id),
       record.id, record.version, data::text, '{}', identifiers::text, record.created_at,
       record.updated_at, contract_version
FROM relationships_relationship AS record
     JOIN relationships_relationshipdefinition AS definition ON definition.id = definition_id
     JOIN profiles_profile AS from_profile ON from_profile.id = definition.from_profile_id
     JOIN profiles_profile AS to_profile ON to_profile.id = definition.to_profile_id
WHERE record.source_id = %s
"""


def live(source: Source, database: Database = connection) -> dict[Key, State]:
    with database.cursor() as cursor:
        cursor.execute(LIVE, [source.pk, source.pk])
        return {Key(*row[:3]): State(*row[3:]) for row in cursor.fetchall()}


def told(source: Source, database: Database = connection) -> Mapping[Key, list[Told]]:
    """The changes of each record, in their order."""
    found: dict[Key, list[Told]] = defaultdict(list)
    with database.cursor() as cursor:
        cursor.execute(CHANGES, [source.pk])
        for row in cursor.fetchall():
            found[Key(*row[:3])].append(Told(row[3], row[4], State(*row[5:])))
    return found


def check_history(source: Source, database: Database = connection) -> None:
    """The changes tell what the live tables hold, and every step on the way there makes sense."""
    histories = told(source, database)
    for key, changes in histories.items():
        assert list(problems(changes)) == [], key
    last = {key: changes[-1] for key, changes in histories.items()}
    replayed = {key: one.state for key, one in last.items() if one.action != "DELETE"}
    assert replayed == live(source, database)


def problems(changes: list[Told]) -> Iterator[str]:
    """What is wrong with the history of one record."""
    lives = set()
    former: Told | None = None
    for place, change in enumerate(changes):
        before = None if former is None or former.action == "DELETE" else former.state
        if former is not None and change.at <= former.at:
            yield f"{place}: is not later"
        yield from (f"{place}: {text}" for text in _missteps(change, before))
        if before is None and change.state.record_id in lives:
            yield f"{place}: an ETag comes again"
        lives.add(change.state.record_id)
        former = change


def _missteps(change: Told, before: State | None) -> Iterator[str]:
    after = change.state
    if change.action == "DELETE":
        if after != before:
            yield f"{after} is not the last state, {before}"
    elif before is None:
        if change.action == "UPDATE" or after.version != 1:
            yield f"{change.action} begins a life at version {after.version}"
    else:
        if change.action == "CREATE":
            yield "CREATE of what is there"
        if (after.record_id, after.version) != (before.record_id, before.version + 1):
            yield f"version {after.version} follows {before.version}"
        if after[2:-1] == before[2:-1]:
            yield "changes nothing"
