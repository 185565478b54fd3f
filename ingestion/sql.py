"""The little SQL that all hot tables share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection

from ingestion.kinds import Times
from ingestion.records import Record

RECORD_SEPARATOR = b"\x1e"
"""Stands between JSON texts (RFC 7464), and in none of them."""


def run(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """One statement, and its rows where it returns any."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[Any]:
    """Rows turned into arrays, one for each column, as `unnest` takes them.

    JSON texts, which are bytes, become one text, for `string_to_array(%s, chr(30))`: psycopg would
    escape every quote in the elements of an array, and take as long for it as for all the rest.
    """
    turned = [_column(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]


def _column(values: tuple[Any, ...]) -> list[Any] | str:
    if isinstance(values[0], bytes):
        return RECORD_SEPARATOR.join(values).decode()
    return list(values)


def times(rows: Iterable[tuple[Any, ...]]) -> Times:
    """From `RETURNING id, created_at, updated_at`."""
    return {row_id: (created_at, updated_at) for row_id, created_at, updated_at in rows}


def row_ids(records: Collection[Record]) -> list[Any]:
    return [record.row_id for record in records]
