"""Two changes of one document: what can be brought together, and what somebody has to decide."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple, TypeGuard

from profiles.exact import Json, is_same
from profiles.faults import pointer
from profiles.inputs.nodes import ABSENT, Value

Members = dict[str, Json]


class Sides(NamedTuple):
    """One place, as it was, as they left it, and as I did."""

    base: Value
    theirs: Value
    mine: Value


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that was changed since `base`: by them, by me, or by both."""

    path: str
    """A JSON Pointer; elements that are known by their `id` are named by it."""
    sides: Sides

    @property
    def is_mine(self) -> bool:
        """Only I changed it."""
        return same(self.sides.base, self.sides.theirs)

    @property
    def is_conflict(self) -> bool:
        """Both changed it, and not to the same."""
        base, theirs, mine = self.sides
        return not same(theirs, mine) and not same(base, theirs) and not same(base, mine)


@dataclass(slots=True)
class Merge:
    """Brings two changes of a document together, member by member.

    Lists are one value each unless their elements have an `id`: nobody can tell which of the
    others is which. In a conflict mine stands. `take_theirs` holds the paths where theirs does.
    """

    take_theirs: Collection[str] = ()
    differences: list[Difference] = field(default_factory=list)

    def of(self, base: Value, theirs: Value, mine: Value, path: str = "") -> Value:
        """The document that has both changes. Adds what was changed to `differences`."""
        if same(theirs, mine) and same(base, mine):
            return mine
        if isinstance(base, dict) and isinstance(theirs, dict) and isinstance(mine, dict):
            return self._members(base, theirs, mine, path)
        old, other, own = _by_id(base), _by_id(theirs), _by_id(mine, may_be_new=bool(base))
        if old is not None and other is not None and own is not None:
            return list(self._members(old, other, own, path).values())
        difference = Difference(path, Sides(base, theirs, mine))
        self.differences.append(difference)
        return self._decided(difference)

    def _members(self, base: Members, theirs: Members, mine: Members, path: str) -> Members:
        """In my order, what they added last."""
        merged = {
            key: self.of(
                base.get(key, ABSENT),
                theirs.get(key, ABSENT),
                mine.get(key, ABSENT),
                path + pointer(key),
            )
            for key in {**mine, **theirs, **base}
        }
        return {key: value for key, value in merged.items() if value is not ABSENT}

    def _decided(self, difference: Difference) -> Value:
        _, theirs, mine = difference.sides
        if difference.path in self.take_theirs:
            return theirs
        return mine if difference.is_mine or difference.is_conflict else theirs


def same(one: Value, other: Value) -> bool:
    if one is ABSENT or other is ABSENT:
        return one is other
    return is_same(one, other)


def _by_id(value: Value, *, may_be_new: bool = False) -> Members | None:
    """The elements of a list by their ids; None if they have none of their own.

    Where the others have ids, one without is new: it gets its id when it is written.
    """
    elements: Members = {}
    for index, element in enumerate(value if isinstance(value, list) else [None]):
        id = (
            element.get("id", f"\0{index}" if may_be_new else None) if _is_object(element) else None
        )
        if not isinstance(id, str) or id in elements:
            return None
        elements[id] = element
    return elements


def _is_object(value: Json) -> TypeGuard[dict[str, Json]]:
    return isinstance(value, dict)
