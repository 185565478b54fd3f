"""Which indexes of properties there are to be, and how far each one is.

Rows are written in the transaction of the definition that asks for them, with a job that has the
worker follow: `ingestion.indexes.building`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from ingestion.indexes.building import INDEX_LOCK_SPACE
from ingestion.indexes.keys import DataKey, KeyKind, keys_of
from ingestion.models import DataIndex, IndexState
from ingestion.operations import Target
from ingestion.queueing import ask_for_indexes
from profiles.exact import Json
from profiles.faults import ErrorType, Fault, Refused
from profiles.models import Definition, Profile
from profiles.properties import ProfileType, Property
from profiles.reading import read_profile
from profiles.times import time_text

MOST_OF_A_DEFINITION = 16
MOST_OF_A_DATABASE = 128
"""Marked properties. Each index slows writes, and the planning of whatever reads the table."""

LIMIT_LOCK = 2
"""Held by whoever adds indexes, so that two sources do not pass the limit together."""

_WORST_FIRST = (IndexState.FAILED, IndexState.BUILDING, IndexState.READY)


def follow_profile(profile: Profile) -> None:
    """Have the indexes that a saved or retired profile asks for.

    A contained resource has no row of its own: what its profile marks is no index.
    """
    definition = read_profile(profile.body)
    is_root = profile.retired_at is None and definition.type is ProfileType.ROOT
    follow(Target.RESOURCE, profile, definition.properties if is_root else {})


def follow(target: Target, definition: Definition, properties: Mapping[str, Property]) -> None:
    """Have the indexes that these properties ask for, and no other of the definition.

    Raises `Refused` where they are too many.
    """
    wanted = {(key.path.text, key.kind): key for key in keys_of(properties)}
    rows = {
        (row.path, KeyKind(row.kind)): row
        for row in DataIndex.objects.filter(target=target, collection_id=definition.pk)
    }
    kept = {
        name: rows[name]
        for name, key in wanted.items()
        if name in rows and rows[name].expression == expression_of(key)
    }
    added = [key for name, key in wanted.items() if name not in kept]
    again = [row for row in kept.values() if row.state in (IndexState.DROPPING, IndexState.FAILED)]
    if added or again:
        _refuse_too_many(target, definition, {path for path, _ in wanted})
    replaced = [row for name, row in rows.items() if name in wanted and name not in kept]
    unmarked = [
        row for name, row in rows.items() if name not in wanted and row.state != IndexState.DROPPING
    ]
    if not (added or again or replaced or unmarked):
        return
    now = timezone.now()
    if replaced:
        _these(replaced).delete()
    if added:
        DataIndex.objects.bulk_create(_row(target, definition, key, now) for key in added)
    if again:
        _these(again).update(state=IndexState.BUILDING, problem="", changed_at=now)
    if unmarked:
        _these(unmarked).update(state=IndexState.DROPPING, problem="", changed_at=now)
    ask_for_indexes()


def ready_paths(target: Target, collection_id: int) -> Mapping[str, IndexState]:
    """How far the marked paths of a profile or definition are: each as its worst index."""
    return ready_paths_of([(target, collection_id)])[target, collection_id]


def ready_paths_of(
    collections: Collection[tuple[Target, int]],
) -> Mapping[tuple[Target, int], Mapping[str, IndexState]]:
    """As `ready_paths`, of several profiles and definitions in one statement."""
    these = reduce(or_, (Q(target=target, collection_id=id) for target, id in collections))
    rows = DataIndex.objects.filter(these).exclude(state=IndexState.DROPPING)
    found: dict[tuple[Target, int], dict[str, list[str]]] = {one: {} for one in collections}
    for target, id, path, state in rows.values_list("target", "collection_id", "path", "state"):
        found[Target(target), id].setdefault(path, []).append(state)
    return {
        one: {path: _worst(states) for path, states in paths.items()}
        for one, paths in found.items()
    }


def shown_indexes(target: Target, collection_id: int) -> list[Json]:
    """The marked paths of a profile or definition, as the API and the admin show them."""
    found: dict[str, list[DataIndex]] = {}
    for row in _shown(target, collection_id):
        found.setdefault(row.path, []).append(row)
    return [_shown_path(path, rows) for path, rows in found.items()]


def expression_of(key: DataKey) -> str:
    return key.ddl.as_string(None)


def _shown_path(path: str, rows: Collection[DataIndex]) -> Json:
    state = _worst(row.state for row in rows)
    problem = next((row.problem for row in rows if row.problem), None)
    return {
        "path": path,
        "state": state.value,
        **({"problem": problem} if problem else {}),
        "changedAt": time_text(max(row.changed_at for row in rows)),
    }


def _worst(states: Iterable[str]) -> IndexState:
    there = set(states)
    return next(state for state in _WORST_FIRST if state in there)


def _shown(target: Target, collection_id: int) -> Any:
    rows = DataIndex.objects.filter(target=target, collection_id=collection_id)
    return rows.exclude(state=IndexState.DROPPING).order_by("path", "kind")


def _these(rows: Iterable[DataIndex]) -> Any:
    return DataIndex.objects.filter(pk__in=[row.pk for row in rows])


def _row(target: Target, definition: Definition, key: DataKey, now: datetime) -> DataIndex:
    return DataIndex(
        source_id=definition.source_id,
        target=target,
        collection_id=definition.pk,
        path=key.path.text,
        kind=key.kind,
        expression=expression_of(key),
        changed_at=now,
    )


def _refuse_too_many(target: Target, definition: Definition, paths: Collection[str]) -> None:
    if len(paths) > MOST_OF_A_DEFINITION:
        what = type(definition)._meta.verbose_name
        raise _too_many(f"of a {what}", MOST_OF_A_DEFINITION, len(paths))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [INDEX_LOCK_SPACE, LIMIT_LOCK])
    others = DataIndex.objects.exclude(state=IndexState.DROPPING).exclude(
        target=target, collection_id=definition.pk
    )
    count = others.values("target", "collection_id", "path").distinct().count() + len(paths)
    if count > MOST_OF_A_DATABASE:
        raise _too_many("of all sources together", MOST_OF_A_DATABASE, count)


def _too_many(where: str, most: int, count: int) -> Refused:
    message = f"At most {most} properties {where} can be indexed, {count} would be."
    failed = ErrorType.FAILED_PRECONDITION
    return Refused(failed, message, [Fault("/properties", "indexed", message, most, type=failed)])
