"""The little SQL that all hot tables share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection

from ingestion.kinds import Times
from ingestion.records import Record


def run(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """One statement, and its rows where it returns any."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows turned into arrays, one for each column, as `unnest` takes them."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]


def text(record_part: bytes) -> str:
    return record_part.decode()


def times(rows: Iterable[tuple[Any, ...]]) -> Times:
    """From `RETURNING id, created_at, updated_at`."""
    return {row_id: (created_at, updated_at) for row_id, created_at, updated_at in rows}


def row_ids(records: Collection[Record]) -> list[Any]:
    return [record.row_id for record in records]
