"""How relationships look on the wire."""

from __future__ import annotations

from django.db.models import F

from ingestion.records import Record
from ingestion.wire import Text, column, meta_json, meta_text, row_text
from relationships.contract import CompiledDefinition
from relationships.relationships import ends_of


def relationship_text(source_key: str, definition: CompiledDefinition) -> Text:
    """The JSON of a relationship's row, as an expression."""
    from_type, to_type = definition.from_side.profile_key, definition.to_side.profile_key
    return row_text(
        f'{{"id":"{from_type}.',
        F("from_public_id"),
        f",{to_type}.",
        F("to_public_id"),
        f'","type":"{definition.key}","from":{{"id":"',
        F("from_public_id"),
        f'","type":"{from_type}"}},"to":{{"id":"',
        F("to_public_id"),
        f'","type":"{to_type}"}},"data":',
        column("data"),
        *meta_text(source_key),
    )


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
