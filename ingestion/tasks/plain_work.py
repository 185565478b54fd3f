"""What most kinds of task have in common: their operations are written as they are."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.models import Task, TaskMode
from ingestion.records import Receipt
from ingestion.tasks.reading import SentOperation
from ingestion.withholding import Seen
from ingestion.writing import InTransaction, write


class PlainWork:
    """A base for kinds of work. See `ingestion.tasks.kinds.Work`."""

    keeps_rejects = True

    def write(
        self, task: Task, chunk: Sequence[SentOperation], seen: Seen, also: InTransaction
    ) -> Sequence[Receipt]:
        return write(
            task.source.key,
            [one.operation for one in chunk],
            actor=task.actor,
            task_id=task.public_id,
            reason=task.reason,
            is_plan=task.mode == TaskMode.PLAN,
            seen=seen,
            also=also,
        ).receipts
