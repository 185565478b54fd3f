"""Keys, each chosen by a box of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from profiles.editing.nodes import Checks
from profiles.inputs.nodes import ABSENT, Label, Node, Place, Value
from profiles.inputs.shapes import Inputs, Shape


@dataclass(frozen=True)
class ChecksShape(Shape):
    label: Label
    choices: Mapping[str, str]

    def takes(self, value: Value) -> bool:
        if value is ABSENT:
            return True
        is_list = isinstance(value, list) and all(isinstance(key, str) for key in value)
        return is_list and len(set(value)) == len(value)

    def show(self, value: Value, base: Value, place: Place) -> Node:
        chosen = value if isinstance(value, list) else []
        known = {key: key for key in chosen if key not in self.choices}
        choices = {**self.choices, **known}
        return Checks(place=place, label=self.label, value=value, choices=choices, chosen=chosen)

    def bind(self, inputs: Inputs, base: Value, place: Place) -> Node:
        """In the order that was stored; what is new is last. Absent inputs change nothing."""
        if place.name not in inputs:
            return self.show(base, base, place)
        sent = [key for key in inputs.getlist(place.name) if key]
        stored = base if isinstance(base, list) else []
        kept = [key for key in stored if key in sent]
        chosen = [*kept, *dict.fromkeys(key for key in sent if key not in kept)]
        return self.show(chosen or ABSENT, base, place)
