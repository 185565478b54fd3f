"""Whether what a list is filtered by is frequent: told from a sample, not from statistics.

Frequent values are found by walking the list, rare ones by an index on the values. The planner
cannot tell them apart where records are wider than a kilobyte, since it keeps no statistics of
such; it then walks, and where there are none of a value, it walks to the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FullResultSet
from django.db import connections
from django.db.models import QuerySet

SAMPLE = 500
ENOUGH = 10
"""So many of a sample make a value frequent: a page of 100 is then found in 5,000 rows."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQL, with its parameters."""

    sql: str
    parameters: Sequence[Any] = ()

    @classmethod
    def where(cls, rows: QuerySet[Any]) -> Fragment:
        """The condition of a queryset without joins."""
        try:
            return cls(*rows.query.get_compiler(rows.db).compile(rows.query.where))
        except FullResultSet:
            return cls("TRUE")

    def __and__(self, other: Fragment) -> Fragment:
        sql = f"{self.sql} AND {other.sql}"
        return Fragment(sql, [*self.parameters, *other.parameters])


Settings = Mapping[str, str]
"""Of PostgreSQL, by name."""


def is_frequent(rows: QuerySet[Any], condition: Fragment, among: Fragment, order: Fragment) -> bool:
    """Whether `condition` holds often among the first rows of a list, in its order."""
    return is_set_for_frequent(rows, condition, among, order, {}, {})


def is_set_for_frequent(
    rows: QuerySet[Any],
    condition: Fragment,
    among: Fragment,
    order: Fragment,
    frequent: Settings,
    rare: Settings,
) -> bool:
    """As `is_frequent`; and in the same statement it is set what is to hold, until the transaction
    ends, in either case.
    """
    calls = [", set_config(%s, CASE WHEN is_frequent THEN %s ELSE %s END, true)" for _ in frequent]
    sample = sampled(rows.model._meta.db_table, condition, among, order)
    sql = f"SELECT is_frequent{''.join(calls)} FROM ({sample.sql}) AS sampled"
    chosen = [part for name in frequent for part in (name, frequent[name], rare[name])]
    with connections[rows.db].cursor() as database:
        database.execute(sql, [*chosen, *sample.parameters])
        (found, *_) = database.fetchone()
    return bool(found)


def sampled(table: str, condition: Fragment, among: Fragment, order: Fragment) -> Fragment:
    """Whether it holds often among the first rows of a list: selects `is_frequent`."""
    sql = f"""
        SELECT count(*) = {ENOUGH} AS is_frequent FROM (
            SELECT 1 FROM (
                SELECT * FROM {table} WHERE {among.sql} ORDER BY {order.sql} LIMIT {SAMPLE}
            ) AS {table}
            WHERE {condition.sql} LIMIT {ENOUGH}
        ) AS hit
    """
    return Fragment(sql, [*among.parameters, *order.parameters, *condition.parameters])


def walked(table: Fragment, among: Fragment, order: Fragment) -> Fragment:
    """A table in the order of a list, in which nothing is looked for by another index.

    Where a condition holds often the planner may not see it, and gather all rows for which it does
    before it sorts them. `OFFSET 0` keeps the condition out. Whoever reads it sorts nothing, so
    that it is read no further than is needed: the order stays.
    """
    sql = f"(SELECT * FROM {table.sql} WHERE {among.sql} ORDER BY {order.sql} OFFSET 0)"
    return Fragment(f"{sql} AS {table.sql}", [*among.parameters, *order.parameters])


@contextmanager
def planned_anew(alias: str) -> Iterator[None]:
    """Statements in here are planned for their own values, and their plans are not kept.

    A kept plan serves rare and frequent values alike: the one for frequent values, which walks the
    list, takes thousands of times as long as the index where there are none.
    """
    connections[alias].ensure_connection()
    connection = connections[alias].connection
    threshold = connection.prepare_threshold
    connection.prepare_threshold = None
    try:
        yield
    finally:
        connection.prepare_threshold = threshold
