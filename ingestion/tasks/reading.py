"""What was sent for a bulk, as operations: each with its place, so that reading can go on there."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO, Protocol

import msgspec
from django.conf import settings
from msgspec import Struct

from ingestion.bodies.envelopes import TargetOf, refused_operation
from ingestion.bodies.lines import Line, read_lines
from ingestion.operations import Operation, Target
from ingestion.search.record_types import record_type_of
from ingestion.search.registry import scope_makers
from ingestion.tables.reading import Row, read_table
from profiles.contract import Contract
from profiles.exact import Json
from profiles.faults import ErrorType, Fault, Refused

BulkOptions = Mapping[str, Json]
"""What was asked for beside the operations: the type of a table, its columns."""


class SentOperation(Struct, frozen=True):
    """An operation, by its number from 0. `position` is where what comes after it begins."""

    index: int
    position: int
    operation: Operation
    text: bytes | None


class UnreadOperation(Struct, frozen=True):
    """The text of an operation that is still to be parsed; None if it is too long."""

    index: int
    position: int
    text: bytes | None
    refused: Refused | None = None
    """Why there is no text to be read."""

    def read(self, target_of: TargetOf) -> SentOperation:
        if self.refused is not None:
            operation = refused_operation(self.refused)
        else:
            operation = Line(self.index, self.text).read(target_of)
        return SentOperation(self.index, self.position, operation, self.text)


class BulkFormat(Protocol):
    """A form in which operations are sent."""

    def find(
        self, file: BinaryIO, contract: Contract, asked: BulkOptions, position: int, index: int
    ) -> Iterator[UnreadOperation]:
        """The texts from a position on, the first of them with this index.

        Raises `Refused` for what makes all of it unreadable.
        """
        ...

    def count(self, file: BinaryIO, contract: Contract, asked: BulkOptions) -> int:
        """How many operations there are. Raises `Refused` as `find` does."""
        ...


class Ndjson:
    """An operation a line; positions are bytes. Blank lines and comments are passed over."""

    def find(
        self, file: BinaryIO, contract: Contract, asked: BulkOptions, position: int, index: int
    ) -> Iterator[UnreadOperation]:
        file.seek(position)
        for number, line in enumerate(read_lines(file, position), index):
            text = None if line.text is None else line.text.rstrip(b"\r\n")
            yield UnreadOperation(number, line.end, text)

    def count(self, file: BinaryIO, contract: Contract, asked: BulkOptions) -> int:
        return sum(1 for _ in self.find(file, contract, asked, 0, 0))


FORGET_AFTER = 5_000
"""Operations of a document."""


class Envelope:
    """`{"operations": [...]}` (api-facts, *Bulk*); positions are numbers of operations."""

    _head = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"operations"\s*:\s*(?=\[)')
    _tail = re.compile(rb"\}\s*\Z")
    _operations = msgspec.json.Decoder(list[msgspec.Raw])

    def find(
        self, file: BinaryIO, contract: Contract, asked: BulkOptions, position: int, index: int
    ) -> Iterator[UnreadOperation]:
        whole = _mapped(file)
        for number, text in enumerate(self._texts(whole)[position:], position):
            if number % FORGET_AFTER == 0 or number == position:
                _forget(whole)
            operation = bytes(text).strip()
            is_whole = len(operation) <= settings.MAX_BODY_BYTES
            yield UnreadOperation(number, number + 1, operation if is_whole else None)

    def count(self, file: BinaryIO, contract: Contract, asked: BulkOptions) -> int:
        return len(self._texts(_mapped(file)))

    def _texts(self, whole: mmap.mmap | bytes) -> list[msgspec.Raw]:
        """Slices of the file: nothing else is allowed in it but the list, so that none is lost."""
        head = self._head.match(whole)
        tail = self._tail.search(whole, max(0, len(whole) - 4_096))
        if head is None or tail is None:
            raise not_readable('Must be {"operations": [...]}, and nothing else.')
        try:
            return self._operations.decode(memoryview(whole)[head.end() : tail.start()])
        except msgspec.DecodeError as error:
            raise not_readable(f"Is not valid JSON: {error}.") from None


class Csv:
    """CSV, an operation a row (`ingestion.tables`); positions are numbers of rows that are done."""

    def find(
        self, file: BinaryIO, contract: Contract, asked: BulkOptions, position: int, index: int
    ) -> Iterator[UnreadOperation]:
        rows = self._rows(file, contract, asked)
        for number, row in enumerate(islice(rows, position, None), position):
            yield UnreadOperation(number, number + 1, row.text, row.refused)

    def count(self, file: BinaryIO, contract: Contract, asked: BulkOptions) -> int:
        return sum(1 for _ in self._rows(file, contract, asked))

    def _rows(self, file: BinaryIO, contract: Contract, asked: BulkOptions) -> Iterator[Row]:
        record_type = record_type_of(scope_makers[Target(asked["target"])](contract, asked["type"]))
        file.seek(0)
        return read_table(file, record_type, asked.get("columns"), settings.MAX_BODY_BYTES)


def _mapped(file: BinaryIO) -> mmap.mmap | bytes:
    """A whole file as memory-mapped pages; read into memory if it is no file of the system."""
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:  # It is empty.
        return b""
    except (AttributeError, OSError):
        file.seek(0)
        return file.read()


def _forget(whole: mmap.mmap | bytes) -> None:
    """Give the memory of its pages back; they are read again when they are looked at."""
    if isinstance(whole, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        whole.madvise(mmap.MADV_DONTNEED)


formats: dict[str, BulkFormat] = {"json": Envelope(), "ndjson": Ndjson(), "csv": Csv()}


def not_readable(message: str) -> Refused:
    fault = Fault("", "json", message)
    return Refused(ErrorType.INVALID_ARGUMENT, message, [fault])
