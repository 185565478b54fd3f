"""How a property is edited: each shape makes the nodes of a value, and of what was typed over it.

`base` is what was stored when the form was opened. What was not touched stays as it is there, to
the last digit and the last empty text, whatever a browser makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Protocol

from profiles.datatypes.base import Control, DataType
from profiles.exact import Json
from profiles.inputs.nodes import (
    ABSENT,
    POSITION,
    REMOVE,
    Group,
    Hidden,
    Label,
    Leaf,
    Node,
    Place,
    Row,
    Rows,
    Value,
)
from profiles.inputs.tokens import tokens_of

_digits = re.compile("[0-9]{1,6}")

LONG = 100
"""Characters from which on a text is edited in several lines."""


class Inputs(Protocol):
    """What a form was sent: Django's `QueryDict`, or anything like it."""

    def __contains__(self, name: object, /) -> bool: ...

    def get(self, name: str, default: Any = None, /) -> Any: ...

    def getlist(self, name: str, /) -> Sequence[Any]: ...


class Shape:
    """The way of editing one property, or what holds several."""

    label: Label
    is_seldom: bool = False
    """Shown only where there is a value."""

    def takes(self, value: Value) -> bool:
        """Whether a value can be edited in this shape."""
        raise NotImplementedError

    def show(self, value: Value, base: Value, place: Place) -> Node:
        """The node of a value."""
        raise NotImplementedError

    def bind(self, inputs: Inputs, base: Value, place: Place) -> Node:
        """The node of what was typed where `base` had been shown."""
        raise NotImplementedError

    def blanks(self) -> Iterator[tuple[str, Shape]]:
        """What can be added below, by the keys of `Rows.blanks`."""
        return iter(())


class Anything(DataType):
    """What is edited as JSON: a value that does not fit its property, or has none."""

    name = "json"


@dataclass(frozen=True)
class LeafShape(Shape):
    label: Label
    type: DataType
    choices: Mapping[str, str] = field(default_factory=dict)
    is_left_over: bool = False

    @property
    def is_seldom(self) -> bool:  # type: ignore[override]
        return self.type.is_seldom

    def takes(self, value: Value) -> bool:
        return value is ABSENT or self.type.to_text(value) is not None

    def show(self, value: Value, base: Value, place: Place) -> Node:
        return self._leaf(place, value, self._text(value))

    def bind(self, inputs: Inputs, base: Value, place: Place) -> Node:
        shown = _line_ends(self._text(base))
        text = _line_ends(inputs.get(place.name, shown))
        if place.name + REMOVE in inputs:
            value: Value = ABSENT
        elif text == shown:
            value = base
        else:
            value = self.type.from_text(text) if text else ABSENT
        return self._leaf(place, value, text)

    def _text(self, value: Value) -> str:
        return "" if value is ABSENT else self.type.to_text(value) or ""

    def _leaf(self, place: Place, value: Value, text: str) -> Leaf:
        control, choices = self.type.control, self.choices
        if choices:
            control = Control.CHOICE
            choices = choices if text in ("", *choices) else {**choices, text: text}
        elif control is Control.LINE and ("\n" in text or "\r" in text or len(text) > LONG):
            control = Control.LINES
        return Leaf(
            place=place,
            label=self.label,
            value=value,
            control=control,
            text=text,
            keyboard=self.type.keyboard,
            choices=choices,
            is_left_over=self.is_left_over,
            names_element=self.type.names_element,
        )


@dataclass(frozen=True)
class HiddenShape(Shape):
    """A member that says which shape its row has, so it cannot change."""

    label: Label
    value: str

    def takes(self, value: Value) -> bool:
        return True

    def show(self, value: Value, base: Value, place: Place) -> Node:
        return Hidden(place=place, label=self.label, value=self.value)

    def bind(self, inputs: Inputs, base: Value, place: Place) -> Node:
        return self.show(base, base, place)


@dataclass(frozen=True)
class GroupShape(Shape):
    label: Label
    members: Mapping[str, Shape]
    is_kept_empty: bool = False
    """Without any member it is `{}`, and not absent."""

    def takes(self, value: Value) -> bool:
        return value is ABSENT or isinstance(value, dict)

    def show(self, value: Value, base: Value, place: Place) -> Node:
        values, bases = _members(value), _members(base)
        nodes = {
            key: shown(shape, values.get(key, ABSENT), bases.get(key, ABSENT), place.member(key))
            for key, shape in self._shapes(values, place).items()
        }
        return self._group(nodes, value, place)

    def bind(self, inputs: Inputs, base: Value, place: Place) -> Node:
        bases = _members(base)
        nodes = {
            key: bound(shape, inputs, bases.get(key, ABSENT), place.member(key))
            for key, shape in self._shapes(bases, place, inputs).items()
        }
        members = {key: node.value for key, node in nodes.items() if node.value is not ABSENT}
        return self._group(nodes, members or self._empty(base), place)

    def blanks(self) -> Iterator[tuple[str, Shape]]:
        for shape in self.members.values():
            yield from shape.blanks()

    def _shapes(
        self, values: Mapping[str, Json], place: Place, inputs: Container[str] = ()
    ) -> Mapping[str, Shape]:
        known = {
            key: shape
            for key, shape in self.members.items()
            if not shape.is_seldom or key in values or place.member(key).name in inputs
        }
        left_over = [key for key in values if key not in self.members]
        return {**known, **{key: _left_over(key) for key in left_over}}

    def _empty(self, base: Value) -> Value:
        return {} if self.is_kept_empty or base == {} else ABSENT

    def _group(self, nodes: Mapping[str, Node], value: Value, place: Place) -> Group:
        members = list(nodes.values())
        return Group(place=place, label=self.label, value=value, members=members)


@dataclass(frozen=True)
class RowsShape(Shape):
    label: Label
    shape_of: Callable[[str | None], Shape]
    """The shape of a row, by the type that it names; arrays have but one."""
    kinds: Mapping[str, Label]
    """What can be added, by a key of its own among all that a form can add."""
    kind_of: Callable[[str], Shape]
    at_most: int | None = None

    def takes(self, value: Value) -> bool:
        return value is ABSENT or isinstance(value, list)

    def show(self, value: Value, base: Value, place: Place) -> Node:
        values, bases = _elements(value), _elements(base)
        rows = [
            Row(
                token=token,
                node=shown(self._row_shape(element), element, old, at),
                rows_name=place.name,
            )
            for index, (element, (token, old)) in enumerate(
                zip(values, tokens_of(values, bases), strict=True)
            )
            for at in [place.row(token, index)]
        ]
        return self._rows(rows, value, place)

    def bind(self, inputs: Inputs, base: Value, place: Place) -> Node:
        if place.name not in inputs:
            return self.show(base, base, place)
        bases, rows = _elements(base), []
        kept: list[Json] = []
        for token in _in_order(inputs, place):
            old = bases[int(token)] if token.isdecimal() and int(token) < len(bases) else ABSENT
            at = place.row(token, len(kept))
            shape = self._sent_shape(inputs, old, at)
            row = Row(
                token=token,
                node=bound(shape, inputs, old, at),
                rows_name=place.name,
                is_removed=at.name + REMOVE in inputs,
            )
            rows.append(row)
            if not row.is_removed and row.node.value is not ABSENT:
                kept.append(row.node.value)
        return self._rows(rows, kept or self._empty(base), place)

    def blanks(self) -> Iterator[tuple[str, Shape]]:
        for key in self.kinds:
            yield key, self.kind_of(key)

    def _row_shape(self, element: Value) -> Shape:
        return self.shape_of(_type_of(element))

    def _sent_shape(self, inputs: Inputs, old: Value, at: Place) -> Shape:
        type = _type_of(old) if old is not ABSENT else inputs.get(at.member("type").name)
        return self.shape_of(type)

    def _empty(self, base: Value) -> Value:
        return [] if base == [] or self.label.is_required else ABSENT

    def _rows(self, rows: Sequence[Row], value: Value, place: Place) -> Rows:
        return Rows(
            place=place,
            label=self.label,
            value=value,
            rows=rows,
            blanks={key: label.text for key, label in self.kinds.items()},
            at_most=self.at_most,
        )


def shown(shape: Shape, value: Value, base: Value, place: Place) -> Node:
    """The node of a value; as JSON where it does not fit, so that nothing is hidden or lost."""
    return _fitting(shape, value, base).show(value, base, place)


def bound(shape: Shape, inputs: Inputs, base: Value, place: Place) -> Node:
    """The node of what was typed where `shown` had shown `base`."""
    return _fitting(shape, base).bind(inputs, base, place)


def _fitting(shape: Shape, *values: Value) -> Shape:
    return shape if all(map(shape.takes, values)) else LeafShape(shape.label, Anything())


def _left_over(key: str) -> Shape:
    label = Label(key, hint="The profile has no such property any more.")
    return LeafShape(label, Anything(), is_left_over=True)


def _members(value: Value) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _elements(value: Value) -> Sequence[Json]:
    return value if isinstance(value, list) else []


def _type_of(element: Value) -> str | None:
    type = element.get("type") if isinstance(element, dict) else None
    return type if isinstance(type, str) else None


def _in_order(inputs: Inputs, place: Place) -> list[str]:
    """The tokens of the rows. Those that a position was typed for go there, the others give way."""
    tokens = [token for token in inputs.getlist(place.name) if token]
    positions = {
        token: _position(inputs.get(place.row(token, 0).name + POSITION)) for token in tokens
    }
    ordered = [token for token in tokens if positions[token] is None]
    moved = [(position, token) for token, position in positions.items() if position is not None]
    for position, token in sorted(moved, key=itemgetter(0)):
        ordered.insert(position - 1, token)
    return ordered


def _position(text: str | None) -> int | None:
    """From 1; None where no such number was typed."""
    number = (text or "").strip()
    return max(int(number), 1) if _digits.fullmatch(number) else None


def _line_ends(text: str) -> str:
    """As browsers send them back, whatever they were."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
