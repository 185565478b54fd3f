"""Tasks as they are asked for: found by their id, listed, shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils import timezone

from ingestion.models import Change, Receipt, Task, TaskChunk, TaskKind, TaskShare
from ingestion.operations import Action
from ingestion.records import Outcome
from ingestion.tasks.receipts import StoredReceipt, read_receipts, shown_receipts
from profiles.exact import Json
from profiles.faults import not_found
from profiles.times import time_text

SINGLE = "s"
COUNTS = ("created", "changed", "unchanged", "deleted", "refused")
KINDS: Mapping[str, str] = {kind.value: kind.name for kind in TaskKind}


def find_task(source_id: int, public_id: str) -> Task:
    """Raises NOT_FOUND."""
    prefix, _, digits = public_id.partition("_")
    try:
        id = UUID(hex=digits) if prefix in KINDS else None
    except ValueError:
        id = None
    found = Task.objects.filter(source_id=source_id, kind=prefix, pk=id).first() if id else None
    if found is None or found.public_id != public_id:
        raise not_found("task")
    return found


def tasks_of(source_id: int, actor: str | None, status: str | None) -> QuerySet[Task]:
    """The newest first; of everybody if `actor` is None."""
    rows = Task.objects.filter(source_id=source_id)
    if actor is not None:
        rows = rows.filter(actor=actor)
    if status is not None:
        rows = rows.filter(status=status)
    return rows.order_by("-id")


def shown_tasks(tasks: Sequence[Task]) -> list[Json]:
    """With two statements, however many they are."""
    sums = {name: Sum(name) for name in ("done", "deleted_relationships", *COUNTS)}
    shares = TaskShare.objects.filter(task__in=tasks).values("task_id").annotate(**_named(sums))
    counted = {row["task_id"]: row for row in shares}
    return [_shown(task, counted.get(task.pk, {})) for task in tasks]


def _named(sums: Mapping[str, Any]) -> dict[str, Any]:
    return {f"sum_{name}": value for name, value in sums.items()}


def _shown(task: Task, counted: Mapping[str, Any]) -> Json:
    done = counted.get("sum_done", 0)
    counts = {name: counted.get(f"sum_{name}", 0) for name in COUNTS}
    shown: dict[str, Json] = {
        "taskId": task.public_id,
        "kind": KINDS[task.kind],
        "mode": task.mode,
        "status": task.status,
        "actor": task.actor,
        "receivedAt": time_text(task.received_at),
    }
    for name, time in (("startedAt", task.started_at), ("completedAt", task.completed_at)):
        if time is not None:
            shown[name] = time_text(time)
    total = {} if task.total is None else {"total": task.total}
    shown["progress"] = {"done": done, **total, "perSecond": _rate(task, done), "counts": counts}
    if task.kind == TaskKind.PURGE:
        shown["deletedCount"] = counts["deleted"]
    if gone := counted.get("sum_deleted_relationships", 0):
        shown["deletedRelationships"] = gone
    if task.reason:
        shown["reason"] = task.reason
    if task.undoes:
        shown["undoes"] = task.undoes
    if task.plan is not None:
        shown["plan"] = task.plan.public_id
    if task.problem is not None:
        shown["error"] = task.problem
    return shown


def _rate(task: Task, done: int) -> int:
    if task.started_at is None:
        return 0
    seconds = ((task.completed_at or timezone.now()) - task.started_at).total_seconds()
    return round(done / seconds) if seconds > 0 else done


ReceiptPlace = tuple[int, int, int]
"""Of a receipt: share, chunk, and how many of the chunk were shown before."""
FIRST_RECEIPT: ReceiptPlace = (0, 0, 0)


def receipts_page(
    task: Task, after: ReceiptPlace, size: int
) -> tuple[list[Json], ReceiptPlace | None]:
    """Receipts from a place on, and where the next page begins; None after the last."""
    shown: list[Json] = []
    for place, chunk in _chunks(task, after):
        skipped = place[2]
        stored = read_receipts(chunk.receipts)[skipped:]
        wanted = stored[: size - len(shown)]
        shown += _shown_receipts(task, wanted, chunk.completed_at)
        if len(wanted) < len(stored):
            return shown, (place[0], place[1], skipped + len(wanted))
    return shown, None


def _chunks(task: Task, after: ReceiptPlace) -> Iterator[tuple[ReceiptPlace, TaskChunk]]:
    return chunks_from(TaskChunk.objects.filter(task=task).defer("rejects"), after)


def chunks_from(
    chunks: QuerySet[TaskChunk], after: ReceiptPlace
) -> Iterator[tuple[ReceiptPlace, TaskChunk]]:
    """The chunks of a task in their order, each with the place where it begins."""
    rows = chunks.order_by("share", "number")
    share, number, skipped = after
    first = rows.filter(share=share, number__gte=number)
    for row in first.iterator(chunk_size=10):
        yield (row.share, row.number, skipped if row.number == number else 0), row
    for row in rows.filter(share__gt=share).iterator(chunk_size=10):
        yield (row.share, row.number, 0), row


def _shown_receipts(
    task: Task, stored: Sequence[StoredReceipt], completed_at: datetime
) -> Iterator[Json]:
    return shown_receipts(stored, time_text(task.received_at), time_text(completed_at))


def rejects_of(task: Task) -> Iterator[bytes]:
    """What was refused, as it was sent and with its faults: NDJSON."""
    rows = TaskChunk.objects.filter(task=task, refused__gt=0).order_by("share", "number")
    for rejects in rows.values_list("rejects", flat=True).iterator(chunk_size=10):
        yield bytes(rejects)


def single_task(source_id: int, task_id: str) -> Json:
    """A single write, which has no row of its own: told by its change, or by its refusal.

    Raises NOT_FOUND.
    """
    refused = Receipt.objects.filter(source_id=source_id, task_id=task_id).first()
    if refused is not None:
        receipt = {
            **_told(refused.action, refused.target, refused.collection, refused.public_id),
            "status": "FAILURE",
            "outcome": "REFUSED",
            "receivedAt": time_text(refused.received_at),
            "completedAt": time_text(refused.completed_at),
            "error": refused.error,
        }
        return _single(task_id, "FAILURE", refused.actor, [receipt])
    changes = Change.objects.filter(source_id=source_id, task_id=task_id).order_by("seq")
    rows = list(changes.only(*_TOLD)[:1])
    if not rows:
        raise not_found("task")
    change = rows[0]
    receipt = {
        **_told(change.action, change.target, change.collection, change.public_id),
        "status": "SUCCESS",
        "outcome": _outcome(change.action, change.version),
        "receivedAt": time_text(change.at),
        "completedAt": time_text(change.at),
    }
    shown = _single(task_id, "SUCCESS", change.actor, [receipt])
    return {**shown, "reason": change.reason} if change.reason else shown


_TOLD = ("action", "target", "collection", "public_id", "version", "at", "actor", "reason")


def _outcome(action: str, version: int) -> str:
    """Versions count from 1 in each life."""
    if action == Action.DELETE:
        return Outcome.DELETED.value
    return (Outcome.CREATED if version == 1 else Outcome.CHANGED).value


def _told(action: str, target: str, type: str, id: str) -> dict[str, Json]:
    return {"index": 0, "action": action, "targetType": target, "id": id, "type": type}


def _single(task_id: str, status: str, actor: str, receipts: list[Json]) -> Json:
    return {
        "taskId": task_id,
        "kind": "SINGLE",
        "status": status,
        "actor": actor,
        "receivedAt": receipts[0]["receivedAt"],
        "completedAt": receipts[0]["completedAt"],
        "receipts": receipts,
    }
