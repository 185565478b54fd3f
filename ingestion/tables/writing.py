"""Records as the lines of a table (RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from ingestion.tables.cells import Writer, cell_writer
from ingestion.tables.columns import Column, RecordType, Steps
from profiles.exact import Json

Identified = tuple[Sequence[str], Json]
"""The ids of a record, as the table's id columns have them, and its data."""


def header_line(record_type: RecordType, columns: Iterable[Column]) -> str:
    return _lines([[*record_type.id_columns, *(column.name(record_type) for column in columns)]])


def record_lines(columns: Sequence[Column], records: Iterable[Identified]) -> str:
    cells = [_cell_of(column) for column in columns]
    return _lines([*ids, *[cell(data) for cell in cells]] for ids, data in records)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    written = StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _cell_of(column: Column) -> Writer:
    """Makes the cell of a record from its data."""
    write, steps = cell_writer(column.prop), column.steps

    def cell(data: Json) -> str:
        found = _found(data, steps)
        return "" if found is None else write(found)

    return cell


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
