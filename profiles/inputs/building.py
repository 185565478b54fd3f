"""From properties and profiles to the shapes in which they are edited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from profiles.datatypes.base import Control
from profiles.datatypes.text import ElementId
from profiles.inputs.groups import GroupShape
from profiles.inputs.nodes import Label
from profiles.inputs.rows import RowsShape
from profiles.inputs.shapes import HiddenShape, LeafShape, Shape
from profiles.properties import Cardinality, Containment, ProfileDefinition, Property, Rule
from profiles.schema import MAX_DEPTH, Catalogue

UNLABELLED = Label()
HOW_MANY = {
    Cardinality.ANY: "Any number",
    Cardinality.AT_MOST_ONE: "At most one",
    Cardinality.EXACTLY_ONE: "Exactly one",
    Cardinality.AT_LEAST_ONE: "At least one",
}

_new_word = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_-]+")


def data_shape(name: str, properties: Mapping[str, Property], label: Label = UNLABELLED) -> Shape:
    """How `data` is edited. `name` sets what can be added to it apart from that of other data."""
    members = {key: _shape(key, prop, f"{name}.{key}") for key, prop in properties.items()}
    return GroupShape(label, members, is_kept_empty=True)


def property_shape(key: str, prop: Property) -> Shape:
    """How a property is edited that stands for itself."""
    return _shape(key, prop, key)


def contained_shape(definition: ProfileDefinition, catalogue: Catalogue) -> Shape:
    """How `contained` is edited, as deep as the profiles allow."""
    return _Contained(catalogue).keys(definition, 1, Label("Contained"))


def words(key: str) -> str:
    """A key as people read it: `practiceNumber` is "Practice number"."""
    spaced = _new_word.sub(" ", key).strip()
    plain = " ".join(word if word.isupper() else word.lower() for word in spaced.split())
    return plain[:1].upper() + plain[1:]


class _Contained:
    """Shapes of contained resources. Each profile has one for each depth, made when it is met."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._resource = cache(self._make_resource)

    def keys(
        self, definition: ProfileDefinition, depth: int, label: Label = UNLABELLED
    ) -> GroupShape:
        contained = definition.contained if depth <= MAX_DEPTH else {}
        rows = {key: self._rows(key, row, depth) for key, row in contained.items()}
        return GroupShape(label, rows)

    def _rows(self, key: str, containment: Containment, depth: int) -> RowsShape:
        def shape_of(type: str | None) -> Shape:
            return self._resource(type if type in types else types[0], depth)

        types = containment.types
        cardinality = containment.cardinality
        return RowsShape(
            Label(words(key), hint=HOW_MANY[cardinality], is_required=cardinality.needs_one),
            shape_of,
            kinds={f"{type}@{depth}": Label(words(type)) for type in types},
            kind_of=lambda kind: shape_of(kind.partition("@")[0]),
            at_most=1 if cardinality.allows_one_only else None,
        )

    def _make_resource(self, type: str, depth: int) -> Shape:
        definition = self._catalogue[type]
        members: dict[str, Shape] = {
            "type": HiddenShape(Label("Type"), type),
            "data": data_shape(f"{type}@{depth}", definition.properties),
            "id": LeafShape(Label("Id", hint="Made if it is left empty"), _ContainedId()),
        }
        inner = self.keys(definition, depth + 1)
        if inner.members:
            members["contained"] = inner
        return GroupShape(Label(words(type), definition.description), members)


class _ContainedId(ElementId):
    """The last part of a full id, which the write path completes again."""

    is_seldom = False

    def to_text(self, value: object) -> str | None:
        return value.rpartition("/")[2] if isinstance(value, str) else None


def _shape(key: str, prop: Property, path: str) -> Shape:
    label = Label(words(key), prop.description, _hint(prop), prop.is_required)
    match prop.type.control:
        case Control.GROUP:
            parts = {
                name: _shape(name, part, f"{path}.{name}") for name, part in prop.parts().items()
            }
            return GroupShape(label, parts)
        case Control.ROWS:
            assert prop.items is not None, "profiles.reading lets no array pass without items"
            row = _shape(key, prop.items, f"{path}[]")
            return RowsShape(label, lambda _: row, {f"{path}[]": label}, lambda _: row)
    return LeafShape(label, prop.type, _choices(prop))


def _choices(prop: Property) -> Mapping[str, str]:
    """Those of the type, or of a rule that always holds."""
    for rule in prop.rules:
        if rule.enum is not None and rule.when is None:
            texts = [prop.type.to_text(value) or "" for value in rule.enum]
            return {text: text for text in texts}
    return prop.type.choices


def _hint(prop: Property) -> str:
    rules = [_bounds(prop, rule) for rule in prop.rules if rule.when is None]
    return ". ".join(filter(None, [prop.type.hint, *rules]))


def _bounds(prop: Property, rule: Rule) -> str:
    unit = prop.type.bounds.unit if prop.type.bounds else ""
    last = rule.min if rule.max is None else rule.max
    unit = unit.removesuffix("s") if last == 1 else unit
    if rule.min is not None and rule.max is not None:
        return f"From {rule.min} to {rule.max}{unit}"
    if rule.min is not None:
        return f"At least {rule.min}{unit}"
    return "" if rule.max is None else f"At most {rule.max}{unit}"
