"""How a task ends: each share by itself, and the task with its last one."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Max, Sum
from django.utils import timezone

from ingestion.models import Task, TaskChunk, TaskKind, TaskMode, TaskShare, TaskStatus
from ingestion.statistics import ask_after
from ingestion.tasks import uploads
from ingestion.undoing.listing import forget_records
from profiles.faults import Refused

HAS_ENDED = "It has ended already."
BROKEN_OFF = timedelta(minutes=5)
"""A load that has written nothing for so long has no process any more that would end it."""


def end_share(task: Task, share: TaskShare) -> None:
    """Nothing is left of the share, or somebody asked for the end of the task."""
    with transaction.atomic():
        held = Task.objects.select_for_update().get(pk=task.pk)
        TaskShare.objects.filter(pk=share.pk).update(is_finished=True)
        left = TaskShare.objects.filter(task=held, is_finished=False).exists()
        if held.completed_at is not None:
            _tidy(held)  # It was cancelled while its work was being looked for.
        elif not left:
            _end(held, TaskStatus.CANCELLED if held.is_cancelled else _status(held))


def fail(task: Task, refused: Refused) -> None:
    """End it for what concerns all of it. What was done stays done."""
    with transaction.atomic():
        held = Task.objects.select_for_update().get(pk=task.pk)
        if held.completed_at is None:
            held.problem = refused.as_json()
            _end(held, TaskStatus.FAILURE)


def cancel(task: Task) -> None:
    """End it before its next chunk: at once, if it was not begun, or nobody is at it any more."""
    with transaction.atomic():
        held = Task.objects.select_for_update().get(pk=task.pk)
        if held.completed_at is not None:
            return
        held.is_cancelled = True
        if held.started_at is None or _is_broken_off(held):
            _end(held, TaskStatus.CANCELLED)
        else:
            held.save(update_fields=["is_cancelled"])


def _is_broken_off(task: Task) -> bool:
    """Workers do not go on with what `load` began, since its file lies elsewhere."""
    if task.kind != TaskKind.BULK or task.upload:
        return False
    last = TaskChunk.objects.filter(task=task).aggregate(at=Max("completed_at"))["at"]
    return bool((last or task.received_at) < timezone.now() - BROKEN_OFF)


def _status(task: Task) -> TaskStatus:
    if task.kind == TaskKind.PURGE:
        return TaskStatus.SUCCESS  # What was refused had gone before.
    refused = TaskShare.objects.filter(task=task).aggregate(all=Sum("refused"))["all"]
    return TaskStatus.FAILURE if refused else TaskStatus.SUCCESS


def _end(task: Task, status: TaskStatus) -> None:
    """What was sent is not needed any more, unless it may still be carried out as planned."""
    task.status = status
    task.completed_at = timezone.now()
    is_ready = status != TaskStatus.CANCELLED and task.problem is None
    upload = "" if task.mode == TaskMode.PLAN and is_ready else task.upload
    if upload:
        task.upload = ""
        transaction.on_commit(lambda: uploads.discard(upload))
    _tidy(task)
    task.save()
    if task.mode == TaskMode.WRITE:
        ask_after(task.source_id, _written(task))


def _written(task: Task) -> int:
    """How many records, however often each."""
    counts = TaskShare.objects.filter(task=task).aggregate(
        all=Sum(F("created") + F("changed") + F("deleted") + F("deleted_relationships"))
    )
    return counts["all"] or 0


def _tidy(task: Task) -> None:
    if task.kind == TaskKind.UNDO:
        forget_records(task.pk)
