"""Two values of one shape, compared node by node: what was added, removed, changed, moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from profiles.inputs.merging import same
from profiles.inputs.nodes import Group, Node, Place, Row, Rows, Value
from profiles.inputs.shapes import Shape, shown

LONGEST_TITLE = 40
"""Characters by which a row is called."""


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    SAME = "same"
    """Not a difference: shown because something is said of it."""


class Way(NamedTuple):
    """How one gets to a place, as the form calls it."""

    names: tuple[str, ...] = ()
    field: tuple[str, ...] | None = None
    """The way to the outermost array on it."""

    def to(self, node: Node) -> Way:
        text = node.label.text
        return Way((*self.names, text), self.field) if text else self

    def to_row(self, rows: Rows, row: Row) -> Way:
        """Its place, and what it says itself. An array and its elements have one label."""
        label = row.node.label.text
        title = _title(row.node) if isinstance(row.node, Group) else ""
        above = self.names[:-1] if label == rows.label.text else self.names
        name = f"{label} {place_of(row.node)}".strip()
        return Way(
            (*above, f"{name}: {title}" if title else name),
            self.names if self.field is None else self.field,
        )


def _title(node: Node) -> str:
    """The first that it says, or its id."""
    text = next(node.texts(), "") or next(node.ids(), "")
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"


@dataclass(slots=True, kw_only=True)
class Line:
    """One place in which two values differ."""

    kind: Kind
    way: Way
    old: Node | None = None
    new: Node | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def of_field(self) -> tuple[str, ...]:
        """The way to the property that differs; where that is in an array, to the array."""
        return self.way.names if self.way.field is None else self.way.field

    @property
    def pointer(self) -> str:
        node = self.new or self.old
        assert node is not None, "a line is of something"
        return node.place.pointer


START = Way()


def trees(shape: Shape, old: Value, new: Value, place: Place) -> tuple[Node, Node]:
    """The nodes of both values. Rows of the new one have the tokens of those they come from."""
    return shown(shape, old, old, place), shown(shape, new, old, place)


def compare(old: Node, new: Node, way: Way = START) -> Iterator[Line]:
    """The deepest lines that tell the difference between two nodes that `trees` made."""
    if same(old.value, new.value):
        return
    found: list[Line] = []
    if isinstance(old, Group) and isinstance(new, Group) and old.is_there and new.is_there:
        found = list(_members(old, new, way))
    elif isinstance(old, Rows) and isinstance(new, Rows):
        found = list(_rows(old, new, way))
    # What no part tells is told of the whole: nothing that differs may go without a line.
    yield from found or [_whole(old, new, way)]


def _whole(old: Node, new: Node, way: Way) -> Line:
    if not old.is_there:
        return Line(kind=Kind.ADDED, way=way, new=new)
    if not new.is_there:
        return Line(kind=Kind.REMOVED, way=way, old=old)
    return Line(kind=Kind.CHANGED, way=way, old=old, new=new)


def _members(old: Group, new: Group, way: Way) -> Iterator[Line]:
    before = {member.place.name: member for member in old.members}
    for member in new.members:
        own = way.to(member)
        if (other := before.pop(member.place.name, None)) is not None:
            yield from compare(other, member, own)
        elif member.is_there:
            yield Line(kind=Kind.ADDED, way=own, new=member)
    for gone in before.values():
        if gone.is_there:
            yield Line(kind=Kind.REMOVED, way=way.to(gone), old=gone)


def _rows(old: Rows, new: Rows, way: Way) -> Iterator[Line]:
    before = {row.token: row for row in old.rows}
    known = [int(row.token) for row in new.rows if row.token in before]
    in_order = _longest_increasing(known)
    for row in new.rows:
        other = before.get(row.token)
        if other is None or _are_others(other, row):
            yield Line(kind=Kind.ADDED, way=way.to_row(new, row), new=row.node)
            continue
        del before[row.token]
        own = way.to_row(new, row)
        if int(row.token) not in in_order:
            yield Line(kind=Kind.MOVED, way=own, old=other.node, new=row.node)
        yield from compare(other.node, row.node, own)
    for row in before.values():
        yield Line(kind=Kind.REMOVED, way=way.to_row(old, row), old=row.node)


def _are_others(one: Row, other: Row) -> bool:
    """Rows at one place are taken for the same, but not with different ids."""
    ids = [_id(one.node.value), _id(other.node.value)]
    return None not in ids and ids[0] != ids[1]


def _id(value: Value) -> str | None:
    id = value.get("id") if isinstance(value, dict) else None
    return id if isinstance(id, str) else None


def place_of(row: Node) -> int:
    """The place of a row among the others, from 1."""
    return int(row.place.pointer.rpartition("/")[2]) + 1


def _longest_increasing(numbers: Sequence[int]) -> set[int]:
    """The longest increasing subsequence: all other rows were moved."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place:] = [number, *ends[place + 1 :]]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept
