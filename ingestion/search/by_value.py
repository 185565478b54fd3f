"""A page of what `data` contains, in one statement whose plan is kept.

It looks whether that is frequent among the next rows of the list (`ingestion.search.rarity`), and
takes one of two ways. Each has one index only that it can go by, whatever the database knows of the
table when it makes the plan: so the plan is right for every value, and later too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from ingestion.search.orders import Phase
from ingestion.search.rarity import Fragment, sampled


@dataclass(frozen=True, slots=True)
class ByValue:
    """The condition of all rows of a list, and that of the values."""

    everything: Fragment
    contained: Fragment


def page_by_value(
    alias: str, table: str, shown: Fragment, asked: ByValue, phase: Phase, limit: int
) -> Sequence[Any]:
    everything, contained = asked.everything, asked.contained
    walked = everything & contained & phase.behind
    # As a test of a truth value it answers no index: only that of the values is left.
    no_index = Fragment(f"({everything.sql}) IS TRUE", everything.parameters)
    gathered = no_index & contained & phase.behind_by_none
    sample = sampled(table, contained, everything & phase.behind, phase.by_index)
    ways = [
        (_page(table, shown, walked, phase.by_index, limit), ""),
        (_page(table, shown, gathered, phase.by_none, limit), "NOT "),
    ]
    sql = f"WITH sampled AS MATERIALIZED ({sample.sql})" + " UNION ALL ".join(
        f"SELECT * FROM ({way.sql}) AS way WHERE {sign}(SELECT is_frequent FROM sampled)"
        for way, sign in ways
    )
    parameters = [*sample.parameters, *(part for way, _ in ways for part in way.parameters)]
    with connections[alias].cursor() as database:
        database.execute(sql, parameters)
        return list(database.fetchall())


def _page(
    table: str, shown: Fragment, condition: Fragment, order: Fragment, limit: int
) -> Fragment:
    sql = (
        f"SELECT {shown.sql} FROM {table} WHERE {condition.sql} ORDER BY {order.sql} LIMIT {limit}"
    )
    return Fragment(sql, [*shown.parameters, *condition.parameters, *order.parameters])
