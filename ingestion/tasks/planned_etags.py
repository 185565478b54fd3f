"""The ETags that a plan saw: the task that carries it out refuses what was changed since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from ingestion.models import Task, TaskChunk, TaskShare
from ingestion.records import RecordKey
from ingestion.tasks.reading import SentOperation
from ingestion.tasks.receipts import StoredReceipt, read_receipts


class PlannedEtags:
    """The ETags that a plan saw, for one chunk of operations after the other."""

    def __init__(self, receipts: Iterator[StoredReceipt]) -> None:
        self._receipts = receipts

    def of(self, chunk: Sequence[SentOperation]) -> dict[RecordKey, str | None]:
        """What the plan saw of the records of these operations."""
        seen: dict[RecordKey, str | None] = {}
        last = chunk[-1].index
        for receipt in self._receipts:
            if receipt.etag is not None:
                seen.setdefault(RecordKey(receipt.type, receipt.id), receipt.etag or None)
            if receipt.index >= last:
                break
        return seen


def planned_etags(task: Task, share: TaskShare) -> PlannedEtags:
    """From where the share is. Empty if the task carries out no plan."""
    return PlannedEtags(_planned(task.plan_id, share) if task.plan_id else iter(()))


def _planned(plan: UUID, share: TaskShare) -> Iterator[StoredReceipt]:
    """The receipts of the plan from there on. No earlier chunk is read: there may be hundreds."""
    chunks = TaskChunk.objects.filter(task_id=plan, share=share.number).order_by("number")
    planned = 0
    for number, count in chunks.values_list("number", "count"):
        planned += count
        if planned <= share.done:
            continue
        text = chunks.values_list("receipts", flat=True).get(number=number)
        for receipt in read_receipts(text):
            if receipt.index >= share.next_index:
                yield receipt
