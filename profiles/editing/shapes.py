"""How each row of a definition is edited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from profiles.datatypes import DATA_TYPES, DataType
from profiles.datatypes.numbers import Boolean, Integer
from profiles.datatypes.text import Symbol
from profiles.editing.marks import fitting_marks, marks_shape
from profiles.editing.nodes import Fixed, Keyed
from profiles.editing.texts import Key, OnePerLine, Operand
from profiles.inputs.groups import GroupShape
from profiles.inputs.nodes import ABSENT, Group, Label, Node, Place, Value
from profiles.inputs.rows import RowsShape
from profiles.inputs.shapes import Inputs, LeafShape, Shape

PROPERTY, CONTAINED = "property", "contained"
"""Rows that can be added, by the keys of `Rows.blanks`."""

ROW = Label("Property")

OPERATORS = {"eq": "equals", "lt": "is at most", "gt": "is at least"}


@dataclass(frozen=True)
class FixedShape(Shape):
    """A key that is saved already."""

    label: Label

    def takes(self, value: Value) -> bool:
        return True

    def show(self, value: Value, base: Value, place: Place) -> Node:
        return Fixed(place=place, label=self.label, value=value)

    def bind(self, inputs: Inputs, base: Value, place: Place) -> Node:
        return self.show(base, base, place)


@dataclass(frozen=True)
class KeyedShape(GroupShape):
    """A row whose key cannot change once it is saved."""

    def show(self, value: Value, base: Value, place: Place) -> Node:
        return _keyed(super(KeyedShape, self._beside(base)).show(value, base, place))

    def bind(self, inputs: Inputs, base: Value, place: Place) -> Node:
        return _keyed(super(KeyedShape, self._beside(base)).bind(inputs, base, place))

    def _beside(self, base: Value) -> KeyedShape:
        if not isinstance(base, dict) or "key" not in base or "key" not in self.members:
            return self
        return replace(self, members={**self.members, "key": FixedShape(Label("Key"))})


@dataclass(frozen=True)
class PropertyShape(Shape):
    """A property. What else can be said of it depends on the type that is chosen for it."""

    label: Label
    has_key: bool = True

    def takes(self, value: Value) -> bool:
        return value is ABSENT or isinstance(value, dict)

    def show(self, value: Value, base: Value, place: Place) -> Node:
        type = _type_in(value)
        return self._shape(type).show(value, _fitting(base, type), place)

    def bind(self, inputs: Inputs, base: Value, place: Place) -> Node:
        name = place.member("type").name
        type = inputs.get(name) if name in inputs else _type_in(base)
        return self._shape(type).bind(inputs, _fitting(base, type), place)

    def blanks(self) -> Iterator[tuple[str, Shape]]:
        yield PROPERTY, PropertyShape(ROW)
        for name, type in _representatives().items():
            yield name, rule_shape(type)

    def _shape(self, name: str | None) -> KeyedShape:
        members: dict[str, Shape] = {}
        if self.has_key:
            members["key"] = LeafShape(Label("Key", is_required=True), Key())
        members["type"] = LeafShape(
            Label("Type", is_required=True), Symbol(), {type: type for type in DATA_TYPES}
        )
        datatype = DATA_TYPES.get(name or "")
        further = {} if datatype is None else dict(_members_of(datatype))
        if "required" in further:
            members["required"] = further.pop("required")
        members["description"] = LeafShape(Label("Description"), Symbol())
        members |= further
        return KeyedShape(self.label, members)


def properties_shape(label: Label) -> RowsShape:
    """Properties by their keys; without any the list is empty, and not absent."""
    row = PropertyShape(ROW)
    needed = replace(label, is_required=True)
    return RowsShape(needed, lambda _: row, {PROPERTY: Label("property")}, lambda _: row)


def rule_shape(type: DataType) -> Shape:
    """A rule with a condition, or beyond the one that always holds."""
    when = GroupShape(
        Label("When", is_required=True),
        {
            "path": LeafShape(Label("Property", hint="Its path, with dots."), Symbol()),
            "operator": LeafShape(Label("Comparison"), Symbol(), OPERATORS),
            "value": LeafShape(
                Label("Value", hint='* means: is there. "12" in quotes is text.'), Operand()
            ),
        },
    )
    return GroupShape(Label("Rule"), {**_criteria_of(type), "when": when})


def _members_of(type: DataType) -> Mapping[str, Shape]:
    rule = rule_shape(type)
    kind = _signature(type)
    marks = marks_shape(type)
    members: dict[str, Shape] = {
        **_criteria_of(type),
        **({"indexed": marks} if marks else {}),
        "rules": RowsShape(
            Label("Rules on conditions"), lambda _: rule, {kind: Label("rule")}, lambda _: rule
        ),
    }
    nested: Mapping[str, Shape] = {
        "items": PropertyShape(Label("Each element", is_required=True), has_key=False),
        "properties": properties_shape(Label("Properties of the group")),
    }
    return {**members, **{name: nested[name] for name in sorted(type.takes)}}


def _criteria_of(type: DataType) -> Mapping[str, Shape]:
    counts = type.bounds is not None and type.bounds.counts
    unit = f" ({type.bounds.unit.strip()})" if counts and type.bounds else ""
    bound = Integer() if counts else type
    shapes: Mapping[str, Shape] = {
        "required": LeafShape(Label("Required"), Boolean(), Boolean.choices),
        "min": LeafShape(Label(f"At least{unit}"), bound),
        "max": LeafShape(Label(f"At most{unit}"), bound),
        "pattern": LeafShape(Label("Pattern", hint="Found anywhere unless anchored."), Symbol()),
        "enum": LeafShape(Label("Allowed values", hint="One on each line."), OnePerLine(type)),
    }
    return {name: shape for name, shape in shapes.items() if name in type.criteria}


def _signature(type: DataType) -> str:
    """Types whose rules take the same inputs share one."""
    return "-".join(["rule", *sorted(type.criteria)])


def _representatives() -> Mapping[str, DataType]:
    return {_signature(type): type for type in DATA_TYPES.values()}


def _type_in(value: Value) -> str | None:
    return value.get("type") if isinstance(value, dict) else None


def _fitting(base: Value, type: str | None) -> Value:
    """What is left of a stored property once another type is chosen for it."""
    datatype = DATA_TYPES.get(type or "")
    if not isinstance(base, dict) or base.get("type") == type or datatype is None:
        return base
    foreign = {"indexed", *_all_members()} - datatype.criteria - datatype.takes
    left = {name: member for name, member in base.items() if name not in foreign}
    marks = fitting_marks(base.get("indexed"), datatype)
    return left if marks is None else {**left, "indexed": marks}


def _all_members() -> set[str]:
    return {name for type in DATA_TYPES.values() for name in type.criteria | type.takes}


def _keyed(node: Node) -> Node:
    if not isinstance(node, Group):
        return node
    return Keyed(place=node.place, label=node.label, value=node.value, members=node.members)
