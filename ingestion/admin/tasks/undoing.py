"""Undoing in the admin: first a plan, then the deed, for a reason."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from ingestion.forms.reasons import RecordReasonForm
from ingestion.models import Task, TaskMode
from ingestion.records import new_row_id
from ingestion.undoing.asking import undo, undoable
from profiles.faults import ErrorType, Refused

SHOWN = 10


def plan_undo(task: Task, actor: str) -> Task:
    """Raises `Refused` for what cannot be undone."""
    return undo(
        task.source_id,
        undoable(task.source_id, task.public_id),
        id=new_row_id(),
        actor=actor,
        reason="",
        mode=TaskMode.PLAN,
    )


def reason_of(request: HttpRequest) -> str:
    """What was typed. Raises `Refused` for nothing, and for what is no line of text."""
    form = RecordReasonForm(request.POST)
    if not form.is_valid():
        message = f"Nothing was done yet. {' '.join(map(str, form.errors['reason']))}"
        raise Refused(ErrorType.INVALID_ARGUMENT, message)
    return str(form.cleaned_data["reason"])


def undos_of(task: Task) -> Sequence[Task]:
    """The tasks that undid it, or are about to, the newest first."""
    own = Task.objects.filter(source_id=task.source_id, undoes=task.public_id)
    return list(own.filter(mode=TaskMode.WRITE).order_by("-id")[:SHOWN])
