"""The text of an operation, from the cells of a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingestion.tables.cells import Reader, cell_reader
from ingestion.tables.columns import ID, Column, RecordType
from ingestion.tables.headers import Header
from profiles.exact import encode


class OperationText:
    """Makes the text of an operation from the cells of a row, without a value in between."""

    def __init__(self, record_type: RecordType, header: Header) -> None:
        self._data = Tree.of(header.columns)
        self._is_resource = record_type.ends is None
        self._ids = [(place, *_around(record_type, name)) for name, place in header.ids.items()]
        self._type = b'"type":%b' % encode(record_type.type)
        self._used = {*header.ids.values(), *header.columns, *header.passed_over}
        self._width = max(self._used, default=-1) + 1
        self._is_dense = len(self._used) == self._width

    def of(self, cells: Sequence[str]) -> bytes:
        """A row may be shorter than the header. Raises `UnicodeEncodeError`."""
        ids = [
            b"%b%b%b" % (before, encode(cells[place]), behind)
            for place, before, behind in self._ids
            if place < len(cells) and cells[place]
        ]
        data = self._data.json(cells) or b"{}"
        members = b",".join([*ids, self._type, b'"data":%b' % data, *self._unknown(cells)])
        if self._is_resource and not ids:
            return b'{"action":"CREATE","create":{%b}}' % members
        return b'{"action":"UPSERT","upsert":{%b}}' % members

    def _unknown(self, cells: Sequence[str]) -> Iterator[bytes]:
        """What stands in no column of the header is added as it is, so that it is refused."""
        if self._is_dense and len(cells) <= self._width:
            return
        for place, text in enumerate(cells):
            if text and place not in self._used:
                yield b"%b:%b" % (encode(f"column {place + 1}"), encode(text))


def _around(record_type: RecordType, id_column: str) -> tuple[bytes, bytes]:
    """What stands before an id in a payload, and what behind it."""
    if record_type.ends is None:
        return b'"id":', b""
    end = id_column.removesuffix(f".{ID}")
    return b'"%b":{"id":' % end.encode(), b',"type":%b}' % encode(record_type.ends[end])


@dataclass(frozen=True, slots=True)
class Leaf:
    """The cell of a column."""

    place: int
    read: Reader

    def json(self, cells: Sequence[str]) -> bytes | None:
        text = cells[self.place] if self.place < len(cells) else ""
        return self.read(text) if text else None


@dataclass(frozen=True, slots=True)
class Tree:
    """Cells that make up an object, or an array."""

    form: bytes
    parts: Sequence[tuple[bytes, Tree | Leaf]]
    """Each with what stands before it."""

    @classmethod
    def of(cls, columns: Mapping[int, Column], depth: int = 0) -> Tree:
        """Of columns that have so many steps in common. Elements come by their numbers."""
        inner: dict[str | int, dict[int, Column]] = {}
        for place, column in columns.items():
            inner.setdefault(column.steps[depth], {})[place] = column
        is_array = any(isinstance(step, int) for step in inner)
        steps = sorted(inner, key=int) if is_array else [*inner]
        parts = [
            (b"" if is_array else encode(step) + b":", cls._part(inner[step], depth + 1))
            for step in steps
        ]
        return cls(b"[%b]" if is_array else b"{%b}", parts)

    @classmethod
    def _part(cls, columns: Mapping[int, Column], depth: int) -> Tree | Leaf:
        (place, first), *_ = columns.items()
        if len(first.steps) == depth:
            return Leaf(place, cell_reader(first.prop))
        return cls.of(columns, depth)

    def json(self, cells: Sequence[str]) -> bytes | None:
        """None where all cells are empty. An absent element leaves no gap: the next takes its
        place.
        """
        there = [
            before + value for before, part in self.parts if (value := part.json(cells)) is not None
        ]
        return self.form % b",".join(there) if there else None
