"""From a stream of bytes to rows of cells: UTF-8, quotes, and what stands between the cells."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from ingestion.tables.headers import WHAT, no_header
from profiles.faults import ErrorType, Fault, Refused, faulty

QUOTE = '"'
COMMA = ","
OTHER_DELIMITERS = (";", "\t")

csv.field_size_limit(2**31 - 1)
"""By itself the module takes no cell of more than 131,072 characters. `Lines` has its own limit."""


class Lines:
    """The lines of a file that is not trusted to have ends, be they of lines or of quotes."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._length = 0
        self._is_first = True

    def begin_row(self) -> None:
        """So many bytes a row may have, from here on."""
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """What is not UTF-8 is kept in lone surrogates: its row alone is refused."""
        line = self._stream.readline(self._limit - self._length + 1)
        if self._is_first:
            line, self._is_first = line.removeprefix(BOM_UTF8), False
        if not line:
            raise StopIteration
        self._length += len(line)
        if self._length > self._limit:
            raise too_long(self._limit)
        return line.decode(errors="surrogateescape")


def read_rows(stream: BinaryIO, limit: int) -> Iterator[list[str]]:
    """The cells of each row, the header first; of a blank row none.

    Raises `Refused` for what leaves open where the next row begins: nothing behind it is read.
    """
    lines = Lines(stream, limit)
    first = next(lines, None)
    if first is None:
        raise no_header()
    reader = csv.reader(chain([first], lines), delimiter=delimiter_of(first), strict=True)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise broken(str(error)) from None
        lines.begin_row()


def delimiter_of(header: str) -> str:
    """A comma, unless the header has none and one other: names of columns tell it safely."""
    outside = "".join(header.split(QUOTE)[::2])
    if COMMA in outside:
        return COMMA
    there = [delimiter for delimiter in OTHER_DELIMITERS if delimiter in outside]
    return there[0] if len(there) == 1 else COMMA


def too_long(limit: int) -> Refused:
    message = f"Is longer than {limit} bytes: is a quote not closed? Nothing behind it was read."
    fault = Fault("", "length", message, limit, type=ErrorType.CONTENT_TOO_LARGE)
    return faulty("row", [fault])


def broken(reason: str) -> Refused:
    message = f"Is no CSV by RFC 4180: {reason}. Nothing behind it was read."
    return faulty(WHAT, [Fault("", "csv", message)])
