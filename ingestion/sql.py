"""The little SQL that all hot tables share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

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


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[str]:
    """Rows turned into arrays, one for each column, as `unnest` takes them: `%s::bigint[]`.

    JSON texts, which are bytes, become one text, for `string_to_array(%s, chr(30))`: every quote
    in an array would have to be escaped, which takes as long as all the rest.
    """
    turned = [_column(column) for column in zip(*rows, strict=True)]
    return turned or ["{}"] * width


def _column(values: tuple[Any, ...]) -> str:
    if isinstance(values[0], bytes):
        return RECORD_SEPARATOR.join(values).decode()
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: UUID | datetime | str | int | None) -> str:
    """In an array's text. In place of lists: psycopg asks each element for its type."""
    if value is None:
        return "NULL"
    text = str(value)
    if '"' in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def times(rows: Iterable[tuple[Any, ...]]) -> Times:
    """From `RETURNING id, created_at, updated_at`."""
    return {row_id: (created_at, updated_at) for row_id, created_at, updated_at in rows}


def row_ids(records: Collection[Record]) -> list[Any]:
    return [record.row_id for record in records]
