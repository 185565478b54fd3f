"""New tasks: what was sent is kept, noted, and put into the queue, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ingestion.models import UNCLAIMED, Task, TaskKind, TaskMode, TaskShare, TaskStatus
from ingestion.queueing import ask_for_share
from profiles.exact import Json
from profiles.faults import ErrorType, Refused

NOT_READY = "Only a plan that is ready can be carried out, and only once and within a day."


def shares_for(size: int) -> int:
    """How many processes may work on so many bytes: one for what is soon done.

    Its receipts then come in the order in which it was sent.
    """
    return 1 if size < settings.BULK_SHARED_BYTES else settings.BULK_SHARES


@transaction.atomic
def submit(
    source_id: int,
    kind: TaskKind,
    asked: Mapping[str, Json],
    *,
    id: UUID,
    actor: str,
    reason: str = "",
    upload: str = "",
    undoes: str = "",
    mode: TaskMode = TaskMode.WRITE,
    shares: int = 1,
    plan: Task | None = None,
    received_at: datetime | None = None,
) -> Task:
    """A task that workers begin with as soon as the transaction is done."""
    task = Task.objects.create(
        id=id,
        source_id=source_id,
        kind=kind,
        mode=mode,
        actor=actor,
        reason=reason,
        asked=asked,
        upload=upload,
        undoes=undoes,
        plan=plan,
        received_at=received_at or timezone.now(),
    )
    numbers = range(shares)
    TaskShare.objects.bulk_create(TaskShare(task=task, number=number) for number in numbers)
    for number in numbers:
        ask_for_share(task.pk, number)
    return task


@transaction.atomic
def carry_out(plan: Task, *, id: UUID, actor: str, reason: str = "") -> Task:
    """The task that does what was planned, and refuses what has moved since.

    Raises FAILED_PRECONDITION for what is no plan that is ready, or was carried out before.
    """
    held = Task.objects.select_for_update().get(pk=plan.pk)
    if not is_ready(held):
        raise Refused(ErrorType.FAILED_PRECONDITION, NOT_READY)
    upload, held.upload = held.upload, ""
    held.save(update_fields=["upload"])
    return submit(
        held.source_id,
        TaskKind(held.kind),
        held.asked,
        id=id,
        actor=actor,
        reason=reason or held.reason,
        upload=upload,
        undoes=held.undoes,
        shares=TaskShare.objects.filter(task=held).count(),
        plan=held,
    )


def is_ready(plan: Task) -> bool:
    """Whether it is a plan that can be carried out."""
    has_ended = plan.status in (TaskStatus.SUCCESS, TaskStatus.FAILURE) and plan.problem is None
    if plan.mode != TaskMode.PLAN or not has_ended:
        return False
    if plan.kind != TaskKind.UNDO:
        return bool(plan.upload)
    is_new = plan.completed_at is not None and plan.completed_at > timezone.now() - UNCLAIMED
    return is_new and not Task.objects.filter(plan=plan).exists()
