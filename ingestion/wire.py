"""How records look on the wire, made from their stored text: in SQL for reads, here for writes.

Nothing in a record's frame needs escaping, since keys and ids are plain ASCII (profiles.names);
data, contained and identifiers are JSON already.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import TextField
from django.db.models.expressions import RawSQL

from ingestion.fields import EVERY_FIELD, Fields
from ingestion.operations import Target
from ingestion.records import Record, etag_of
from ingestion.sql import columns, run
from profiles.contract import Contract
from profiles.exact import json_line
from profiles.times import time_text

_TEXT = TextField()


def resource_text(source_key: str, type: str, fields: Fields = EVERY_FIELD) -> RawSQL:
    """The JSON of a resource's row, as an expression."""
    sql, parameters = _resource_sql("%s", source_key, fields)
    return RawSQL(sql, [type, *parameters], output_field=_TEXT)


def past_resource_text(source_key: str) -> RawSQL:
    """The JSON of the resource that a row of changes tells of, as an expression."""
    table = "ingestion_change"
    sql, parameters = _resource_sql(f"{table}.collection", source_key, EVERY_FIELD, table)
    return RawSQL(sql, parameters, output_field=TextField())


def resource_texts(contract: Contract, ids: Collection[UUID]) -> dict[UUID, str]:
    """The JSON of resources of any types, by the ids of their rows, in one statement.

    LATERAL is one look into the index for each id, whatever is known of the source's size.
    """
    types = [(profile.id, key) for key, profile in contract.profiles.items()]
    text, parameters = _resource_sql("type.key", contract.source_key, EVERY_FIELD)
    sql = f"""
        SELECT ingestion_resource.id, {text}
        FROM unnest(%s::uuid[]) AS wanted (id)
        CROSS JOIN LATERAL (
            SELECT * FROM ingestion_resource WHERE source_id = %s AND id = wanted.id LIMIT 1
        ) AS ingestion_resource
        JOIN unnest(%s::bigint[], %s::text[]) AS type (id, key) ON type.id = profile_id
    """
    wanted = columns([(id,) for id in ids], 1)
    return dict(run(sql, [*parameters, *wanted, contract.source_id, *columns(types, 2)]))


def _resource_sql(
    type: str, source_key: str, fields: Fields, table: str = "ingestion_resource"
) -> tuple[str, list[str]]:
    """A resource's row as JSON, and what follows the parameters of `type`."""
    head = f"""'{{"id":"' || {table}.public_id || '","type":"' || {type} || '"'"""
    data, shape = data_sql(table, fields)
    contained = f"""|| ',"contained":' || {table}.contained """ if fields.has_contained else ""
    meta, source = meta_sql(table, source_key, fields)
    return head + data + contained + meta, [*shape, *source]


def contained_text() -> RawSQL:
    """The JSON of what a resource contains, as an expression."""
    return RawSQL("ingestion_resource.contained::text", [], output_field=_TEXT)


def data_sql(table: str, fields: Fields) -> tuple[str, list[str]]:
    """The member `data` of a record in SQL, and its parameters."""
    if fields.shape is None:
        return f"""|| ',"data":' || {table}.data """, []
    if not fields.shape:
        return "", []
    shape = json_line(fields.shape)
    return f"""|| ',"data":' || registrar_thin({table}.data, %s::jsonb) """, [shape]


def meta_sql(table: str, source_key: str, fields: Fields) -> tuple[str, list[str]]:
    """`meta` and the end of a record in SQL, and its parameters."""
    if not fields.has_meta:
        return "|| '}'", []
    own = f""""source":"' || %s || '","version":' || {table}.version || ',"""
    sql = f"""
        || ',"meta":{{{"" if fields.is_for_loading else own}"createdAt":"'
        || {time_sql(f"{table}.created_at")}
        || '","updatedAt":"' || {time_sql(f"{table}.updated_at")}
        || '","identifier":' || {table}.identifiers || '}}}}'
    """
    return sql, [] if fields.is_for_loading else [source_key]


def time_sql(column: str) -> str:
    """A time as `time_text` writes it."""
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def read_row(
    expression: RawSQL, table: str, where: str, parameters: Sequence[Any]
) -> tuple[str, str, UUID] | None:
    """The value of an expression for one row, the row's ETag and id; None if there is no such row.

    Without the ORM, which takes longer to make the statement than the database to answer it.
    """
    sql = f"SELECT {expression.sql}, {table}.id, {table}.version FROM {table} {where}"
    for text, row_id, version in run(sql, [*expression.params, *parameters]):
        return text, etag_of(row_id, version), row_id
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


def location_of(source_key: str, target: Target, record: Record) -> str:
    """The address of a record."""
    collection, id = record.key.collection, record.key.public_id
    return f"/sources/{source_key}/v1/{target.lower()}s/{collection}/{id}"


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
