"""From the rows of a table to the texts of operations, which the write path judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from ingestion.operations import Action
from ingestion.tables.cells import read_cell
from ingestion.tables.columns import ID, Column, Subject
from ingestion.tables.headers import WHAT, Header, Mapped, no_header, read_header
from ingestion.tables.lines import read_rows
from profiles.exact import Json, encode
from profiles.faults import Fault, Refused, faulty
from profiles.properties import Property

LONGEST = 1_000_000
HEADER_ROW = 1

Tree = Mapping[str | int, Any]
"""Columns by the steps to them: each step leads to a tree, or to the column and its place."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table, numbered as spreadsheets do: the header is row 1."""

    number: int
    text: bytes
    """Its operation, for `ingestion.envelopes.read_operation`; empty if `refused`."""
    refused: Refused | None = None


def read_names(stream: BinaryIO, limit: int = LONGEST) -> list[str]:
    """The names of the columns, for who has to say what they are. Raises `Refused`."""
    return _names(read_rows(stream, limit))


def read_table(
    stream: BinaryIO, subject: Subject, mapped: Mapped | None = None, limit: int = LONGEST
) -> Iterator[Row]:
    """The operations of a table: CREATE where a resource has no id, else UPSERT.

    `limit` is that of one row, in bytes. Raises `Refused` for the header, before the first row.
    """
    rows = read_rows(stream, limit)
    header = read_header(_names(rows), subject, mapped)
    return _read(rows, subject, header)


def _names(rows: Iterator[list[str]]) -> list[str]:
    names = next(rows)
    if not any(map(str.strip, names)):
        raise no_header()
    if not _is_utf8(names):
        raise faulty(WHAT, [_not_utf8()])
    return names


def _read(rows: Iterator[list[str]], subject: Subject, header: Header) -> Iterator[Row]:
    tree = _tree(header.columns)
    used = {*header.ids.values(), *header.columns, *header.passed_over}
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
        if not any(cells):
            continue
        if not _is_utf8(cells):
            yield Row(number, b"", faulty("row", [_not_utf8()]))
            continue
        payload = _payload(subject, header, tree, cells)
        payload |= {f"column {n + 1}": c for n, c in enumerate(cells) if c and n not in used}
        yield Row(number, _operation(subject, payload))


def _operation(subject: Subject, payload: Mapping[str, Json]) -> bytes:
    is_new = subject.ends is None and ID not in payload
    action = Action.CREATE if is_new else Action.UPSERT
    return encode({"action": action.value, action.value.lower(): payload})


def _payload(subject: Subject, header: Header, tree: Tree, cells: Sequence[str]) -> dict[str, Json]:
    """What stands in a column that the header does not name, is added as it is: it is unknown."""
    ids = {name: _cell(cells, place) for name, place in header.ids.items()}
    named: dict[str, Json] = {name: id for name, id in ids.items() if id}
    if subject.ends is not None:
        ends = {end: ids[f"{end}.{ID}"] for end in subject.ends}
        named = {end: {ID: id, "type": subject.ends[end]} for end, id in ends.items() if id}
    return {**named, "type": subject.type, "data": _object(tree, cells) or {}}


def _tree(columns: Mapping[int, Column]) -> Tree:
    """Elements of arrays are put in the order of their numbers."""
    root: dict[str | int, Any] = {}
    for place, column in sorted(columns.items(), key=lambda item: _numbers(item[1])):
        node = root
        for step in column.steps[:-1]:
            node = node.setdefault(step, {})
        node[column.steps[-1]] = (place, column.prop)
    return root


def _numbers(column: Column) -> list[int]:
    return [step for step in column.steps if isinstance(step, int)]


def _object(tree: Tree, cells: Sequence[str]) -> Json:
    """What the cells make up: an object or an array; None where all of them are empty.

    An absent element leaves no gap: the next one takes its place.
    """
    found = {}
    for step, inner in tree.items():
        value = _object(inner, cells) if isinstance(inner, dict) else _value(inner, cells)
        if value is not None:
            found[step] = value
    if not found:
        return None
    return list(found.values()) if isinstance(next(iter(found)), int) else found


def _value(leaf: tuple[int, Property], cells: Sequence[str]) -> Json:
    place, prop = leaf
    text = _cell(cells, place)
    return read_cell(prop, text) if text else None


def _cell(cells: Sequence[str], place: int) -> str:
    """A row may be shorter than the header."""
    return cells[place] if place < len(cells) else ""


def _is_utf8(cells: Sequence[str]) -> bool:
    """Bytes that are not were read as lone surrogates."""
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True


def _not_utf8() -> Fault:
    return Fault("", "encoding", "Is not UTF-8: save the file as CSV in UTF-8.")
