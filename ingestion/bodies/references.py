"""References by a word, `@rootId`, in place of an id that is yet to be made.

Only what the profile calls a reference is one: an object of the same shape is mere data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from profiles.contract import CompiledProfile
from profiles.datatypes.groups import Reference
from profiles.exact import Document, Json
from profiles.properties import ProfileDefinition, Property

Ids = Mapping[str, str]
"""Of resources, by the word that stands for each."""


def fill_references(
    body: Mapping[str, Document], profile: CompiledProfile, ids: Ids
) -> dict[str, Document]:
    """The members `data` and `contained`, with the id for its word in every reference."""
    if not any(_may_refer(part.text) for part in body.values()):
        return dict(body)
    values = {member: part.value for member, part in body.items()}
    filled = _record(values, profile.key, profile.contract.catalogue, ids)
    return {
        member: part if filled[member] == part.value else Document.of(filled[member])
        for member, part in body.items()
    }


def fill_properties(data: Document, properties: Mapping[str, Property], ids: Ids) -> Document:
    """The same for data alone, whose properties these are."""
    if not _may_refer(data.text):
        return data
    filled = _group(data.value, properties, ids)
    return data if filled == data.value else Document.of(filled)


def _may_refer(text: bytes) -> bool:
    """An escape may hide the word."""
    return b"@rootId" in text or b"\\u" in text


def _record(
    record: Mapping[str, Json], type: Json, catalogue: Mapping[str, ProfileDefinition], ids: Ids
) -> dict[str, Any]:
    """A root or contained resource. What is not as it should be is left to the schema."""
    filled = dict(record)
    definition = catalogue.get(type) if isinstance(type, str) else None
    if definition is not None and "data" in record:
        filled["data"] = _group(record["data"], definition.properties, ids)
    if isinstance(contained := record.get("contained"), dict):
        filled["contained"] = {
            key: [
                _record(row, row.get("type"), catalogue, ids) if isinstance(row, dict) else row
                for row in rows
            ]
            if isinstance(rows, list)
            else rows
            for key, rows in contained.items()
        }
    return filled


def _group(value: Json, parts: Mapping[str, Property], ids: Ids) -> Json:
    if not isinstance(value, dict):
        return value
    return {
        key: _value(member, parts[key], ids) if key in parts else member
        for key, member in value.items()
    }


def _value(value: Json, prop: Property, ids: Ids) -> Json:
    if isinstance(prop.type, Reference):
        return _reference(value, ids)
    if prop.items is not None and isinstance(value, list):
        return [_value(element, prop.items, ids) for element in value]
    return _group(value, prop.parts(), ids)


def _reference(value: Json, ids: Ids) -> Json:
    word = value.get("id") if isinstance(value, dict) else None
    return {**value, "id": ids[word]} if isinstance(word, str) and word in ids else value
