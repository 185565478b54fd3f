"""Names for rows, so that one that was moved or changed is still known for what it was."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from profiles.exact import Json, canonical
from profiles.inputs.nodes import ABSENT, Value


def tokens_of(rows: Sequence[Json], bases: Sequence[Json]) -> list[tuple[str, Value]]:
    """For each row its token, and the stored row that it stands for.

    A stored row's token is its index. A row stands for the stored one that is equal, else for the
    one with its `id`, else for the one at its place; else it is new, and stands for none.
    """
    found: dict[int, int] = {}
    for likeness in (_content_and_place, _content, _id, _place):
        taken = set(found.values())
        free = {
            key: index
            for index, base in reversed(list(enumerate(bases)))
            if index not in taken and (key := likeness(index, base)) is not None
        }
        for index, row in enumerate(rows):
            if index not in found and (match := free.pop(likeness(index, row), None)) is not None:
                found[index] = match
        if len(found) == len(rows):
            break
    return [
        (str(found[index]), bases[found[index]]) if index in found else (f"m{index}", ABSENT)
        for index in range(len(rows))
    ]


def _content_and_place(index: int, row: Json) -> Hashable:
    return index, canonical(row)


def _content(index: int, row: Json) -> Hashable:
    return canonical(row)


def _id(index: int, row: Json) -> Hashable:
    id = row.get("id") if isinstance(row, dict) else None
    return id if isinstance(id, str) else None


def _place(index: int, row: Json) -> Hashable:
    return index
