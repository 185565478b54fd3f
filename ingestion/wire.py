"""How records look on the wire, made from their stored text: in SQL for reads, here for writes.

Nothing in a record's frame needs escaping, since keys and ids are plain ASCII (profiles.names);
data, contained and identifiers are JSON already.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import F, Func, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from ingestion.records import Record


class Text(Func):
    """The concatenation of its parts."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = TextField()


class WireTime(Func):
    """A time as `time_text` writes it."""

    template = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    output_field = TextField()


def text_of(part: str | Combinable) -> Combinable:
    """A piece of fixed text, or the text of a column."""
    return Value(part, output_field=TextField()) if isinstance(part, str) else part


def row_text(*parts: str | Combinable) -> Text:
    return Text(*map(text_of, parts))


def column(name: str) -> Combinable:
    return Cast(F(name), TextField())


def meta_text(source_key: str) -> tuple[str | Combinable, ...]:
    return (
        f',"meta":{{"source":"{source_key}","version":',
        column("version"),
        ',"createdAt":"',
        WireTime(F("created_at")),
        '","updatedAt":"',
        WireTime(F("updated_at")),
        '","identifier":',
        column("identifiers"),
        "}}",
    )


def resource_text(source_key: str, type: str) -> Text:
    """The JSON of a resource's row, as an expression."""
    return row_text(
        '{"id":"',
        F("public_id"),
        f'","type":"{type}","data":',
        column("data"),
        ',"contained":',
        column("contained"),
        *meta_text(source_key),
    )


def resource_json(record: Record, source_key: str) -> bytes:
    """The JSON of a resource that was just written."""
    return b'{"id":"%b","type":"%b","data":%b,"contained":%b,%b}' % (
        record.key.public_id.encode(),
        record.key.collection.encode(),
        record.data.text,
        record.contained.text,
        meta_json(record, source_key),
    )


def meta_json(record: Record, source_key: str) -> bytes:
    return (
        b'"meta":{"source":"%b","version":%d,"createdAt":"%b","updatedAt":"%b","identifier":%b}'
        % (
            source_key.encode(),
            record.version,
            time_text(record.created_at).encode(),
            time_text(record.updated_at).encode(),
            record.identifiers.text,
        )
    )


def time_text(time: datetime | None) -> str:
    """RFC 3339 in UTC with microseconds, always the same length."""
    assert time is not None, "a written record has its times"
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").zfill(27)
