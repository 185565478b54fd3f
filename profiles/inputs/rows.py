"""Elements of an array, each with its inputs: added, moved, removed, and known by their tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from profiles.exact import Json
from profiles.inputs.nodes import ABSENT, POSITION, REMOVE, Label, Node, Place, Row, Rows, Value
from profiles.inputs.shapes import Inputs, Shape, bound, shown
from profiles.inputs.tokens import tokens_of

_digits = re.compile("[0-9]{1,6}")


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
        stored = {str(index): element for index, element in enumerate(_elements(base))}
        rows: list[Row] = []
        kept: list[Json] = []
        for token in _in_order(inputs, place):
            old = stored.get(token, ABSENT)
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
        """Who takes the last row of a required list away leaves it empty, which it may be."""
        is_left = self.label.is_required and base is not ABSENT
        return [] if base == [] or is_left else ABSENT

    def _rows(self, rows: Sequence[Row], value: Value, place: Place) -> Rows:
        return Rows(
            place=place,
            label=self.label,
            value=value,
            rows=rows,
            blanks={key: label.text for key, label in self.kinds.items()},
            at_most=self.at_most,
        )


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
