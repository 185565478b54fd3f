"""`Prefer: wait` (RFC 7240): to be answered once a task has ended."""

from __future__ import annotations

import re
import time

from django.db import close_old_connections
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.models import Task
from ingestion.tasks.finding import FIRST_RECEIPT
from ingestion.views.tasks import accepted, with_receipts
from profiles.api.parameters import DEFAULT_PER_PAGE

MOST_SECONDS = 60
SECONDS_BETWEEN = 0.05
_wait = re.compile(r"(?:^|[,;\s])wait\s*=\s*(\d{1,6})(?=$|[,;\s])", re.IGNORECASE)


def answer_with(request: Request, source: str, task: Task) -> Response:
    """With the receipts, if the task ends within the time that the request names."""
    seconds = preferred_wait(request.headers.get("Prefer", ""))
    if seconds and _has_ended(task, seconds):
        task = Task.objects.get(pk=task.pk)
        body = with_receipts(source, task, FIRST_RECEIPT, DEFAULT_PER_PAGE)
        return Response(body, headers={"Preference-Applied": f"wait={seconds}"})
    return accepted(source, task)


def preferred_wait(header: str) -> int:
    """Seconds, `MOST_SECONDS` at most; 0 for who does not say."""
    found = _wait.search(header)
    return min(MOST_SECONDS, int(found[1])) if found else 0


def _has_ended(task: Task, seconds: int) -> bool:
    until = time.monotonic() + seconds
    while not Task.objects.filter(pk=task.pk, completed_at__isnull=False).exists():
        if time.monotonic() > until:
            return False
        close_old_connections()  # Who waits must not keep one from those who work.
        time.sleep(SECONDS_BETWEEN)
    return True
