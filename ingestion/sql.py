"""The little SQL that all hot tables share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from ingestion.kinds import Times
from ingestion.records import Record

RECORD_SEPARATOR = b"\x1e"
"""Stands between JSON texts (RFC 7464), and in none of them."""


_WAYS = ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "material", "sort", "incremental_sort")
_SETTINGS = ("jit", *(f"enable_{way}" for way in _WAYS))
"""A way that is off costs so much, where there is no other, that it would be worth compiling."""
_OFF = [f"set_config('{setting}', 'off', true)" for setting in _SETTINGS]


def run(sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """One statement, and its rows where it returns any."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def expect_many() -> None:
    """Have the statements of this transaction look each row up in an index.

    A plan is kept for a connection. One that was made while a table was small reads all of it, for
    each batch anew, until somebody analyses the table that is being filled; or it goes by an
    index that is wrong for many, and sorts.
    """
    run(f"SELECT {', '.join(_OFF)}", [])


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[str]:
    """Rows turned into arrays, one for each column, as `unnest` takes them: `%s::bigint[]`.

    JSON texts, which are bytes, become one text, for `string_to_array(%s, chr(30))`: every quote
    in an array would have to be escaped, which takes as long as all the rest.
    """
    turned = [_column(column) for column in zip(*rows, strict=True)]
    return turned or ["{}"] * width


def _column(values: tuple[Any, ...]) -> str:
    """In place of lists: psycopg asks each element for its type."""
    first = values[0]
    if isinstance(first, bytes):
        return RECORD_SEPARATOR.join(values).decode()
    if None in values:
        return "{" + ",".join(map(_element, values)) + "}"
    if isinstance(first, int):
        return "{" + ",".join(map(str, values)) + "}"
    if not isinstance(first, str):
        return '{"' + '","'.join(map(str, values)) + '"}'
    text = '","'.join(values)
    if "\\" in text or text.count('"') > 2 * (len(values) - 1):
        return "{" + ",".join(map(_element, values)) + "}"
    return '{"' + text + '"}'


def _element(value: UUID | datetime | str | int | None) -> str:
    """In an array's text."""
    if value is None:
        return "NULL"
    text = str(value)
    if '"' in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def moment(text: str) -> datetime:
    """From `timestamptz::text`, which takes a tenth of the time that psycopg needs for one."""
    return datetime.fromisoformat(text)


def times(records: Iterable[Record], rows: Iterable[tuple[Any, ...]]) -> Times:
    """What written rows have, from `id, updated_at`: the first without an id is for all others.

    A record that says when it was made or changed keeps that.
    """
    (_, now), *others = rows
    own = dict(others)
    return {
        record.row_id: (
            record.created_at or now,
            record.updated_at or own.get(record.row_id, now),
        )
        for record in records
    }


def row_ids(records: Collection[Record]) -> list[Any]:
    return [record.row_id for record in records]
