"""Asks for background work; `ingestion.jobs` has what is then done."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.types import JSONValue

INDEXES = "ingestion.jobs.build_data_indexes"
CHECK = "ingestion.jobs.check_profile"
PLAN = "ingestion.jobs.find_plan"
SHARE = "ingestion.jobs.work_on_task"


def ask_for_indexes() -> None:
    """Not once for all: rows that change while some are built have to be looked at again."""
    app.configure_task(INDEXES, allow_unknown=False, lock="data indexes").defer()


def ask_for_check(source_key: str, profile_key: str) -> None:
    _ask(CHECK, f"check {source_key}/{profile_key}", source_key=source_key, profile_key=profile_key)


def ask_for_plan(id: int) -> None:
    _ask(PLAN, f"plan {id}", id=id)


def ask_for_share(task: UUID, number: int) -> None:
    """Work on one share of a task: by one worker at a time."""
    _ask(SHARE, f"task {task.hex}/{number}", id=task.hex, number=number)


def _ask(task: str, lock: str, **arguments: JSONValue) -> None:
    """Once for all who ask before it begins; and never two of the same at a time."""
    job = app.configure_task(task, allow_unknown=False, lock=lock, queueing_lock=lock)
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(**arguments)
