"""How relationships look on the wire."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import TextField
from django.db.models.expressions import RawSQL

from ingestion.records import Record
from ingestion.sql import columns, run
from ingestion.wire import meta_json, meta_sql
from profiles.contract import Contract
from relationships.contract import CompiledDefinition, definitions_of
from relationships.relationships import ends_of

_TABLE = "relationships_relationship"


def relationship_text(source_key: str, definition: CompiledDefinition) -> RawSQL:
    """The JSON of a relationship's row, as an expression."""
    types = [definition.from_side.profile_key, definition.to_side.profile_key]
    parameters = [*types, definition.key, *types, source_key]
    return RawSQL(_relationship_sql("%s", "%s", "%s"), parameters, output_field=TextField())


def relationship_texts(contract: Contract, ids: Collection[UUID]) -> dict[UUID, str]:
    """The JSON of relationships of any definitions, by the ids of their rows, in one statement.

    As `ingestion.wire.resource_texts` does.
    """
    types = [
        (one.id, one.key, one.from_side.profile_key, one.to_side.profile_key)
        for one in definitions_of(contract).all
    ]
    sql = f"""
        SELECT {_TABLE}.id, {_relationship_sql("type.key", "type.from_key", "type.to_key")}
        FROM unnest(%s::uuid[]) AS wanted (id)
        CROSS JOIN LATERAL (
            SELECT * FROM {_TABLE} WHERE source_id = %s AND id = wanted.id LIMIT 1
        ) AS {_TABLE}
        JOIN unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
          AS type (id, key, from_key, to_key) ON type.id = definition_id
    """
    wanted = columns([(id,) for id in ids], 1)
    return dict(run(sql, [contract.source_key, *wanted, contract.source_id, *columns(types, 4)]))


def _relationship_sql(key: str, from_type: str, to_type: str) -> str:
    """A relationship's row as JSON.

    Its parameters are those of the types, of the key, of the types, and the key of the source.
    """
    return f"""
        '{{"id":"' || {from_type} || '.' || {_TABLE}.from_public_id
        || ',' || {to_type} || '.' || {_TABLE}.to_public_id
        || '","type":"' || {key}
        || '","from":{{"id":"' || {_TABLE}.from_public_id || '","type":"' || {from_type}
        || '"}},"to":{{"id":"' || {_TABLE}.to_public_id || '","type":"' || {to_type}
        || '"}},"data":' || {_TABLE}.data
    """ + meta_sql(_TABLE)


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
