"""Two profiles with every data type, at every kind of place, and records of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from profiles.datatypes.base import Lookup, Scale
from profiles.paths import Path, all_paths, indexed_paths
from profiles.properties import Property
from profiles.reading import read_profile
from tests.search.values import NARROW, VALUES

Record = dict[str, Any]


def marked(type: str) -> dict[str, Any]:
    return {"type": type, "indexed": True}


def array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


RICH: dict[str, Any] = {
    "name": marked("symbol"),
    "n": marked("decimal"),
    "i": marked("integer"),
    "born": marked("date"),
    "seen": marked("datetime"),
    "instant": marked("instant"),
    "opens": marked("time"),
    "place": marked("geopoint"),
    "tags": array(marked("symbol")),
    "nums": array(array(marked("decimal"))),
    "days": array(marked("date")),
    "spots": array(marked("geopoint")),
    "inner": {"type": "object", "properties": {"word": marked("symbol")}},
    "data": array(
        {
            "type": "object",
            "properties": {
                "text": marked("symbol"),
                "in": marked("datetime"),
                "deep": {"type": "object", "properties": {"n": marked("integer")}},
            },
        }
    ),
    "flag": {"type": "boolean"},
    "flags": array({"type": "boolean"}),
}
"""As many marks as a profile may have."""

GROUPED: dict[str, Any] = {
    "code": marked("code"),
    "note": marked("markdown"),
    "page": marked("xhtml"),
    "uri": marked("uri"),
    "url": marked("url"),
    "valid": {"type": "period", "indexed": ["start"]},
    "address": {"type": "address", "indexed": ["city", "line"]},
    "names": array({"type": "humanname", "indexed": ["family", "given"]}),
    "telecom": array({"type": "contactpoint", "indexed": ["value"]}),
    "number": {"type": "identifier", "indexed": ["value"]},
    "coding": {"type": "coding", "indexed": ["display"]},
    "file": {"type": "attachment", "indexed": ["title"]},
    "about": {"type": "reference", "indexed": ["id"]},
}


def properties_of(definition: Mapping[str, Any]) -> Mapping[str, Property]:
    return read_profile({"properties": definition}).properties


def scaled(definition: Mapping[str, Any], *scales: Scale) -> list[Path]:
    """The marked paths of these scales, or of all."""
    paths = indexed_paths(properties_of(definition))
    return [path for path in paths if not scales or path.element.prop.type.scale in scales]


def compared(definition: Mapping[str, Any]) -> list[Path]:
    """The paths that lead to single values that are made here."""
    return [
        path
        for path in all_paths(properties_of(definition))
        if path.element.prop.type.name in VALUES and Lookup.EQUAL in path.lookups
    ]


def value_at(path: Path) -> st.SearchStrategy[Any]:
    return _value(path.element.prop)


def records(definition: Mapping[str, Any]) -> st.SearchStrategy[Record]:
    return _members(properties_of(definition))


def _members(properties: Mapping[str, Property]) -> st.SearchStrategy[Record]:
    return st.fixed_dictionaries({}, optional=dict(_optional(properties)))


def _optional(properties: Mapping[str, Property]) -> Iterator[tuple[str, Any]]:
    for key, prop in properties.items():
        if prop.items is not None:
            yield key, st.lists(_value(prop.items), max_size=2)
        elif prop.parts() or prop.type.name in VALUES:
            yield key, _value(prop)


def _value(prop: Property) -> st.SearchStrategy[Any]:
    if prop.items is not None:
        return st.lists(_value(prop.items), max_size=2)
    choices = [choice for rule in prop.rules for choice in rule.enum or ()]
    if choices:
        return st.sampled_from(choices)
    if prop.type.name in VALUES:
        return VALUES[prop.type.name]
    parts = {key: part for key, part in prop.parts().items() if key in NARROW}
    return _members(parts if parts else prop.parts())


def typed(value: Any) -> str:
    """A value as a parameter writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
