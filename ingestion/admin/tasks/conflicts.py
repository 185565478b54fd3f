"""What an undo left alone, for people: the three states of a record side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ingestion.past.changes import ChangeSummary
from ingestion.undoing.conflicts import Conflict, Moment, MomentState
from profiles.exact import Document, Json, json_line
from profiles.faults import pointer

SHOWN_ROWS = 40
PARTS = ("data", "contained")
NAMES = {"before": "Before the task", "after": "What the task made of it", "now": "Now"}
TOLD = {
    MomentState.PRESENT: "",
    MomentState.ABSENT: "not there",
    MomentState.ERASED: "erased",
    MomentState.UNKNOWN: "not kept any more",
}


class Cell(NamedTuple):
    text: str | None
    """None where there is nothing at this place."""
    is_changed: bool
    """It is another than the one on its left."""


class Row(NamedTuple):
    path: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class ShownMoment:
    name: str
    moment: Moment

    @property
    def told(self) -> str:
        return TOLD[self.moment.state]

    @property
    def change(self) -> ChangeSummary | None:
        """The one by which it became so: of what was before, nobody asks."""
        return self.moment.change

    @property
    def at(self) -> datetime | None:
        return self.moment.change.at if self.moment.change else None


class ShownConflict:
    """Only what is not the same at all three moments."""

    def __init__(self, conflict: Conflict) -> None:
        self.record = conflict.record
        self.index = conflict.record.number
        self.error = conflict.refusal.receipt.error or {}
        self.moments = [ShownMoment(NAMES[name], one) for name, one in conflict.moments.items()]
        rows = list(_rows([one.text for one in conflict.moments.values()]))
        self.rows = rows[:SHOWN_ROWS]
        self.more = len(rows) - len(self.rows)


def _rows(texts: Sequence[str | None]) -> Iterator[Row]:
    values = [dict(_leaves(text)) for text in texts]
    for path in dict.fromkeys(path for each in values for path in each):
        shown = [each.get(path) for each in values]
        if len({*shown}) > 1:
            yield Row(
                path, [Cell(text, bool(n) and text != shown[n - 1]) for n, text in enumerate(shown)]
            )


def _leaves(text: str | None) -> Iterator[tuple[str, str]]:
    """Values by their places, as texts; of a record that is not there, none."""
    if text is not None:
        record = Document.read(text).value
        parts = [(pointer(part), record.get(part)) for part in PARTS]
        parts.append((pointer("meta", "identifier"), record["meta"]["identifier"]))
        for path, value in parts:
            if value:  # Parts that are empty are told by no row.
                yield from _inner(value, path)


def _inner(value: Json, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _inner(inner, path + pointer(key))
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _inner(inner, path + pointer(place))
    else:
        yield path, value if isinstance(value, str) else json_line(value)
