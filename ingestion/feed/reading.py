"""Reading the changes between two ticks, in the order of their `seq`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingestion.feed.cursors import Place
from ingestion.feed.ticks import Cut
from ingestion.feed.wire import change_sql
from ingestion.past.kinds import CHANGE
from ingestion.sql import run


@dataclass(frozen=True, slots=True)
class Wanted:
    source_id: int
    source_key: str
    types: tuple[str, ...] | None = None
    """Of the records; None for all."""
    has_payload: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    lines: Sequence[str]
    """Each the JSON of a change."""
    last: int
    """The `seq` of the last one."""


def changes_behind(place: Place, settled: int, wanted: Wanted, *, cursor: str, limit: int) -> Page:
    """The changes behind a place in its piece. `cursor` is how their cursors begin.

    A transaction that still ran at the tick before may have drawn a `seq` long ago, so its changes
    are looked up by transaction. All others are found by `seq`, beyond what was drawn at that tick.
    """
    done, cut = place.piece.done, place.piece.cut
    assert cut is not None, "or nobody knows where the piece ends"
    late = [each for each in done.running if cut.sees(each)]
    text, parameters = change_sql(wanted.source_key, cursor, has_payload=wanted.has_payload)
    sql, more = _in_order(wanted, place.seq, done, cut, settled, limit)
    if late:
        sql_late, late_parameters = _late(wanted, late, max(place.seq, settled), limit)
        sql, more = f"({sql}) UNION ALL ({sql_late})", [*more, *late_parameters]
    rows = run(
        f"SELECT {text}, seq FROM ({sql} ORDER BY seq LIMIT %s) AS {CHANGE} ORDER BY seq",
        [*parameters, *more, limit],
    )
    return Page([line for line, _ in rows], rows[-1][1] if rows else place.seq)


def _in_order(
    wanted: Wanted, behind: int, done: Cut, cut: Cut, settled: int, limit: int
) -> tuple[str, list[Any]]:
    """The changes that are found by `seq`.

    `transaction + 0` hides the index of transactions from the planner: its rows have to be sorted.
    """
    types, type_parameters = _of_types(wanted)
    sql = f"""
        SELECT * FROM ingestion_change
        WHERE source_id = %s AND seq > %s AND seq <= %s
          AND (seq <= %s OR transaction + 0 >= %s AND transaction + 0 < %s
                            AND transaction <> ALL (%s::bigint[])) {types}
    """
    parameters = [
        *(wanted.source_id, max(behind, done.low), cut.high, settled),
        *(done.xmax, cut.xmax, list(cut.running), *type_parameters),
    ]
    return sql, parameters


def _late(
    wanted: Wanted, transactions: Sequence[int], behind: int, limit: int
) -> tuple[str, list[Any]]:
    """The changes of transactions that still ran at the tick before, looked up one by one."""
    types, type_parameters = _of_types(wanted)
    sql = f"""
        SELECT change.* FROM unnest(%s::bigint[]) AS late (id) CROSS JOIN LATERAL (
            SELECT * FROM ingestion_change
            WHERE source_id = %s AND transaction = late.id AND seq > %s {types}
            ORDER BY seq LIMIT %s
        ) AS change
    """
    return sql, [list(transactions), wanted.source_id, behind, *type_parameters, limit]


def _of_types(wanted: Wanted) -> tuple[str, list[Any]]:
    return ("", []) if wanted.types is None else ("AND collection = ANY (%s)", [[*wanted.types]])
