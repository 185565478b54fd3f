"""How records look on the wire, made from their stored text: in SQL for reads, here for writes.

Nothing in a record's frame needs escaping, since keys and ids are plain ASCII (profiles.names);
data, contained and identifiers are JSON already.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import TextField
from django.db.models.expressions import RawSQL

from ingestion.records import Record, etag_of
from ingestion.sql import columns, run
from profiles.contract import Contract


def resource_text(source_key: str, type: str) -> RawSQL:
    """The JSON of a resource's row, as an expression."""
    return RawSQL(_resource_sql("%s"), [type, source_key], output_field=TextField())


def resource_texts(contract: Contract, ids: Collection[UUID]) -> dict[UUID, str]:
    """The JSON of resources of any types, by the ids of their rows, in one statement.

    LATERAL is one look into the index for each id, whatever is known of the source's size.
    """
    types = [(profile.id, key) for key, profile in contract.profiles.items()]
    sql = f"""
        SELECT ingestion_resource.id, {_resource_sql("type.key")}
        FROM unnest(%s::uuid[]) AS wanted (id)
        CROSS JOIN LATERAL (
            SELECT * FROM ingestion_resource WHERE source_id = %s AND id = wanted.id LIMIT 1
        ) AS ingestion_resource
        JOIN unnest(%s::bigint[], %s::text[]) AS type (id, key) ON type.id = profile_id
    """
    wanted = columns([(id,) for id in ids], 1)
    return dict(run(sql, [contract.source_key, *wanted, contract.source_id, *columns(types, 2)]))


def _resource_sql(type: str) -> str:
    """A resource's row as JSON. Its parameters are those of `type`, and the key of the source."""
    return f"""
        '{{"id":"' || ingestion_resource.public_id || '","type":"' || {type}
        || '","data":' || ingestion_resource.data
        || ',"contained":' || ingestion_resource.contained
    """ + meta_sql("ingestion_resource")


def contained_text() -> RawSQL:
    """The JSON of what a resource contains, as an expression."""
    return RawSQL("ingestion_resource.contained::text", [], output_field=TextField())


def meta_sql(table: str) -> str:
    """`meta` and the end of a record, in SQL. Its one parameter is the key of the source."""
    return f"""
        || ',"meta":{{"source":"' || %s || '","version":' || {table}.version
        || ',"createdAt":"' || {_time_sql(f"{table}.created_at")}
        || '","updatedAt":"' || {_time_sql(f"{table}.updated_at")}
        || '","identifier":' || {table}.identifiers || '}}}}'
    """


def _time_sql(column: str) -> str:
    """A time as `time_text` writes it."""
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def read_row(
    expression: RawSQL, table: str, where: str, parameters: Sequence[Any]
) -> tuple[str, str] | None:
    """The value of an expression for one row, and the row's ETag; None if there is no such row.

    Without the ORM, which takes longer to make the statement than the database to answer it.
    """
    sql = f"SELECT {expression.sql}, {table}.id, {table}.version FROM {table} {where}"
    for text, row_id, version in run(sql, [*expression.params, *parameters]):
        return text, etag_of(row_id, version)
    return None


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
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
