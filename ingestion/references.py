"""References of a resource to itself: the word `@rootId` for an id that is yet to be made.

Only what the profile calls a reference is one: an object of the same shape is mere data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from profiles.contract import CompiledProfile
from profiles.datatypes.groups import Reference
from profiles.exact import Document, Json
from profiles.names import ROOT_ID
from profiles.properties import ProfileDefinition, Property


def fill_references(
    body: Mapping[str, Document], profile: CompiledProfile, root_id: str
) -> dict[str, Document]:
    """The members `data` and `contained`, with the root's id in every reference to `@rootId`."""
    if not any(_may_refer(part.text) for part in body.values()):
        return dict(body)
    values = {member: part.value for member, part in body.items()}
    filled = _record(values, profile.key, profile.contract.catalogue, root_id)
    return {
        member: part if filled[member] == part.value else Document.of(filled[member])
        for member, part in body.items()
    }


def _may_refer(text: bytes) -> bool:
    """An escape may hide the word."""
    return ROOT_ID.encode() in text or b"\\u" in text


def _record(
    record: Mapping[str, Json], type: Json, catalogue: Mapping[str, ProfileDefinition], root_id: str
) -> dict[str, Any]:
    """A root or contained resource. What is not as it should be is left to the schema."""
    filled = dict(record)
    definition = catalogue.get(type) if isinstance(type, str) else None
    if definition is not None and "data" in record:
        filled["data"] = _group(record["data"], definition.properties, root_id)
    if isinstance(contained := record.get("contained"), dict):
        filled["contained"] = {
            key: [
                _record(row, row.get("type"), catalogue, root_id) if isinstance(row, dict) else row
                for row in rows
            ]
            if isinstance(rows, list)
            else rows
            for key, rows in contained.items()
        }
    return filled


def _group(value: Json, parts: Mapping[str, Property], root_id: str) -> Json:
    if not isinstance(value, dict):
        return value
    return {
        key: _value(member, parts[key], root_id) if key in parts else member
        for key, member in value.items()
    }


def _value(value: Json, prop: Property, root_id: str) -> Json:
    if isinstance(prop.type, Reference):
        is_meant = isinstance(value, dict) and value.get("id") == ROOT_ID
        return {**value, "id": root_id} if is_meant else value
    if prop.items is not None and isinstance(value, list):
        return [_value(element, prop.items, root_id) for element in value]
    return _group(value, prop.parts(), root_id)
