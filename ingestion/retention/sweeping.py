"""Removes the changes that a source does not keep: a few at a time, each record's oldest first.

It follows the change feed like any reader, at a distance of the days that are kept. So each change
is looked at once, whatever the order in which transactions ended, and what has to go is found
through the index of its record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db import transaction

from ingestion.feed.cursors import Piece, Place, read_place, write_place
from ingestion.feed.following import read_kept
from ingestion.feed.reading import Wanted
from ingestion.feed.ticks import BEGINNING, Newest, newest_tick
from ingestion.models import Horizon
from ingestion.operations import Action
from ingestion.past.changes import OF_WANTED
from ingestion.sql import columns, run
from profiles.exact import decode
from profiles.models import Source
from profiles.times import time_text

AT_A_TIME = 1_000
"""Changes that one transaction looks at."""
MOST_REMOVED = 5_000
"""Changes that one transaction removes."""
LEAST_DAYS = 1
"""Younger changes are always kept: readers of the feed may be away for so long."""


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """What is kept: all changes of the last `days`, and the newest `versions` of each record
    before.
    """

    days: int | None
    versions: int | None

    @property
    def age(self) -> int:
        return self.days or LEAST_DAYS

    @property
    def states(self) -> int:
        return self.versions or 1


@dataclass(frozen=True, slots=True)
class _Visited:
    """The last change of a record that is old enough."""

    target: str
    collection: str
    public_id: str
    seq: int
    gone_seq: int = 0
    """The `seq` of its last deletion, if deleted records are not kept; else 0."""
    gone_at: str | None = None


def rule_of(source: Source) -> RetentionRule | None:
    """None for a source that keeps everything."""
    rule = RetentionRule(source.retention_days, source.retention_versions)
    return None if rule == RetentionRule(None, None) else rule


def is_still(rule: RetentionRule, source: Source) -> bool:
    """Somebody may have said meanwhile that more is kept."""
    return rule_of(Source.with_retired.get(pk=source.pk)) == rule


def sweep(source: Source, rule: RetentionRule) -> bool:
    """Look at the next changes, and remove what they make superfluous; whether there are more."""
    newest = newest_tick()  # It has to be committed before anybody goes by it.
    with transaction.atomic():
        horizon = _held(source, rule)
        if not is_still(rule, source):
            return False
        place = _place(horizon, source, newest)
        wanted = Wanted(source.pk, source.key, has_payload=False)
        found = read_kept(place, newest, wanted, AT_A_TIME)
        until = time_text(horizon_of(rule))
        changes = [decode(line.encode()) for line in found.lines]
        old = list(takewhile(lambda change: change["at"] <= until, changes))
        removed = _remove(horizon, newest.settled, list(_visited(old, rule)), rule)
        if removed < MOST_REMOVED:
            is_all = len(old) == len(changes)
            if is_all:
                horizon.cursor = write_place(found.place, source.key)
            elif old:
                horizon.cursor = old[-1]["cursor"]
        horizon.save()
    return removed == MOST_REMOVED or len(old) == AT_A_TIME


def horizon_of(rule: RetentionRule) -> datetime:
    """By the clock that gives changes their times."""
    ((moment,),) = run("SELECT clock_timestamp() - %s * interval '1 day'", [rule.age])
    assert isinstance(moment, datetime)
    return moment


def _held(source: Source, rule: RetentionRule) -> Horizon:
    """Locked. By another rule than before, all has to be looked at again."""
    Horizon.objects.get_or_create(source=source)
    horizon = Horizon.objects.select_for_update().get(source=source)
    if (horizon.days, horizon.versions) != (rule.days, rule.versions):
        horizon.days, horizon.versions, horizon.cursor = rule.days, rule.versions, ""
    return horizon


def _place(horizon: Horizon, source: Source, newest: Newest) -> Place:
    place = read_place(horizon.cursor, source.key)
    if place is None or place.piece.epoch != newest.epoch:
        return Place(Piece(newest.epoch, BEGINNING))
    return place


def _visited(changes: Sequence[Any], rule: RetentionRule) -> Iterator[_Visited]:
    """Each record once."""
    records: dict[tuple[str, str, str], _Visited] = {}
    for change in changes:
        key = (change["target"], change["type"], change["id"])
        seq = int(change["cursor"].rpartition(".")[2])
        before = records.get(key)
        gone: tuple[int, str | None] = (before.gone_seq, before.gone_at) if before else (0, None)
        if rule.days is not None and change["action"] == Action.DELETE:
            gone = (seq, change["at"])
        records[key] = _Visited(*key, seq, *gone)
    yield from records.values()


def _remove(
    horizon: Horizon, settled: int, visited: Sequence[_Visited], rule: RetentionRule
) -> int:
    """How many changes were removed; the horizon tells of them."""
    if not visited:
        return 0
    rows = run(
        f"""
        WITH wanted AS MATERIALIZED (
            SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
                                 %s::timestamptz[])
            AS visited (target, collection, public_id, seq, gone_seq, gone_at)
        ),
        superfluous AS MATERIALIZED (
            SELECT old.id, old.seq, old.transaction,
                   CASE WHEN counted.seq > gone_seq THEN counted.known_from ELSE gone_at END AS at
            FROM wanted
            LEFT JOIN LATERAL (
                SELECT seq, (SELECT at FROM ingestion_change WHERE {OF_WANTED}
                             AND seq > oldest.seq ORDER BY public_id, seq LIMIT 1) AS known_from
                FROM (
                    SELECT seq FROM ingestion_change WHERE {OF_WANTED} AND seq <= wanted.seq
                    ORDER BY public_id DESC, seq DESC OFFSET %s LIMIT 1
                ) AS oldest
            ) AS counted ON true
            CROSS JOIN LATERAL (
                SELECT id, seq, transaction FROM ingestion_change
                WHERE {OF_WANTED} AND seq <= greatest(gone_seq, counted.seq)
                ORDER BY public_id, seq LIMIT {MOST_REMOVED}
            ) AS old
            ORDER BY old.seq LIMIT {MOST_REMOVED}
        ),
        removed AS (
            DELETE FROM ingestion_change USING superfluous
            WHERE source_id = %s AND ingestion_change.id = superfluous.id
        )
        SELECT count(*), max(seq), max(transaction) FILTER (WHERE seq > %s), max(at)
        FROM superfluous
        """,
        [
            *columns([_row(one) for one in visited], 5),
            [one.gone_at for one in visited],
            *(horizon.source_id, horizon.source_id, rule.states),
            *(horizon.source_id, horizon.source_id, settled),
        ],
    )
    ((count, seq, transaction_id, at),) = rows
    if count:
        horizon.seq = max(horizon.seq, seq)
        horizon.transaction = max(horizon.transaction, transaction_id or 0)
        horizon.at = max(horizon.at or at, at)
    return int(count)


def _row(one: _Visited) -> tuple[Any, ...]:
    return one.target, one.collection, one.public_id, one.seq, one.gone_seq
