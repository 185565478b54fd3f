"""What of a property is indexed: a box for it, or one for each of its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from profiles.datatypes.base import DataType, Scale
from profiles.editing.nodes import Checks
from profiles.exact import Json
from profiles.inputs.nodes import ABSENT, Label, Node, Place, Value
from profiles.inputs.shapes import Inputs, Shape
from profiles.paths import parts_to_index

WHOLE = "true"
"""The box of the property itself."""

PURPOSES: Mapping[Scale, str] = {
    Scale.NUMBER: "for ranges and sorting",
    Scale.MOMENT: "for ranges and sorting",
    Scale.SPAN: "for ranges and sorting",
    Scale.TEXT: "for its beginning, its words, any case, and sorting",
    Scale.POSITION: "for what is near",
}
HINT = "Not needed to find a whole value. Built in the background; each slows writes a little."


@dataclass(frozen=True)
class MarksShape(Shape):
    label: Label
    choices: Mapping[str, str]
    """By what is sent: `WHOLE` alone, or the paths of parts."""

    def takes(self, value: Value) -> bool:
        if self._is_whole:
            return value is ABSENT or isinstance(value, bool)
        return value is ABSENT or (
            isinstance(value, list) and all(isinstance(path, str) for path in value)
        )

    def show(self, value: Value, base: Value, place: Place) -> Node:
        chosen = self._chosen(value)
        unknown = {path: path for path in chosen if path not in self.choices}
        choices = {**self.choices, **unknown}
        return Checks(place=place, label=self.label, value=value, choices=choices, chosen=chosen)

    def bind(self, inputs: Inputs, base: Value, place: Place) -> Node:
        """What was sent for another type is dropped. The order is the one that was stored."""
        if place.name not in inputs:
            return self.show(base, base, place)
        stored = self._chosen(base)
        there = [*stored, *(choice for choice in self.choices if choice not in stored)]
        sent = inputs.getlist(place.name)
        chosen = [choice for choice in dict.fromkeys(there) if choice in sent]
        value = base if set(chosen) == set(stored) else self._value(chosen)
        return self.show(value, base, place)

    @property
    def _is_whole(self) -> bool:
        return WHOLE in self.choices

    def _chosen(self, value: Value) -> Sequence[str]:
        if self._is_whole:
            return [WHOLE] if value is True else []
        return value if isinstance(value, list) else []

    def _value(self, chosen: list[str]) -> Value:
        if not chosen:
            return ABSENT
        return True if self._is_whole else chosen


def marks_shape(type: DataType) -> MarksShape | None:
    """None for what cannot be indexed."""
    if type.scale is not None:
        return MarksShape(Label("Indexed", hint=HINT), {WHOLE: PURPOSES[type.scale]})
    parts = {path.text: path.text for path in parts_to_index(type)}
    label = Label("Indexed parts", hint=f"For ranges, sorting and searching. {HINT}")
    return MarksShape(label, parts) if parts else None


def fitting_marks(marks: Json, type: DataType) -> Json:
    """What is left of a mark once a property has another type; None where nothing is."""
    if type.scale is not None:
        return marks if isinstance(marks, bool) else None
    parts = {path.text for path in parts_to_index(type)}
    return [mark for mark in marks if mark in parts] or None if isinstance(marks, list) else None
