"""From a profile to one JSON Schema (2020-12) of the body `{data, contained}`.

This schema is published, is what the compiled validator runs and what OpenAPI shows.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from profiles.conditions import conditional_schemas
from profiles.datatypes import DATA_TYPES
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object, object_schema
from profiles.datatypes.text import Base64, ElementId
from profiles.names import ID_PATTERN, ROOT_ID
from profiles.properties import Containment, ProfileDefinition, Property

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_DEPTH = 5
"""How deep contained resources may stand in each other (design.md, section 4)."""

CONTAINED_ID_PATTERN = f"^((([A-Za-z0-9_-]+|{ROOT_ID})/)*{ID_PATTERN}|{ROOT_ID})$"
"""A full id, or the last part of one, or the word for an id that is yet to be made."""

Catalogue = Mapping[str, ProfileDefinition]
"""The profiles of a source, by key."""

_all_types = {**DATA_TYPES, **{type.name: type for type in (Base64(), ElementId())}}


def resource_schema(key: str, catalogue: Catalogue) -> Schema:
    """The schema of a resource of the profile `key`, and of all that it contains."""
    definition = catalogue[key]
    contained = _contained(definition, 1, catalogue)
    schema: Schema = {
        "$schema": DIALECT,
        "title": key,
        "type": "object",
        "properties": {"data": {"$ref": f"#/$defs/profile.{key}"}, "contained": contained},
        "required": ["data", "contained"] if "required" in contained else ["data"],
        "additionalProperties": False,
    }
    if definition.description:
        schema["description"] = definition.description
    return _with_definitions(schema, catalogue)


def relationship_schema(key: str, description: str, properties: Mapping[str, Property]) -> Schema:
    """The schema of the body `{data}` of a relationship."""
    schema: Schema = {
        "$schema": DIALECT,
        "title": key,
        "type": "object",
        "properties": {"data": data_schema(properties)},
        "additionalProperties": False,
    }
    if any(prop.is_required for prop in properties.values()):
        schema["required"] = ["data"]
    if description:
        schema["description"] = description
    return _with_definitions(schema, {})


def data_schema(properties: Mapping[str, Property]) -> Schema:
    return object_schema(properties, conditional_schemas(properties))


def with_types(schema: Schema, own: Mapping[str, Schema] | None = None) -> Schema:
    """The schema, with the definitions that it refers to: its own, and those of data types."""
    return _with_definitions(schema, {}, own or {})


def _contained(definition: ProfileDefinition, depth: int, catalogue: Catalogue) -> Schema:
    """The schema of `contained`. Each depth has definitions of its own, so nesting ends."""
    keys = definition.contained if depth <= MAX_DEPTH else {}
    rows = {key: _rows(keys[key], depth, catalogue) for key in keys}
    return closed_object(rows, _needed(definition))


def _rows(containment: Containment, depth: int, catalogue: Catalogue) -> Schema:
    cardinality = containment.cardinality
    schema: Schema = {
        "type": "array",
        "items": _contained_resource(containment, depth, catalogue),
        "x-unique-ids": True,
        "x-cardinality": cardinality.value,
    }
    if cardinality.needs_one:
        schema["minItems"] = 1
    if cardinality.allows_one_only:
        schema["maxItems"] = 1
    return schema


def _contained_resource(containment: Containment, depth: int, catalogue: Catalogue) -> Schema:
    """By `if` and `then`, not `oneOf`: a fault then names the place where it is."""
    members: dict[str, Schema] = {
        "id": {"type": "string", "pattern": CONTAINED_ID_PATTERN},
        "type": {"enum": list(containment.types)},
        "data": {},
        "contained": {},
    }
    choices = [
        {
            "if": {"required": ["type"], "properties": {"type": {"const": key}}},
            "then": _of_type(key, depth, catalogue),
        }
        for key in containment.types
    ]
    return {**closed_object(members, ["type", "data"]), "allOf": choices}


def _of_type(key: str, depth: int, catalogue: Catalogue) -> Schema:
    schema: Schema = {
        "properties": {
            "data": {"$ref": f"#/$defs/profile.{key}"},
            "contained": {"$ref": f"#/$defs/contained.{key}.{depth + 1}"},
        }
    }
    return {**schema, "required": ["contained"]} if _needed(catalogue[key]) else schema


def _needed(definition: ProfileDefinition) -> list[str]:
    return [key for key, row in definition.contained.items() if row.cardinality.needs_one]


def _with_definitions(
    schema: Schema, catalogue: Catalogue, own: Mapping[str, Schema] = MappingProxyType({})
) -> Schema:
    definitions: dict[str, Schema] = {}
    waiting = list(_references(schema))
    while waiting:
        name = waiting.pop()
        if name not in definitions:
            definitions[name] = own[name] if name in own else _definition(name, catalogue)
            waiting += _references(definitions[name])
    return {**schema, "$defs": dict(sorted(definitions.items()))} if definitions else schema


def _definition(name: str, catalogue: Catalogue) -> Schema:
    kind, key, *depth = name.split(".")
    if kind == "type":
        return _all_types[key].schema()
    if kind == "profile":
        return data_schema(catalogue[key].properties)
    return _contained(catalogue[key], int(depth[0]), catalogue)


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        target = schema.get("$ref")
        if isinstance(target, str):
            yield target.removeprefix("#/$defs/")
        for member in schema.values():
            yield from _references(member)
    elif isinstance(schema, list):
        for element in schema:
            yield from _references(element)
