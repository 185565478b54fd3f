"""Asks for background work; `ingestion.jobs` has what is then done."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import DEFAULT_QUEUE, Status
from procrastinate.types import JSONValue

INDEXES = "ingestion.jobs.build_data_indexes"
CHECK = "ingestion.jobs.check_profile"
PLAN = "ingestion.jobs.find_plan"
SHARE = "ingestion.jobs.work_on_task"
STATISTICS = "ingestion.jobs.refresh_statistics"
TASKS = "tasks"
"""The queue of what takes long. A worker does such jobs one by one, and all others beside them."""


def ask_for_indexes() -> None:
    """Not once for all: rows that change while some are built have to be looked at again."""
    app.configure_task(INDEXES, allow_unknown=False, lock="data indexes").defer()


def ask_for_check(source_key: str, profile_key: str) -> None:
    _ask(CHECK, f"check {source_key}/{profile_key}", source_key=source_key, profile_key=profile_key)


def ask_for_plan(id: int) -> None:
    _ask(PLAN, f"plan {id}", id=id)


def ask_for_statistics(source_id: int) -> None:
    _ask(STATISTICS, f"statistics {source_id}", source_id=source_id)


def ask_for_share(task: UUID, number: int) -> None:
    """Work on one share of a task: by one worker at a time."""
    _ask(SHARE, _share_lock(task, number), queue=TASKS, id=task.hex, number=number)


def is_asked_for(task: UUID, number: int) -> bool:
    """Whether a job on the share waits or runs."""
    jobs = ProcrastinateJob.objects.filter(lock=_share_lock(task, number))
    return jobs.filter(status__in=(Status.TODO.value, Status.DOING.value)).exists()


def others_wait(task: UUID) -> bool:
    """Whether there is work on other tasks that nobody does.

    The shares of one task need not take turns: where each goes on has to be looked for.
    """
    jobs = ProcrastinateJob.objects.filter(queue_name=TASKS, status=Status.TODO.value)
    return jobs.exclude(lock__startswith=_locks(task)).exists()


def _locks(task: UUID) -> str:
    return f"task {task.hex}/"


def _share_lock(task: UUID, number: int) -> str:
    return f"{_locks(task)}{number}"


def _ask(task: str, lock: str, *, queue: str = DEFAULT_QUEUE, **arguments: JSONValue) -> None:
    """Once for all who ask before it begins; and never two of the same at a time."""
    job = app.configure_task(task, allow_unknown=False, lock=lock, queueing_lock=lock, queue=queue)
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(**arguments)
