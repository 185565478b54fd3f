"""What a task refused, one by one: to be looked at, corrected, and sent again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingestion.bodies.envelopes import FAULTS
from ingestion.models import Task, TaskChunk
from ingestion.records import Outcome
from ingestion.tasks.finding import ReceiptPlace, chunks_from
from ingestion.tasks.receipts import StoredReceipt, read_receipts
from profiles.exact import decode, pretty
from profiles.faults import Refused

LOOKED_AT = 8
"""Chunks: all of most tasks, and a sample of large ones."""
SHOWN_FAULTS = 8

LINE = "line"
"""In place of an operation that could not be read."""


@dataclass(frozen=True, slots=True)
class Refusal:
    place: ReceiptPlace
    receipt: StoredReceipt
    text: str
    """The operation as it was sent, laid out for people; what is no JSON as it came. Empty where it
    was not kept, as of a bundle.
    """


@dataclass(frozen=True, slots=True)
class UsualFaults:
    looked_at: int
    """Among so many refusals they were counted."""
    found: Sequence[tuple[tuple[str, str], int]]
    """Path and message, and how often."""


def refusals_page(
    task: Task, after: ReceiptPlace, size: int
) -> tuple[list[Refusal], ReceiptPlace | None]:
    """What was refused from a place on, and where the next page begins; None after the last.

    The last part of a place counts the refusals of its chunk.
    """
    found: list[Refusal] = []
    chunks = TaskChunk.objects.filter(task=task, refused__gt=0)
    for (share, number, skipped), chunk in chunks_from(chunks, after):
        if len(found) == size:
            return found, (share, number, skipped)
        left = list(_refusals(chunk))[skipped:]
        wanted = left[: size - len(found)]
        found += wanted
        if len(wanted) < len(left):
            return found, (share, number, skipped + len(wanted))
    return found, None


def usual_faults(task: Task) -> UsualFaults:
    """The most frequent faults among the first refusals: what a wrong column does to all rows."""
    chunks = TaskChunk.objects.filter(task=task, refused__gt=0).order_by("share", "number")
    found: Counter[tuple[str, str]] = Counter()
    looked_at = 0
    for text in chunks.values_list("receipts", flat=True)[:LOOKED_AT]:
        for receipt in read_receipts(text):
            if receipt.error is not None:
                looked_at += 1
                found.update({*_faults(receipt.error)})
    return UsualFaults(looked_at, found.most_common(SHOWN_FAULTS))


def _faults(error: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """By path and message; what is no fault of one place has no path."""
    details = error["details"] or [{"message": error["message"]}]
    return ((fault.get("path", ""), fault["message"]) for fault in details)


def _refusals(chunk: TaskChunk) -> Iterator[Refusal]:
    receipts = (one for one in read_receipts(chunk.receipts) if one.outcome == Outcome.REFUSED)
    lines = bytes(chunk.rejects).splitlines()
    for count, receipt in enumerate(receipts):
        text = _sent(lines[count]) if lines else ""
        yield Refusal((chunk.share, chunk.number, count), receipt, text)


def _sent(line: bytes) -> str:
    try:
        reject = decode(line)
    except Refused:  # It holds a NUL.
        return line.decode()
    reject.pop(FAULTS)
    if reject.keys() == {LINE}:
        return reject[LINE] or ""
    return pretty(reject)
