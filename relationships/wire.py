"""How relationships look on the wire."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
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
_CHANGE = "ingestion_change"


def relationship_text(
    source_key: str, definition: CompiledDefinition, fields: Fields = EVERY_FIELD
) -> RawSQL:
    """The JSON of a relationship's row, as an expression."""
    types = [definition.from_side.profile_key, definition.to_side.profile_key]
    sql, parameters = _relationship_sql(_names("%s", "%s", "%s"), source_key, fields)
    return RawSQL(sql, [*types, definition.key, *types, *parameters], output_field=TextField())


def past_relationship_text(source_key: str) -> RawSQL:
    """The JSON of the relationship that a row of changes tells of, as an expression."""
    sql, parameters = _relationship_sql(_past_names(), source_key, EVERY_FIELD, _CHANGE)
    return RawSQL(sql, parameters, output_field=TextField())


def relationship_texts(contract: Contract, ids: Collection[UUID]) -> dict[UUID, str]:
    """The JSON of relationships of any definitions, by the ids of their rows, in one statement.

    As `ingestion.wire.resource_texts` does.
    """
    types = [
        (one.id, one.key, one.from_side.profile_key, one.to_side.profile_key)
        for one in definitions_of(contract).all
    ]
    keys = ("type.key", "type.from_key", "type.to_key")
    text, parameters = _relationship_sql(_names(*keys), contract.source_key, EVERY_FIELD)
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


class _Names(NamedTuple):
    """What stands in SQL for the names of a relationship and its ends."""

    key: str
    from_type: str
    from_id: str
    to_type: str
    to_id: str


def _names(key: str, from_type: str, to_type: str) -> _Names:
    return _Names(key, from_type, f"{_TABLE}.from_public_id", to_type, f"{_TABLE}.to_public_id")


def _past_names() -> _Names:
    """Of a row of changes: neither types nor ids hold a dot or a comma."""
    ends = (f"split_part({_CHANGE}.public_id, ',', {n})" for n in (1, 2))
    parts = (f"split_part({end}, '.', {n})" for end in ends for n in (1, 2))
    return _Names(f"{_CHANGE}.collection", *parts)


def _relationship_sql(
    names: _Names, source_key: str, fields: Fields, table: str = _TABLE
) -> tuple[str, list[str]]:
    """A relationship's row as JSON, and what follows the parameters of the types, of the key and of
    the types again.
    """
    key, from_type, from_id, to_type, to_id = names
    head = f"""
        '{{"id":"' || {from_type} || '.' || {from_id} || ',' || {to_type} || '.' || {to_id}
        || '","type":"' || {key}
        || '","from":{{"id":"' || {from_id} || '","type":"' || {from_type}
        || '"}},"to":{{"id":"' || {to_id} || '","type":"' || {to_type} || '"}}'
    """
    data, shape = data_sql(table, fields)
    meta, source = meta_sql(table, source_key, fields)
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
