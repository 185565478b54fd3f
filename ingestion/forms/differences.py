"""What two people changed at the same time, as shown to the one who saves second."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from profiles.exact import Json, pretty
from profiles.inputs.building import words
from profiles.inputs.merging import Difference
from profiles.inputs.nodes import ABSENT, Value


@dataclass(frozen=True, slots=True)
class ShownDifference:
    path: str
    label: str
    base: str
    theirs: str
    mine: str
    is_conflict: bool
    is_mine: bool
    is_theirs_taken: bool


def shown_differences(
    differences: Iterable[Difference], take_theirs: Collection[str]
) -> Iterator[ShownDifference]:
    for difference in differences:
        yield ShownDifference(
            difference.path,
            " › ".join(map(_name, difference.path.split("/")[1:])),
            _text(difference.sides.base),
            _text(difference.sides.theirs),
            _text(difference.sides.mine),
            is_conflict=difference.is_conflict,
            is_mine=difference.is_mine,
            is_theirs_taken=difference.path in take_theirs,
        )


def _name(step: str) -> str:
    """A key in words; of the id of a contained resource its last part."""
    text = step.replace("~1", "/").replace("~0", "~")
    return text.rpartition("/")[2] if "/" in text else words(text)


def _text(value: Value) -> str:
    if value is ABSENT:
        return ""
    if isinstance(value, list) and not any(isinstance(element, dict | list) for element in value):
        return ", ".join(map(_plain, value))
    return _plain(value)


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else pretty(value)
