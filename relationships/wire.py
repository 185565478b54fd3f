"""How relationships look on the wire."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import TextField
from django.db.models.expressions import RawSQL

from ingestion.fields import EVERY_FIELD, Fields
from ingestion.records import Record
from ingestion.sql import columns, run
from ingestion.wire import data_sql, meta_json, meta_sql
from profiles.contract import Contract
from relationships.contract import CompiledDefinition, definitions_of
from relationships.relationships import ends_of

_TABLE = "relationships_relationship"


def relationship_text(
    source_key: str, definition: CompiledDefinition, fields: Fields = EVERY_FIELD
) -> RawSQL:
    """The JSON of a relationship's row, as an expression."""
    types = [definition.from_side.profile_key, definition.to_side.profile_key]
    sql, parameters = _relationship_sql("%s", "%s", "%s", source_key, fields)
    return RawSQL(sql, [*types, definition.key, *types, *parameters], output_field=TextField())


def relationship_texts(contract: Contract, ids: Collection[UUID]) -> dict[UUID, str]:
    """The JSON of relationships of any definitions, by the ids of their rows, in one statement.

    As `ingestion.wire.resource_texts` does.
    """
    types = [
        (one.id, one.key, one.from_side.profile_key, one.to_side.profile_key)
        for one in definitions_of(contract).all
    ]
    keys = ("type.key", "type.from_key", "type.to_key")
    text, parameters = _relationship_sql(*keys, contract.source_key, EVERY_FIELD)
    sql = f"""
        SELECT {_TABLE}.id, {text}
        FROM unnest(%s::uuid[]) AS wanted (id)
        CROSS JOIN LATERAL (
            SELECT * FROM {_TABLE} WHERE source_id = %s AND id = wanted.id LIMIT 1
        ) AS {_TABLE}
        JOIN unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
          AS type (id, key, from_key, to_key) ON type.id = definition_id
    """
    wanted = columns([(id,) for id in ids], 1)
    return dict(run(sql, [*parameters, *wanted, contract.source_id, *columns(types, 4)]))


def _relationship_sql(
    key: str, from_type: str, to_type: str, source_key: str, fields: Fields
) -> tuple[str, list[str]]:
    """A relationship's row as JSON, and what follows the parameters of the types, of the key and of
    the types again.
    """
    head = f"""
        '{{"id":"' || {from_type} || '.' || {_TABLE}.from_public_id
        || ',' || {to_type} || '.' || {_TABLE}.to_public_id
        || '","type":"' || {key}
        || '","from":{{"id":"' || {_TABLE}.from_public_id || '","type":"' || {from_type}
        || '"}},"to":{{"id":"' || {_TABLE}.to_public_id || '","type":"' || {to_type} || '"}}'
    """
    data, shape = data_sql(_TABLE, fields)
    meta, source = meta_sql(_TABLE, source_key, fields)
    return head + data + meta, [*shape, *source]


def relationship_json(record: Record, source_key: str, definition: CompiledDefinition) -> bytes:
    """The JSON of a relationship that was just written."""
    ends = ends_of(definition, record.key.public_id)
    sides = ((ends.from_id, definition.from_side), (ends.to_id, definition.to_side))
    from_end, to_end = (
        b'{"id":"%b","type":"%b"}' % (id.encode(), side.profile_key.encode()) for id, side in sides
    )
    return b'{"id":"%b","type":"%b","from":%b,"to":%b,"data":%b,%b}' % (
        record.key.public_id.encode(),
        definition.key.encode(),
        from_end,
        to_end,
        record.data.text,
        meta_json(record, source_key),
    )
