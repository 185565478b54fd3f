"""What a definition must look like, as a JSON Schema made from the data types.

So definitions are checked by the same validator as records, with the same faults. What depends on
other places of the definition or on other definitions is checked in `profiles.consistency`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from profiles.datatypes import DATA_TYPES, DataType
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.exact import is_number
from profiles.keywords import KEYWORDS, Flaw, Keyword
from profiles.names import KEY_RULE, PROPERTY_RULE, is_key, is_property_key, misnamed
from profiles.paths import parts_to_index
from profiles.properties import Cardinality, ProfileType
from profiles.schema import with_types
from profiles.validator import Validator, pattern_problem

TEXT: Schema = {"type": "string"}


class Ordered(Keyword):
    """`x-ordered`: `min` is not greater than `max`."""

    name = "x-ordered"

    def iter_errors(self, instance: Any) -> Iterator[Flaw]:
        if isinstance(instance, dict):
            low, high = instance.get("min"), instance.get("max")
            if is_number(low) and is_number(high) and low > high:
                yield Flaw("order", "Must not be greater than max.", "min")


class Compiles(Keyword):
    """`x-compiles`: a regular expression that matches in linear time."""

    name = "x-compiles"

    def iter_errors(self, instance: Any) -> Iterator[Flaw]:
        problem = pattern_problem(instance) if isinstance(instance, str) else None
        if problem is not None:
            yield Flaw("pattern", problem)


class Names(Keyword):
    """`x-names`: the members are named as properties or keys may be (design.md, section 4)."""

    name = "x-names"

    def iter_errors(self, instance: Any) -> Iterator[Flaw]:
        is_property = self.value == "property"
        fits, rule = (is_property_key, PROPERTY_RULE) if is_property else (is_key, KEY_RULE)
        for key in instance if isinstance(instance, dict) else ():
            if not fits(key):
                yield Flaw("name", misnamed(f"a {self.value}", rule), key)


_KEYWORDS = {**KEYWORDS, **{keyword.name: keyword for keyword in (Ordered, Compiles, Names)}}


def definition_validator(members: Mapping[str, Schema], required: list[str]) -> Validator:
    """The validator of a definition with these members, which may refer to `PROPERTIES`."""
    definitions = {"properties": _properties(), "property": _property()}
    for datatype in DATA_TYPES.values():
        definitions[f"property.{datatype.name}"] = _property_of(datatype)
    return Validator(with_types(closed_object(members, required), definitions), _KEYWORDS)


PROPERTIES: Schema = {"$ref": "#/$defs/properties"}
CARDINALITY: Schema = {"enum": [cardinality.value for cardinality in Cardinality]}


def profile_validator() -> Validator:
    containment = closed_object(
        {"types": {"type": "array", "minItems": 1, "items": TEXT}, "cardinality": CARDINALITY},
        ["types", "cardinality"],
    )
    members: dict[str, Schema] = {
        "type": {"enum": [kind.value for kind in ProfileType]},
        "description": TEXT,
        "properties": PROPERTIES,
        "contained": {
            "type": "object",
            "x-names": "contain key",
            "additionalProperties": containment,
        },
    }
    return definition_validator(members, ["properties"])


def _properties() -> Schema:
    return {
        "type": "object",
        "x-names": "property",
        "additionalProperties": {"$ref": "#/$defs/property"},
    }


def _property() -> Schema:
    """By `if` and `then`, so that each type's own members are the known ones."""
    choices = [
        {
            "if": {"required": ["type"], "properties": {"type": {"const": name}}},
            "then": {"$ref": f"#/$defs/property.{name}"},
        }
        for name in DATA_TYPES
    ]
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(DATA_TYPES)}},
        "allOf": choices,
    }


def _property_of(datatype: DataType) -> Schema:
    nested: dict[str, Schema] = {"items": {"$ref": "#/$defs/property"}, "properties": PROPERTIES}
    members: dict[str, Schema] = {
        "type": {},
        "description": TEXT,
        "rules": {"type": "array", "items": _rule_of(datatype)},
        **_indexed(datatype),
        **{key: nested[key] for key in sorted(datatype.takes)},
    }
    return closed_object(members, sorted(datatype.takes))


def _indexed(datatype: DataType) -> dict[str, Schema]:
    """The member by which a property, or parts of it, are marked for an index."""
    if datatype.scale is not None:
        return {"indexed": {"type": "boolean"}}
    if parts := [path.text for path in parts_to_index(datatype)]:
        return {"indexed": {"type": "array", "uniqueItems": True, "items": {"enum": parts}}}
    return {}


def _rule_of(datatype: DataType) -> Schema:
    own: Schema = {"$ref": f"#/$defs/type.{datatype.name}"}
    counts = datatype.bounds is not None and datatype.bounds.counts
    bound: Schema = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1} if counts else own
    criteria: dict[str, Schema] = {
        "required": {"type": "boolean"},
        "min": bound,
        "max": bound,
        "enum": {"type": "array", "minItems": 1, "items": own},
        "pattern": {"type": "string", "x-compiles": True},
    }
    members = {key: criteria[key] for key in criteria if key in datatype.criteria}
    return {**closed_object({**members, "when": _when()}, []), "x-ordered": True}


def _when() -> Schema:
    operator = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": {"x-exact": True},
    }
    return {
        **closed_object({"eq": operator, "lt": operator, "gt": operator}, []),
        "minProperties": 1,
        "maxProperties": 1,
    }
