"""Tasks that have already ended when they are stored: only their receipts are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ingestion.models import Task, TaskChunk, TaskKind, TaskShare, TaskStatus
from ingestion.records import Outcome, Receipt
from ingestion.tasks.receipts import Sent, write_receipts


@transaction.atomic
def keep_finished(
    source_id: int,
    kind: TaskKind,
    sent: Sequence[Sent],
    receipts: Sequence[Receipt],
    *,
    id: UUID,
    actor: str,
    reason: str,
    received_at: datetime,
) -> TaskChunk:
    """The chunk with the receipts of a new task that has ended. What was sent is not kept."""
    now = timezone.now()
    counts = Counter(receipt.outcome.value.lower() for receipt in receipts)
    refused = counts[Outcome.REFUSED.lower()]
    task = Task.objects.create(
        id=id,
        source_id=source_id,
        kind=kind,
        actor=actor,
        reason=reason,
        status=TaskStatus.FAILURE if refused else TaskStatus.SUCCESS,
        total=len(receipts),
        received_at=received_at,
        started_at=received_at,
        completed_at=now,
    )
    TaskShare.objects.create(
        task=task,
        number=0,
        next_index=len(receipts),
        done=len(receipts),
        chunks=1,
        deleted_relationships=sum(receipt.deleted_relationships for receipt in receipts),
        is_finished=True,
        **counts,
    )
    return TaskChunk.objects.create(
        task=task,
        share=0,
        number=0,
        count=len(receipts),
        refused=refused,
        receipts=write_receipts(sent, receipts, is_plan=False),
        completed_at=now,
    )
