"""Lines of text, one operation each, read while the memory stays flat."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import BinaryIO

from django.conf import settings
from msgspec import Struct

from ingestion.bodies.envelopes import TargetOf, read_operation, refused_operation
from ingestion.operations import Operation
from profiles.faults import ErrorType, Fault, faulty

COMMENT = b"#"
"""Begins a line that is passed over. No JSON begins so."""


class Line(Struct, frozen=True):
    """One line that may be an operation, by its number from 1. None was too long to keep."""

    number: int
    text: bytes | None
    end: int = 0
    """How many bytes of the stream lie before the next line."""

    def read(self, target_of: TargetOf) -> Operation:
        if self.text is not None:
            return read_operation(self.text, target_of)
        limit = settings.MAX_BODY_BYTES
        message = f"Is longer than {limit} bytes (MAX_BODY_BYTES)."
        fault = Fault("", "length", message, limit, type=ErrorType.CONTENT_TOO_LARGE)
        return refused_operation(faulty("line", [fault]))


def read_lines(stream: BinaryIO, start: int = 0) -> Iterator[Line]:
    """Lines without blank ones and comments, and without the mark that some editors put first.

    `start` is how many bytes of the stream were read before; numbers count from there.
    """
    limit = settings.MAX_BODY_BYTES + len(b"\r\n")
    number, end = 0, start
    while text := stream.readline(limit):
        is_first = end == 0
        number += 1
        end += len(text)
        is_whole = len(text) < limit or text.endswith(b"\n")
        if not is_whole:
            end += _skip_line(stream, limit)
        if is_first:
            text = text.removeprefix(BOM_UTF8)
        if text.strip() and not text.startswith(COMMENT):
            yield Line(number, text if is_whole else None, end)


def _skip_line(stream: BinaryIO, limit: int) -> int:
    """To its end; the number of bytes that were passed over."""
    count = 0
    while text := stream.readline(limit):
        count += len(text)
        if text.endswith(b"\n"):
            break
    return count
