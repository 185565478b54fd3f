"""Exports: all records of a list by their ids, a few at a time, straight from a cursor."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from ingestion.fields import EVERY_FIELD, Fields
from ingestion.search.orders import ID, system_order
from ingestion.search.rarity import Fragment
from ingestion.search.record_types import record_type_of
from ingestion.search.scope import Scope
from ingestion.snapshots import snapshot
from ingestion.sql import run
from ingestion.tables.columns import Column, is_shown
from ingestion.tables.layout import Layout
from ingestion.tables.writing import header_line, record_lines
from ingestion.walking import AT_A_TIME, walked
from profiles.api.cursors import Cursor
from profiles.exact import Document

NOTHING = Fragment("FALSE")
LONGEST_PAUSE = "5min"
"""Between two pieces. An open snapshot keeps the database from clearing away what was deleted."""


class ExportFormat(StrEnum):
    NDJSON = "ndjson"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        return "text/csv" if self is ExportFormat.CSV else "application/x-ndjson"


@dataclass(frozen=True)
class Export:
    scope: Scope
    rows: QuerySet[Any]
    """Those of the scope that are asked for, without joins."""
    format: ExportFormat
    fields: Fields = EVERY_FIELD
    after: Sequence[str] | None = None
    """The parts of the id behind which it goes on."""

    @property
    def is_of_all(self) -> bool:
        return self.rows is self.scope.rows


def exported(export: Export) -> Generator[bytes, None, None]:
    """The pieces of a file. While they are taken, a transaction is open: it ends with the last of
    them, or when this is closed, or when none is taken for so long that the client must be gone.
    """
    with snapshot():
        plan_to_the_end(is_of_all=export.is_of_all)
        run("SELECT set_config('idle_in_transaction_session_timeout', %s, TRUE)", [LONGEST_PAUSE])
        yield from _table(export) if export.format is ExportFormat.CSV else _lines(export)


def plan_to_the_end(*, is_of_all: bool) -> None:
    """Have cursors planned for all of their rows, until the transaction ends.

    Those of all records take their order from the index of the ids, whatever statistics say.
    """
    run(
        "SELECT set_config('jit', 'off', TRUE), set_config('cursor_tuple_fraction', '1', TRUE),"
        " set_config('enable_sort', %s, TRUE)",
        ["off" if is_of_all else "on"],
    )


def _lines(export: Export) -> Iterator[bytes]:
    wire = export.scope.wire(export.fields)
    wanted = Fragment(wire.sql, wire.params)
    rows = selected(export.scope, export.rows, export.after, wanted)
    for batch in _batches(rows):
        yield "".join(f"{text}\n" for (text,) in batch).encode()


def _table(export: Export) -> Iterator[bytes]:
    """Which columns there are is told by all records, so that a part that goes on has the same."""
    record_type = record_type_of(export.scope)
    columns = [column for column in _columns(export) if is_shown(column, export.fields.shape)]
    yield header_line(record_type, columns).encode()
    data = f"{export.scope.table}.data::text"
    wanted = Fragment(f"{data}, {', '.join(export.scope.id_columns)}")
    rows = selected(export.scope, export.rows, export.after, wanted)
    for batch in _batches(rows):
        records = ((ids, Document.read(text).value) for text, *ids in batch)
        yield record_lines(columns, records).encode()


def _columns(export: Export) -> list[Column]:
    layout = Layout(export.scope.properties)
    if layout.looked_at:
        table, condition = export.scope.table, _condition(export.rows)
        plain = [key for key in export.scope.properties if key not in layout.looked_at]
        sql = f"SELECT ({table}.data - %s::text[])::text FROM {table} WHERE {condition.sql}"
        for (text,) in walked(sql, [plain, *condition.parameters]):
            layout.look(Document.read(text).value)
    return layout.columns()


def selected(
    scope: Scope, rows: QuerySet[Any], after: Sequence[str] | None, wanted: Fragment
) -> Iterator[tuple[Any, ...]]:
    """The wanted expressions of rows of a scope, by their ids. For use in a transaction."""
    order = system_order(ID)
    behind = Cursor(order.name, order.cast, None, [*after]) if after else None
    (phase,) = order.phases(scope.id_columns, behind)
    condition = _condition(rows) & phase.behind
    sql = f"SELECT {wanted.sql} FROM {scope.table} WHERE {condition.sql}"
    parameters = [*wanted.parameters, *condition.parameters, *phase.by_index.parameters]
    return walked(f"{sql} ORDER BY {phase.by_index.sql}", parameters)


def _condition(rows: QuerySet[Any]) -> Fragment:
    try:
        return Fragment.where(rows)
    except EmptyResultSet:
        return NOTHING


def _batches(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_A_TIME:
            yield batch
            batch = []
    if batch:
        yield batch
