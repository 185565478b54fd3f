"""Records as the lines of a table (RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from ingestion.tables.cells import write_cell
from ingestion.tables.columns import Column, Steps, Subject
from profiles.exact import Json

Identified = tuple[Sequence[str], Json]
"""The ids of a record, as the table's id columns have them, and its data."""


def header_line(subject: Subject, columns: Iterable[Column]) -> str:
    return _lines([[*subject.id_columns, *(column.name(subject) for column in columns)]])


def record_lines(columns: Sequence[Column], records: Iterable[Identified]) -> str:
    return _lines(
        [*ids, *(_cell(column, _found(data, column.steps)) for column in columns)]
        for ids, data in records
    )


def _lines(rows: Iterable[Sequence[str]]) -> str:
    written = StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _cell(column: Column, value: Json) -> str:
    return "" if value is None else write_cell(column.prop, value)


def _found(data: Json, steps: Steps) -> Json:
    """None where there is nothing."""
    for step in steps:
        if isinstance(step, int):
            if len(data) <= step:
                return None
        elif step not in data:
            return None
        data = data[step]
    return data
