"""Gauges of background work, subscriptions, indexes and size, and the statements that tell them.

They are read when they are asked for, from tables that stay small or from what the database knows
of a large one: so the same is told whichever process answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

from ingestion.models import Change, DataIndex, DeadLetter, Receipt, Resource, Subscription, Task
from profiles.models import Source
from relationships.models import Relationship

COUNTED = 10_000
"""So many dead letters of one subscription are counted at most."""
LARGE = (Resource, Relationship, Change, Receipt)
"""The tables that grow with what is written."""
OF_SUBSCRIPTION = ("source", "subscription")
SUBSCRIPTIONS = f"""
    {Subscription._meta.db_table} AS subscription
    JOIN {Source._meta.db_table} AS source ON source.id = subscription.source_id
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement. Each of its rows has the labels, then a value for each of the metrics."""

    metrics: tuple[tuple[str, str], ...]
    """Name, and what it means."""
    labels: tuple[str, ...]
    sql: str
    parameters: tuple[Any, ...] = ()
    kind: type[GaugeMetricFamily | CounterMetricFamily] = GaugeMetricFamily


GAUGES = (
    Asked(
        (
            (
                "registrar_jobs",
                "Jobs that wait (todo), run (doing), or failed within a day.",
            ),
        ),
        ("job", "status"),
        """
        SELECT substring(task_name FROM '[^.]+$'), status::text, count(*)
        FROM procrastinate_jobs AS job
        WHERE status IN ('todo', 'doing') OR status = 'failed' AND EXISTS (
            SELECT FROM procrastinate_events WHERE job_id = job.id
            AND type = 'failed' AND at > clock_timestamp() - interval '1 day'
        )
        GROUP BY 1, 2
        """,
    ),
    Asked(
        (("registrar_job_wait_seconds", "Of the job that has waited longest for a worker."),),
        (),
        """
        SELECT coalesce(extract(epoch FROM clock_timestamp() - min(since)), 0)
        FROM procrastinate_jobs AS job, LATERAL (
            SELECT coalesce(job.scheduled_at, max(at)) AS since
            FROM procrastinate_events WHERE job_id = job.id
        ) AS waiting
        WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= clock_timestamp())
        """,
    ),
    Asked(
        (
            (
                "registrar_worker_heartbeat_age_seconds",
                "Since any worker gave a sign; without one +Inf.",
            ),
        ),
        (),
        """
        SELECT coalesce(
            extract(epoch FROM clock_timestamp() - max(last_heartbeat)), 'infinity'::float)
        FROM procrastinate_workers
        """,
    ),
    Asked(
        (
            ("registrar_tasks_unfinished", "Tasks that wait or run."),
            ("registrar_task_unfinished_seconds", "Since the oldest of them was sent."),
        ),
        ("source",),
        f"""
        SELECT source.key, count(*), extract(epoch FROM clock_timestamp() - min(received_at))
        FROM {Task._meta.db_table} AS task
        JOIN {Source._meta.db_table} AS source ON source.id = task.source_id
        WHERE task.status = 'PENDING' GROUP BY source.key
        """,
    ),
    Asked(
        (
            ("registrar_subscription_paused", "1 where nothing is sent, else 0."),
            (
                "registrar_subscription_attempts",
                "How often the next message was sent in vain; 0 while all is well.",
            ),
            (
                "registrar_subscription_dead_letters",
                f"Changes that were given up, up to {COUNTED}.",
            ),
        ),
        OF_SUBSCRIPTION,
        f"""
        SELECT source.key, subscription.key, (status = 'PAUSED')::int, attempts, (
            SELECT count(*) FROM (
                SELECT FROM {DeadLetter._meta.db_table} AS letter
                WHERE letter.subscription_id = subscription.id LIMIT {COUNTED}
            ) AS letters
        )
        FROM {SUBSCRIPTIONS}
        """,
    ),
    Asked(
        (
            (
                "registrar_subscription_received_timestamp_seconds",
                "When a message was last received.",
            ),
        ),
        OF_SUBSCRIPTION,
        f"""
        SELECT source.key, subscription.key, extract(epoch FROM received_at)
        FROM {SUBSCRIPTIONS} WHERE received_at IS NOT NULL
        """,
    ),
    Asked(
        (("registrar_indexes", "Indexes of properties: building, ready, failed, dropping."),),
        ("state",),
        f"SELECT state, count(*) FROM {DataIndex._meta.db_table} GROUP BY state",
    ),
    Asked(
        (
            (
                "registrar_changes",
                "Changes since the registry began, with those of writes that were undone.",
            ),
        ),
        (),
        f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END"
        f" FROM {Change._meta.db_table}_seq_seq",
        kind=CounterMetricFamily,
    ),
    Asked(
        (
            ("registrar_table_rows", "As the database reckons."),
            ("registrar_table_bytes", "On disk, with indexes."),
        ),
        ("table",),
        """
        SELECT relname, greatest(reltuples, 0), pg_total_relation_size(oid)
        FROM pg_class WHERE oid = ANY(%s::text[]::regclass[]::oid[])
        """,
        ([model._meta.db_table for model in LARGE],),
    ),
)
