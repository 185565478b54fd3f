"""From one document to another: JSON Patch (RFC 6902).

Numbers are told apart by their digits. For `jsonpatch` 1.10 is 1.1, and it would move the one to
where the other is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator

from profiles.exact import Json, is_same
from profiles.faults import pointer

Step = dict[str, Json]
Path = tuple[str | int, ...]


def difference(one: Json, other: Json) -> list[Step]:
    """The patch that makes `other` of `one`."""
    return list(_steps(one, other, ()))


def _steps(one: Json, other: Json, path: Path) -> Iterator[Step]:
    if isinstance(one, dict) and isinstance(other, dict):
        yield from _members(one, other, path)
    elif isinstance(one, list) and isinstance(other, list):
        yield from _elements(one, other, path)
    elif not is_same(one, other):
        yield {"op": "replace", "path": pointer(*path), "value": other}


def _members(one: dict[str, Json], other: dict[str, Json], path: Path) -> Iterator[Step]:
    for key in one:
        if key in other:
            yield from _steps(one[key], other[key], (*path, key))
        else:
            yield {"op": "remove", "path": pointer(*path, key)}
    for key in other:
        if key not in one:
            yield {"op": "add", "path": pointer(*path, key), "value": other[key]}


def _elements(one: list[Json], other: list[Json], path: Path) -> Iterator[Step]:
    """Between what both begin and end with, place by place; then what is too much or missing."""
    begin = _shared(one, other, min(len(one), len(other)))
    end = _shared(one[::-1], other[::-1], min(len(one), len(other)) - begin)
    place, last, wanted = begin, len(one) - end, len(other) - end
    while place < min(last, wanted):
        yield from _steps(one[place], other[place], (*path, place))
        place += 1
    for surplus in range(last - 1, wanted - 1, -1):
        yield {"op": "remove", "path": pointer(*path, surplus)}
    for lacking in range(last, wanted):
        yield {"op": "add", "path": pointer(*path, lacking), "value": other[lacking]}


def _shared(one: list[Json], other: list[Json], most: int) -> int:
    """With how many of the same elements both begin, up to `most`."""
    for place in range(most):
        if not is_same(one[place], other[place]):
            return place
    return most
