"""The filters of one profile or definition as parameters, each by its own name and type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ingestion.filters.data import CIRCLE_FORM, FLAGS, MAX_VALUES, filter_name, filters_of
from profiles.api.openapi.components import TEXT, query_parameter
from profiles.api.openapi.endpoints import Object, component_name, lifted, schema
from profiles.datatypes.base import DataType, Lookup, Schema
from profiles.exact import Json
from profiles.example_values import example_value
from profiles.paths import Path, all_paths
from profiles.properties import Property
from profiles.schema import with_types

FLAG: Schema = {"type": "boolean"}


def _several(type: DataType) -> Json:
    text = type.to_text(example_value(type)) or ""
    return f'"{text}"' if "," in text else text


def _text(type: DataType) -> Json:
    return type.to_text(example_value(type)) or ""


def _beginning(type: DataType) -> Json:
    return (type.to_text(example_value(type)) or "")[:3]


def _circle(type: DataType) -> Json:
    return "43.65,-79.38,20000"


def _yes(type: DataType) -> Json:
    return FLAGS["true"]


@dataclass(frozen=True, slots=True)
class DescribedLookup:
    says: str
    example: Callable[[DataType], Json]
    schema: Schema | None = None
    """None: that of the property's type."""


LOOKUPS: Mapping[Lookup, DescribedLookup] = {
    Lookup.EQUAL: DescribedLookup("Is this; of an array, any element is.", example_value),
    Lookup.IN: DescribedLookup(
        f"Is one of up to {MAX_VALUES} values with commas between them. One that holds a comma or"
        " begins with a double quote stands in double quotes, as in CSV.",
        _several,
        TEXT,
    ),
    Lookup.AT_LEAST: DescribedLookup(
        "Is, or may be, at least this: a date told in part stands for all of its days.",
        example_value,
    ),
    Lookup.AT_MOST: DescribedLookup("Is, or may be, at most this.", example_value),
    Lookup.SAME_TEXT: DescribedLookup("Is this text in any case of letters.", _text, TEXT),
    Lookup.BEGINS: DescribedLookup("Begins so.", _beginning, TEXT),
    Lookup.BEGINS_FOLDED: DescribedLookup("Begins so, in any case of letters.", _beginning, TEXT),
    Lookup.NEAR: DescribedLookup(
        f"Is no further away: `{CIRCLE_FORM}`, in degrees.", _circle, TEXT
    ),
    Lookup.ABSENT: DescribedLookup("`true`: nothing is there; `false`: something is.", _yes, FLAG),
}
"""How each lookup is told of. A text that holds several values is no array here: clients would not
quote what holds a comma."""


def filter_parameters(properties: Mapping[str, Property]) -> list[Object]:
    return [_parameter(path, lookup) for path, lookup in filters_of(properties)]


def filter_schemas(properties: Mapping[str, Property]) -> dict[str, Schema]:
    """The components that these parameters refer to."""
    types = {path.element.prop.type for path in all_paths(properties) if path.lookups}
    whole = with_types({"anyOf": [{"$ref": f"#/$defs/type.{type.name}"} for type in _plain(types)]})
    _, components = lifted(whole)
    return components


def _plain(types: set[DataType]) -> Iterator[DataType]:
    """Those that are compared with a value as a whole."""
    for type in sorted(types, key=lambda each: each.name):
        if any(LOOKUPS[lookup].schema is None for lookup in type.lookups):
            yield type


def _parameter(path: Path, lookup: Lookup) -> Object:
    described = LOOKUPS[lookup]
    type = path.element.prop.type
    of_type = schema(component_name(f"type.{type.name}"))
    says = " ".join(text for text in (path.prop.description, described.says) if text)
    name = filter_name(path, lookup)
    return query_parameter(name, described.schema or of_type, described.example(type), says)
