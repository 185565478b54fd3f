"""How relationships look on the wire."""

from __future__ import annotations

from django.db.models import TextField
from django.db.models.expressions import RawSQL

from ingestion.fields import EVERY_FIELD, Fields
from ingestion.records import Record
from ingestion.wire import data_sql, meta_json, meta_sql
from relationships.contract import CompiledDefinition
from relationships.relationships import ends_of

_TABLE = "relationships_relationship"
_RELATIONSHIP = f"""
    '{{"id":"' || %s || '.' || {_TABLE}.from_public_id
    || ',' || %s || '.' || {_TABLE}.to_public_id
    || '","type":"' || %s
    || '","from":{{"id":"' || {_TABLE}.from_public_id || '","type":"' || %s
    || '"}},"to":{{"id":"' || {_TABLE}.to_public_id || '","type":"' || %s || '"}}'
"""


def relationship_text(
    source_key: str, definition: CompiledDefinition, fields: Fields = EVERY_FIELD
) -> RawSQL:
    """The JSON of a relationship's row, as an expression."""
    types = [definition.from_side.profile_key, definition.to_side.profile_key]
    data, shape = data_sql(_TABLE, fields)
    meta, source = meta_sql(_TABLE, source_key, fields)
    parameters = [*types, definition.key, *types, *shape, *source]
    return RawSQL(_RELATIONSHIP + data + meta, parameters, output_field=TextField())


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
