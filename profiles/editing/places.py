"""Where a fault of a body is among its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from profiles.editing.rows import CRITERIA, KEYED
from profiles.exact import Json
from profiles.faults import pointer

Steps = Sequence[str]


def place_in_rows(path: str, rows: Mapping[str, Json]) -> str:
    """The JSON Pointer into `rows` for one into the body that they amount to."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]
    return pointer(*_in_rows(steps, rows))


def _in_rows(steps: Steps, row: Json) -> list[str | int]:
    if not steps or not isinstance(row, dict):
        return list(steps)
    first, *rest = steps
    if first in KEYED and rest:
        return [first, *_keyed(rest, row.get(first))]
    if first == "rules" and rest:
        return _ruled(rest, row)
    return [first, *_in_rows(rest, row.get(first))]


def _keyed(steps: Steps, rows: Json) -> list[str | int]:
    key, *rest = steps
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict) and row.get("key", "") == key:
            return [index, *(_in_rows(rest, row) if rest else ["key"])]
    return []


def _ruled(steps: Steps, row: Mapping[str, Json]) -> list[str | int]:
    """The rule that always holds stands in the row; a condition has its parts in a group."""
    number, *rest = steps
    is_first = any(name in row for name in CRITERIA)
    if not number.isdecimal():
        return ["rules", *steps]
    if is_first and int(number) == 0:
        return list(rest)
    below = ["when"] if rest[:1] == ["when"] else rest
    return ["rules", int(number) - is_first, *below]
