"""Differences of documents as people read them: place by place, or line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from profiles.exact import Json, json_line, pretty
from profiles.json_patch import difference

SEPARATOR = " › "
NEAR = 3
"""Lines that are shown around those that differ."""
MOST_LINES = 4_000
"""Beyond so many between the first and the last difference, all of them are told as one: to match
lines takes their square, and more where many are the same."""

Sort = Literal["added", "removed", "changed", "same", "gap"]


class Place(NamedTuple):
    """What differs at one place. A side that has nothing there is None."""

    name: str
    sort: Sort
    before: str | None
    after: str | None


class Line(NamedTuple):
    sort: Sort
    text: str

    @property
    def sign(self) -> str:
        return {"added": "+", "removed": "−"}.get(self.sort, "")


def places(one: Json, other: Json) -> list[Place]:
    """What leads from the one to the other. None is a document that is not there."""
    return list(_places(one, other))


def lines(one: Json, other: Json) -> list[Line]:
    """Both as JSON, with what they share once; far from any difference it is left out."""
    before, after = _lines_of(one), _lines_of(other)
    found: list[Line] = []
    for group in _Matcher(before, after).get_grouped_opcodes(NEAR):
        if found or group[0][1] > 0:
            found.append(Line("gap", "…"))
        for tag, start, end, other_start, other_end in group:
            if tag == "equal":
                found += [Line("same", text) for text in before[start:end]]
                continue
            found += [Line("removed", text) for text in before[start:end]]
            found += [Line("added", text) for text in after[other_start:other_end]]
    return found


class _Matcher(SequenceMatcher[str]):
    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        super().__init__(None, before, after)
        self.sides = (before, after)

    def get_opcodes(self) -> list[Any]:
        one, other = self.sides
        most = min(len(one), len(other))
        begin = next((n for n in range(most) if one[n] != other[n]), most)
        most -= begin
        end = next((n for n in range(most) if one[-1 - n] != other[-1 - n]), most)
        last, other_last = len(one) - end, len(other) - end
        if max(last, other_last) - begin <= MOST_LINES:
            return super().get_opcodes()
        return [
            ("equal", 0, begin, 0, begin),
            ("replace", begin, last, begin, other_last),
            ("equal", last, len(one), other_last, len(other)),
        ]


def _places(one: Json, other: Json) -> Iterator[Place]:
    for step in difference({} if one is None else one, {} if other is None else other):
        way = [part.replace("~1", "/").replace("~0", "~") for part in step["path"].split("/")[1:]]
        before = None if step["op"] == "add" else _text(_at(one, way))
        after = _text(step["value"]) if "value" in step else None
        if before is not None and before == after:  # A text that reads like a number, for one.
            before, after = (json_line(value) for value in (_at(one, way), step["value"]))
        sort: Sort = "changed" if before is not None and after is not None else "removed"
        yield Place(SEPARATOR.join(way), "added" if before is None else sort, before, after)


def _at(document: Json, way: Sequence[str]) -> Json:
    for part in way:
        document = document[int(part) if isinstance(document, list) else part]
    return document


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(element, str) for element in value):
        return ", ".join(value) or "none"
    return json_line(value)


def _lines_of(document: Json) -> list[str]:
    return [] if document is None else pretty(document).splitlines()
