"""Asks for background work; `ingestion.jobs` has what is then done."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.types import JSONValue

CHECK = "ingestion.jobs.check_profile"
PLAN = "ingestion.jobs.find_plan"


def ask_for_check(source_key: str, profile_key: str) -> None:
    _ask(CHECK, f"check {source_key}/{profile_key}", source_key=source_key, profile_key=profile_key)


def ask_for_plan(id: int) -> None:
    _ask(PLAN, f"plan {id}", id=id)


def _ask(task: str, lock: str, **arguments: JSONValue) -> None:
    """Once for all who ask before it begins; and never two of the same at a time."""
    job = app.configure_task(task, allow_unknown=False, lock=lock, queueing_lock=lock)
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(**arguments)
