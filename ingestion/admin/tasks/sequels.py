"""What came of a task afterwards: of a plan what it became, of any other what undid it."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.models import Task, TaskMode

SHOWN = 10


def sequels_of(task: Task) -> Sequence[Task]:
    """The tasks that carried it out or undid it, or are about to, the newest first."""
    own = Task.objects.filter(source_id=task.source_id)
    if task.mode == TaskMode.PLAN:
        return list(own.filter(plan=task).order_by("-id")[:SHOWN])
    undos = own.filter(undoes=task.public_id, mode=TaskMode.WRITE)
    return list(undos.order_by("-id")[:SHOWN])
