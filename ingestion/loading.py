"""Loading: lines of text, one operation each, written in batches while the memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import BinaryIO

from ingestion.collecting import rare_collections
from ingestion.kinds import meant_target
from ingestion.lines import Line, read_lines
from ingestion.operations import Operation, Target
from ingestion.records import Receipt
from ingestion.writing import write
from profiles.contract import current_contract

BATCH_BYTES = 16_000_000


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
