"""Differences as pages show them: place by place, side by side, and marked by words too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ingestion.models import Change
from ingestion.past.word_differences import Piece, look_alike, side_by_side
from profiles.datatypes.base import Control
from profiles.exact import Json, json_line
from profiles.inputs.comparing import START, Kind, Line, compare, place_of, trees
from profiles.inputs.nodes import Leaf, Node, Rows
from profiles.shape_fields import ShapeField

SIGNS = {
    Kind.ADDED: "+",
    Kind.REMOVED: "−",
    Kind.CHANGED: "±",
    Kind.MOVED: "↕",
    Kind.SAME: "=",
}


class Mark(NamedTuple):
    """A field that was changed, by its name."""

    kind: Kind
    name: str

    @property
    def sign(self) -> str:
        return SIGNS[self.kind]


@dataclass(frozen=True, slots=True)
class Side:
    """What stands at a place in one of both versions."""

    pieces: Sequence[Piece] = ()
    node: Node | None = None
    """What is no text: shown whole."""
    note: str = ""
    """In place of a value that nobody sees, and of a place among others."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    line: Line
    old: Side | None
    new: Side | None

    @property
    def sign(self) -> str:
        return SIGNS[self.line.kind]

    @property
    def name(self) -> str:
        return " › ".join(self.line.way.names)

    @property
    def id(self) -> str:
        return anchor_of(self.line)


def anchor_of(line: Line) -> str:
    """The id of its element in the page: what is gone and what came may have one place."""
    begin = {Kind.REMOVED: "was", Kind.MOVED: "moved"}.get(line.kind, "at")
    return begin + line.pointer


@dataclass(frozen=True, slots=True)
class Compared:
    """The parts of a record at two versions."""

    lines: Sequence[Line]
    roots: Sequence[Node]
    """The parts as they are in the newer one."""


def compared(
    fields: Mapping[str, ShapeField], old: Mapping[str, Json], new: Mapping[str, Json]
) -> Compared:
    lines: list[Line] = []
    roots: list[Node] = []
    for name, field in fields.items():
        one, other = trees(field.widget.shape, old[name], new[name], field.widget.place)
        lines += compare(one, other, START.to(other) if isinstance(other, Rows) else START)
        roots.append(other)
    return Compared(lines, roots)


def state_of(change: Change | None, fields: Mapping[str, ShapeField]) -> dict[str, Json]:
    """The parts of a record as a change left them: empty where there was none, or after it went."""
    is_gone = change is None or change.action == "DELETE"
    return {
        name: field.absent if is_gone else getattr(change, name) for name, field in fields.items()
    }


def marks_of(lines: Sequence[Line]) -> list[Mark]:
    """The fields that lines are of, each once; of what stands in an array, the array."""
    found: dict[tuple[str, ...], Mark] = {}
    for line in lines:
        is_whole = line.way.names == line.of_field and line.of_field not in found
        kind = line.kind if is_whole else Kind.CHANGED
        found[line.of_field] = Mark(kind, " › ".join(line.of_field))
    return list(found.values())


def shown_line(line: Line) -> ShownLine:
    if line.kind is Kind.MOVED:
        assert line.old is not None
        assert line.new is not None
        return ShownLine(line, _moved(line.old), _moved(line.new))
    if line.kind is Kind.CHANGED and isinstance(line.old, Leaf) and isinstance(line.new, Leaf):
        return ShownLine(line, *_texts(line.old, line.new))
    return ShownLine(line, _side(line.old), _side(line.new))


def _moved(node: Node) -> Side:
    """Its place; of an element that has no name, also what it is."""
    text = [Piece(node.shown)] if isinstance(node, Leaf) else []
    return Side(text, note=f"place {place_of(node)}")


def _texts(old: Leaf, new: Leaf) -> Iterator[Side]:
    """What looks alike is told apart by its JSON, in which every sign is seen."""
    if look_alike(old.shown, new.shown):
        pair = [_ascii(leaf.value) for leaf in (old, new)]
        if pair[0] != pair[1]:
            yield from (Side([Piece(text, is_marked=True)]) for text in pair)
            return
    for leaf, pieces in zip((old, new), side_by_side(old.shown, new.shown), strict=True):
        yield Side(pieces, note=_empty(leaf))


def _side(node: Node | None) -> Side | None:
    if node is None:
        return None
    if isinstance(node, Leaf) and node.control is not Control.JSON:
        return Side([Piece(node.shown)], note=_empty(node))
    return Side(node=node, note=_empty(node))


def _empty(node: Node) -> str:
    """What is said of a value in which there is nothing to see."""
    value: Any = node.value
    if isinstance(value, str) and not value.strip():
        return "spaces only" if value else "empty text"
    return {"[]": "empty list", "{}": "empty group"}.get(json_line(value), "")


def _ascii(value: Json) -> str:
    """The JSON of a value, with every sign beyond ASCII written out."""
    if isinstance(value, str):
        return json.dumps(value)
    return json_line(value)
