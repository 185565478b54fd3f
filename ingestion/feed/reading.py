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
    """Those behind a place in its piece. `cursor` is how their cursors begin.

    Those of transactions that the tick before could have seen ended, but did not, have a `seq` of
    any age: they are looked up by their transactions. All others are beyond what was drawn then.
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
    """By `seq`. `+ 0` keeps the index of transactions away, from which they would be sorted."""
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
