"""Housekeeping: tasks whose job was lost, cancelled loads, and uploads that nobody needs."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils import timezone

from ingestion.models import UNCLAIMED, Task, TaskKind, TaskMode, TaskShare, TaskStatus
from ingestion.tasks import uploads
from ingestion.tasks.ending import cancel


def unfinished_shares() -> Iterator[tuple[UUID, int]]:
    shares = TaskShare.objects.filter(task__status=TaskStatus.PENDING, is_finished=False)
    shares = shares.exclude(task__kind=TaskKind.BULK, task__upload="")  # Those of `load`.
    yield from shares.values_list("task_id", "number").order_by("task_id", "number")


def end_cancelled_loads() -> None:
    """End loads whose process was gone before it noticed. Only what has ended can be undone."""
    loads = Task.objects.filter(kind=TaskKind.BULK, upload="", status=TaskStatus.PENDING)
    for task in loads.filter(is_cancelled=True):
        cancel(task)


def forget_old_uploads() -> None:
    """Those of plans that were not carried out in time, and what a server that died left behind."""
    before = timezone.now() - UNCLAIMED
    plans = Task.objects.filter(mode=TaskMode.PLAN, completed_at__lt=before)
    for task in plans.exclude(upload=""):
        uploads.discard(task.upload)
        Task.objects.filter(pk=task.pk).update(upload="")
    names = set(uploads.names())
    known = Task.objects.filter(upload__in=names).values_list("upload", flat=True)
    for name in names.difference(known):
        if uploads.is_older(name, before):
            uploads.discard(name)
