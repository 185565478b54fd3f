"""What a form shows: a tree of nodes, each of them an input or what holds inputs.

A node knows its value, so the tree that is shown and the document that is sent are one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice, pairwise
from typing import ClassVar, Final, Literal

from profiles.datatypes.base import Control
from profiles.exact import Json
from profiles.faults import pointer


class Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""In place of a value where there is none: `null`, `""`, `[]` and `{}` are values."""

Value = Json | Literal[Absent.ABSENT]

REMOVE = "~remove"
POSITION = "~position"
"""Ends of names that tell about a row or property; no key holds a `~`."""
LEAVE_OUT = f"left-over{REMOVE}"
"""The input that removes whatever the profile has no property for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: by the name of its inputs, and by where its faults lead.

    The two differ below rows: a row keeps its name wherever it is moved to.
    """

    name: str
    pointer: str

    def member(self, key: str) -> Place:
        return Place(f"{self.name}/{key}", self.pointer + pointer(key))

    def row(self, token: str, index: int) -> Place:
        return Place(f"{self.name}/{token}", self.pointer + pointer(index))


@dataclass(frozen=True, slots=True)
class Label:
    """What is said of a node, beside its value."""

    text: str = ""
    help: str = ""
    hint: str = ""
    is_required: bool = False


@dataclass(slots=True, kw_only=True)
class Node:
    kind: ClassVar[str]
    place: Place
    label: Label
    value: Value
    faults: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Of its element in the page."""
        return f"id_{self.place.name}"

    @property
    def is_there(self) -> bool:
        return self.value is not ABSENT

    @property
    def said(self) -> str:
        """What helps to fill it in."""
        return ". ".join(filter(None, [self.label.help.rstrip("."), self.label.hint]))

    @property
    def children(self) -> Sequence[Node]:
        return ()

    @property
    def is_worth_showing(self) -> bool:
        """False for an empty group: most profiles contain nothing."""
        return True

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def described_by(self) -> str:
        """The ids of the elements that say more of it."""
        faults = [f"{self.id}_faults"] if self.faults else []
        return " ".join([*faults, *([f"{self.id}_hint"] if self.said else [])])

    @property
    def has_faults(self) -> bool:
        return any(node.faults for node in self.walk())

    def way_to(self, path: str) -> list[Node]:
        """The nodes from this one down to the one that shows the faults of a JSON Pointer.

        The last is the place itself, or the closest one above it.
        """
        for child in self.children:
            below = child.place.pointer
            if path == below or path.startswith(f"{below}/"):
                return [self, *child.way_to(path)]
        return [self]

    def texts(self) -> Iterator[str]:
        """What a reader would call it by."""
        for child in self.children:
            yield from child.texts()

    def ids(self) -> Iterator[str]:
        """What a system would call it by."""
        for child in self.children:
            yield from child.ids()


@dataclass(slots=True, kw_only=True)
class Leaf(Node):
    """One input."""

    kind = "leaf"
    control: Control
    text: str
    keyboard: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    is_left_over: bool = False
    """The profile has no such property any more."""
    names_element: bool = False
    names_resource: bool = False

    @property
    def remove_name(self) -> str:
        return self.place.name + REMOVE

    @property
    def is_removed(self) -> bool:
        """What is left over is there until somebody takes it away."""
        return self.is_left_over and not self.is_there

    @property
    def lines(self) -> int:
        """How many to show of a longer text."""
        return min(max(3, self.text.count("\n") + 1, len(self.text) // 80 + 1), 20)

    @property
    def shown(self) -> str:
        return self.choices.get(self.text, self.text)

    def texts(self) -> Iterator[str]:
        if self.text and self.control is not Control.JSON and not self.names_element:
            yield self.shown

    def ids(self) -> Iterator[str]:
        if self.text and self.names_element:
            yield self.text


@dataclass(slots=True, kw_only=True)
class Hidden(Node):
    """What goes along and cannot be changed."""

    kind = "hidden"


@dataclass(slots=True, kw_only=True)
class Group(Node):
    """Inputs that belong together."""

    kind = "group"
    members: Sequence[Node]

    @property
    def children(self) -> Sequence[Node]:
        return self.members

    @property
    def is_worth_showing(self) -> bool:
        return bool(self.members or self.faults)


@dataclass(slots=True, kw_only=True)
class Row:
    token: str
    node: Node
    rows_name: str
    """Of the inputs that say which rows there are, and in which order."""
    is_removed: bool = False

    TITLE_PARTS: ClassVar[int] = 3

    @property
    def title(self) -> str:
        """What it says itself, or its id, which few people know it by."""
        texts = islice(self.node.texts(), self.TITLE_PARTS)
        return ", ".join(texts) or next(self.node.ids(), "")

    @property
    def remove_name(self) -> str:
        return self.node.place.name + REMOVE

    @property
    def position_name(self) -> str:
        return self.node.place.name + POSITION


@dataclass(slots=True, kw_only=True)
class Rows(Node):
    """As many nodes as there are, and a way to add another."""

    kind = "rows"
    rows: Sequence[Row]
    blanks: Mapping[str, str]
    """Which blank rows can be added: their key among all blanks, and what they are called."""

    at_most: int | None = None

    OPEN_ROWS: ClassVar[int] = 5

    @property
    def children(self) -> Sequence[Node]:
        return [row.node for row in self.rows]

    @property
    def are_open(self) -> bool:
        return len(self.rows) <= self.OPEN_ROWS


def position_of(way: Sequence[Node]) -> tuple[int, ...]:
    """Where the last node on a way down stands in the page, to be compared with others."""
    return tuple(
        next(index for index, child in enumerate(above.children) if child is node)
        for above, node in pairwise(way)
    )


def names_of(way: Sequence[Node]) -> list[str]:
    """What the nodes on a way down are called; a row is told by its place."""
    names: list[str] = []
    above: Node | None = None
    for node in way:
        name = node.label.text
        if isinstance(above, Rows):
            if name == above.label.text:  # An array and its elements have one label.
                names.pop()
            name = f"{name} {int(node.place.pointer.rpartition('/')[2]) + 1}"
        if name:
            names.append(name)
        above = node
    return names
