"""Loading: lines of text, one operation each, written in batches while the memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from django.conf import settings

from ingestion.collecting import rare_collections
from ingestion.envelopes import TargetOf, read_operation, refused_operation
from ingestion.kinds import meant_target
from ingestion.operations import Operation, Target
from ingestion.records import Receipt
from ingestion.writing import write
from profiles.contract import current_contract
from profiles.faults import ErrorType, Fault, faulty

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BATCH_BYTES = 16_000_000
COMMENT = b"#"
"""Begins a line that is passed over. No JSON begins so."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that may be an operation, by its number from 1. None was too long to keep."""

    number: int
    text: bytes | None

    def read(self, target_of: TargetOf) -> Operation:
        if self.text is not None:
            return read_operation(self.text, target_of)
        limit = settings.MAX_BODY_BYTES
        message = f"Is longer than {limit} bytes (MAX_BODY_BYTES)."
        fault = Fault("", "length", message, limit, type=ErrorType.CONTENT_TOO_LARGE)
        return refused_operation(faulty("line", [fault]))


Batch = list[tuple[Line, Operation]]


def load(
    source_key: str, stream: BinaryIO, *, actor: str, task_id: str, batch_size: int
) -> Iterator[tuple[Line, Receipt]]:
    """Carry out the operations of a stream in their order; each line and its receipt.

    A batch is written before its receipts come, and stays written whatever happens after it.
    Raises `Refused` as `write` does.
    """
    target_of = partial(meant_target, current_contract(source_key))
    operations = ((line, line.read(target_of)) for line in read_lines(stream))
    with rare_collections():
        for batch in batches(operations, batch_size):
            written = write(
                source_key, [operation for _, operation in batch], actor=actor, task_id=task_id
            )
            for (line, _), receipt in zip(batch, written.receipts, strict=True):
                yield line, receipt


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """Lines without blank ones and comments, and without the mark that some editors put first."""
    limit = settings.MAX_BODY_BYTES + len(b"\r\n")
    number = 0
    while text := stream.readline(limit):
        number += 1
        is_whole = len(text) < limit or text.endswith(b"\n")
        if not is_whole:
            _skip_line(stream, limit)
        if number == 1:
            text = text.removeprefix(BYTE_ORDER_MARK)
        if text.strip() and not text.startswith(COMMENT):
            yield Line(number, text if is_whole else None)


def _skip_line(stream: BinaryIO, limit: int) -> None:
    while (text := stream.readline(limit)) and not text.endswith(b"\n"):
        pass


def batches(operations: Iterable[tuple[Line, Operation]], size: int) -> Iterator[Batch]:
    """Batches that do the same as their operations would one by one.

    `write` does resources before relationships, so none has a resource after a relationship.
    """
    batch: Batch = []
    length, has_links = 0, False
    for line, operation in operations:
        is_link = operation.target is Target.RELATIONSHIP
        is_full = len(batch) >= size or length >= BATCH_BYTES
        if is_full or (has_links and not is_link and operation.refused is None):
            yield batch
            batch, length, has_links = [], 0, False
        batch.append((line, operation))
        length += len(line.text or b"")
        has_links = has_links or is_link
    if batch:
        yield batch
