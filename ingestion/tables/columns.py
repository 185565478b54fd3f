"""Columns of a table: how they are called, and which part of a record each of them holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingestion.tables.cells import is_divided
from profiles.names import KEY_PATTERN
from profiles.paths import DOT
from profiles.properties import Property

ID = "id"
PREFIX = "data."
"""Before the name of any property; needed where it would else mean something of the record."""

Steps = tuple[str | int, ...]
"""Where a column's value stands in `data`: keys, and places in arrays."""

_key = rf"{KEY_PATTERN}(?:\[(?:0|[1-9][0-9]{{0,3}})\])*"
_path = re.compile(rf"{_key}(?:\.{_key})*")
_step = re.compile(r"[^.\[\]]+|\[[0-9]+\]")


@dataclass(frozen=True, slots=True)
class RecordType:
    """What the records of a table are: resources of a profile, or relationships of a definition."""

    type: str
    properties: Mapping[str, Property]
    ends: Mapping[str, str] | None = None
    """Of relationships: the profiles at `from` and `to`."""

    @property
    def id_columns(self) -> Sequence[str]:
        return [ID] if self.ends is None else [f"{end}.{ID}" for end in self.ends]


@dataclass(frozen=True, slots=True)
class Column:
    """Of a property, or of the part of one."""

    steps: Steps
    prop: Property

    def name(self, record_type: RecordType) -> str:
        text = path_text(self.steps)
        is_taken = text in record_type.id_columns or text.startswith(PREFIX)
        return PREFIX + text if is_taken else text


def path_text(steps: Steps) -> str:
    """`names[0].family`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f"{DOT}{step}" for step in steps)
    return text.removeprefix(DOT)


def find_column(record_type: RecordType, name: str) -> Column | None:
    """The column of a name; None where there is no such property."""
    bare = name.removeprefix(PREFIX)
    return _find(record_type.properties, bare) or _find(record_type.properties, name)


def known_columns(record_type: RecordType) -> Iterator[str]:
    """The names that there are: of arrays of what has parts those of the first element only."""
    yield from record_type.id_columns
    for key, prop in record_type.properties.items():
        for column in _columns((key,), prop):
            yield column.name(record_type)


def is_shown(column: Column, shape: Mapping[str, Any] | None) -> bool:
    """Whether a shape of data (`ingestion.fields`) names a column, or a part of what it holds."""
    inner: Any = True if shape is None else shape
    for step in column.steps:
        if inner is True:
            return True
        if isinstance(step, str):
            inner = inner.get(step)
            if inner is None:
                return False
    return True


def _find(properties: Mapping[str, Property], text: str) -> Column | None:
    if not _path.fullmatch(text):
        return None
    first, *others = _steps(text)
    prop = properties.get(str(first))
    for step in others:
        if prop is not None:
            prop = prop.items if isinstance(step, int) else _part(prop, step)
    return None if prop is None else Column((first, *others), prop)


def _part(prop: Property, key: str) -> Property | None:
    return prop.parts().get(key) if prop.items is None else None


def _steps(text: str) -> Steps:
    found = _step.findall(text)
    return tuple(int(step[1:-1]) if step.startswith("[") else step for step in found)


def _columns(steps: Steps, prop: Property) -> Iterator[Column]:
    if not is_divided(prop):
        yield Column(steps, prop)
    elif prop.items is not None:
        yield from _columns((*steps, 0), prop.items)
    else:
        for key, part in prop.parts().items():
            yield from _columns((*steps, key), part)
