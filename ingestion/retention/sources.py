"""Applies retention to all sources in turn: to changes, then to receipts and tasks as old."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db.models import Exists, OuterRef, Q

from ingestion.models import Task, TaskStatus
from ingestion.records import first_row_id
from ingestion.retention.sweeping import RetentionRule, horizon_of, is_still, rule_of, sweep
from ingestion.sql import run
from profiles.models import Source

SECONDS = 20.0
"""Of one source, before it is the next one's turn. What is left is done the next time."""
RECEIPTS_AT_A_TIME = 1_000
TASKS_AT_A_TIME = 10


def keep_to_retention(must_stop: Callable[[], bool] = lambda: False) -> None:
    """Remove what the sources do not keep, retired ones too: each in many short transactions."""
    limited = Q(retention_days__isnull=False) | Q(retention_versions__isnull=False)
    for source in Source.with_retired.filter(limited).order_by("pk"):
        rule = rule_of(source)
        assert rule is not None, "by the filter"
        until = time.monotonic() + SECONDS

        def is_over(until: float = until) -> bool:
            return must_stop() or time.monotonic() > until

        _repeat(partial(sweep, source, rule), is_over)
        if rule.days is not None and is_still(rule, source):
            _forget_requests(source, rule, is_over)


def _repeat(step: Callable[[], bool], is_over: Callable[[], bool]) -> None:
    while step() and not is_over():
        pass


def _forget_requests(source: Source, rule: RetentionRule, is_over: Callable[[], bool]) -> None:
    """Refusals and tasks that have ended: they hold what was sent, and are as old."""
    before = horizon_of(rule)
    _repeat(partial(_forget_receipts, source, before), is_over)
    _repeat(partial(_forget_tasks, source, before), is_over)


def _forget_receipts(source: Source, before: datetime) -> bool:
    rows = run(
        """
        DELETE FROM ingestion_receipt WHERE source_id = %s AND id IN (
            SELECT id FROM ingestion_receipt WHERE source_id = %s AND received_at < %s
            ORDER BY source_id, received_at LIMIT %s
        ) RETURNING 1
        """,
        [source.pk, source.pk, before, RECEIPTS_AT_A_TIME],
    )
    return len(rows) == RECEIPTS_AT_A_TIME


def _forget_tasks(source: Source, before: datetime) -> bool:
    """Ids of tasks are in the order of time. Those of which an upload is kept wait for it, and
    plans for the task that carries them out: it goes by what they saw.
    """
    oldest = first_row_id(before)
    tasks = Task.objects.filter(source=source, pk__lt=oldest, completed_at__lt=before, upload="")
    at_work = Task.objects.filter(plan=OuterRef("pk"), status=TaskStatus.PENDING)
    tasks = tasks.exclude(Exists(at_work))
    found = list(tasks.order_by("pk").values_list("pk", flat=True)[:TASKS_AT_A_TIME])
    Task.objects.filter(pk__in=found).delete()
    return len(found) == TASKS_AT_A_TIME
