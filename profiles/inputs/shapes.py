"""How a property is edited: each shape makes the nodes of a value, and of what was typed over it.

`base` is what was stored when the form was opened. What was not touched stays as it is there, to
the last digit and the last empty text, whatever a browser makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from profiles.datatypes.base import Control, DataType
from profiles.inputs.nodes import (
    ABSENT,
    LEAVE_OUT,
    REMOVE,
    Hidden,
    Label,
    Leaf,
    Node,
    Place,
    Value,
)

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
        if self.is_left_over and (place.name + REMOVE in inputs or LEAVE_OUT in inputs):
            value: Value = ABSENT
        elif text == shown:
            value = base
        else:
            value = self.type.from_text(self._chosen(text)) if text else ABSENT
        return self._leaf(place, value, text)

    def _chosen(self, text: str) -> str:
        """The choice that was sent, with its own ends of lines."""
        return next((choice for choice in self.choices if _line_ends(choice) == text), text)

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
            names_resource=self.type.names_resource,
        )


@dataclass(frozen=True)
class HiddenShape(Shape):
    """A member that says which shape its row has, so it cannot change."""

    label: Label
    value: str

    def takes(self, value: Value) -> bool:
        """A type that the profile does not contain any more is shown: nobody makes it another."""
        return value is ABSENT or value == self.value

    def show(self, value: Value, base: Value, place: Place) -> Node:
        return Hidden(place=place, label=self.label, value=self.value)

    def bind(self, inputs: Inputs, base: Value, place: Place) -> Node:
        return self.show(base, base, place)


def shown(shape: Shape, value: Value, base: Value, place: Place) -> Node:
    """The node of a value; as JSON where it does not fit, so that nothing is hidden or lost."""
    return _fitting(shape, value, base).show(value, base, place)


def bound(shape: Shape, inputs: Inputs, base: Value, place: Place) -> Node:
    """The node of what was typed where `shown` had shown `base`."""
    return _fitting(shape, base).bind(inputs, base, place)


def _fitting(shape: Shape, *values: Value) -> Shape:
    return shape if all(map(shape.takes, values)) else LeafShape(shape.label, Anything())


def _line_ends(text: str) -> str:
    """As browsers send them back, whatever they were."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
