"""From the rows of a table to the texts of operations, which the write path judges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from ingestion.tables.columns import RecordType
from ingestion.tables.headers import WHAT, Header, Mapped, no_header, read_header
from ingestion.tables.lines import read_rows
from ingestion.tables.texts import OperationText
from profiles.faults import Fault, Refused, faulty

LONGEST = 1_000_000
HEADER_ROW = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table, numbered as spreadsheets do: the header is row 1."""

    number: int
    text: bytes
    """Its operation, for `ingestion.bodies.envelopes.read_operation`; empty if `refused`."""
    refused: Refused | None = None


def read_names(stream: BinaryIO, limit: int = LONGEST) -> list[str]:
    """The names of the columns, for who has to say what they are. Raises `Refused`."""
    return _names(read_rows(stream, limit))


def read_table(
    stream: BinaryIO, record_type: RecordType, mapped: Mapped | None = None, limit: int = LONGEST
) -> Iterator[Row]:
    """The operations of a table: CREATE where a resource has no id, else UPSERT.

    `limit` is that of one row, in bytes. Raises `Refused` for the header, before the first row.
    """
    rows = read_rows(stream, limit)
    header = read_header(_names(rows), record_type, mapped)
    return _read(rows, record_type, header)


def _names(rows: Iterator[list[str]]) -> list[str]:
    names = next(rows)
    if not any(map(str.strip, names)):
        raise no_header()
    if not _is_utf8(names):
        raise faulty(WHAT, [_not_utf8()])
    return names


def _read(rows: Iterator[list[str]], record_type: RecordType, header: Header) -> Iterator[Row]:
    operation = OperationText(record_type, header)
    number = HEADER_ROW
    while True:
        number += 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except Refused as refused:
            yield Row(number, b"", refused)
            return
        if any(cells):
            yield _row(number, operation, cells)


def _row(number: int, operation: OperationText, cells: Sequence[str]) -> Row:
    try:
        return Row(number, operation.of(cells))
    except UnicodeEncodeError:
        return Row(number, b"", faulty("row", [_not_utf8()]))


def _is_utf8(cells: Sequence[str]) -> bool:
    """Bytes that are not were read as lone surrogates."""
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True


def _not_utf8() -> Fault:
    return Fault("", "encoding", "Is not UTF-8: save the file as CSV in UTF-8.")
