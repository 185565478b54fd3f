"""How many records there are: only if somebody asks, since to count is to read them all."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models import QuerySet

from ingestion.search.explaining import plan_of
from ingestion.search.rarity import Fragment
from ingestion.search.time_limit import searching

NO_TOTAL, EXACT, ESTIMATED = "none", "exact", "estimated"
TOTALS = (NO_TOTAL, EXACT, ESTIMATED)
"""What may be asked for; the first if nothing is."""

COUNTED = 10_000
"""Estimates are exact up to this number."""


def total_of(rows: QuerySet[Any], asked: str) -> int | None:
    """By one of `TOTALS`. Raises `Refused` where it takes too long."""
    if asked == NO_TOTAL:
        return None
    return exact_total(rows) if asked == EXACT else estimated_total(rows)


def exact_total(rows: QuerySet[Any]) -> int:
    """Raises `Refused` where it takes too long."""
    condition = Fragment.where(rows)
    return _counted(rows, f"SELECT count(*) FROM {_table(rows)} WHERE {condition.sql}", condition)


def estimated_total(rows: QuerySet[Any]) -> int:
    """Exact for what is small; of what is large, how many the planner expects."""
    condition = Fragment.where(rows)
    inner = f"SELECT 1 FROM {_table(rows)} WHERE {condition.sql}"
    limited = f"SELECT count(*) FROM ({inner} LIMIT {COUNTED}) AS counted"
    counted = _counted(rows, limited, condition)
    if counted < COUNTED:
        return counted
    with searching(rows.db):
        expected = plan_of(rows.db, inner, condition.parameters)["Plan Rows"]
    return max(COUNTED, int(expected))


def _counted(rows: QuerySet[Any], sql: str, condition: Fragment) -> int:
    with searching(rows.db), connections[rows.db].cursor() as cursor:
        cursor.execute(sql, condition.parameters)
        (count,) = cursor.fetchone()
    return int(count)


def _table(rows: QuerySet[Any]) -> str:
    return str(rows.model._meta.db_table)
