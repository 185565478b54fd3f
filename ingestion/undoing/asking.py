"""Asking for the undo of a task: which one, and whether it can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from django.db import transaction

from ingestion.models import Change, Receipt, Task, TaskKind, TaskMode, TaskStatus
from ingestion.tasks.finding import SINGLE, find_task
from ingestion.tasks.submitting import submit
from profiles.faults import ErrorType, Refused, not_found
from profiles.models import Source

RUNS = "It has not ended yet: wait for it, or cancel it."
PLANNED = "A plan has changed nothing that could be undone."
IN_WORK = "It is being undone already."


@dataclass(frozen=True, slots=True)
class Undoable:
    """A task that has ended, or a single write."""

    id: str
    actor: str
    name: str


def undoable(source_id: int, id: str) -> Undoable:
    """Raises NOT_FOUND, and FAILED_PRECONDITION for what runs or has changed nothing."""
    if id.startswith(f"{SINGLE}_"):
        return Undoable(id, _single_actor(source_id, id), "a single write")
    task = find_task(source_id, id)
    if task.mode == TaskMode.PLAN:
        raise Refused(ErrorType.FAILED_PRECONDITION, PLANNED)
    if task.completed_at is None:
        raise Refused(ErrorType.FAILED_PRECONDITION, RUNS)
    return Undoable(id, task.actor, name_of(task))


def name_of(task: Task) -> str:
    """What people know it by."""
    name = task.asked.get("name") or PurePath(task.asked.get("file", "")).name
    return str(name or TaskKind(task.kind).label)


def _single_actor(source_id: int, id: str) -> str:
    for rows in (Change.objects, Receipt.objects):
        own = rows.filter(source_id=source_id, task_id=id)
        for actor in own.values_list("actor", flat=True)[:1]:
            return str(actor)
    raise not_found("task")


@transaction.atomic
def undo(
    source_id: int, undone: Undoable, *, id: UUID, actor: str, reason: str, mode: TaskMode
) -> Task:
    """The task that undoes another. Raises FAILED_PRECONDITION where one is at it already."""
    Source.objects.select_for_update(no_key=True).get(pk=source_id)  # Lest two ask at once.
    at_work = Task.objects.filter(
        source_id=source_id, undoes=undone.id, mode=TaskMode.WRITE, status=TaskStatus.PENDING
    )
    if mode == TaskMode.WRITE and at_work.exists():
        raise Refused(ErrorType.FAILED_PRECONDITION, IN_WORK)
    return submit(
        source_id,
        TaskKind.UNDO,
        {"name": f"Undo of {undone.name}"},
        id=id,
        actor=actor,
        reason=reason,
        mode=mode,
        undoes=undone.id,
    )
