"""Which records an undo has to bring back, and in which order: noted once, when it begins.

Relationships that the task made go first, then resources that it made; then come resources that it
changed or deleted, and at last relationships. So each finds the ends that it had.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ingestion.models import ConflictReason, Task, TaskShare, UndoneRecord
from ingestion.operations import Action, Target
from ingestion.sql import expect_many, run

_OF_RECORD = """
    old.source_id = %(source)s AND old.target = own.target AND old.collection = own.collection
    AND old.public_id BETWEEN own.public_id AND own.public_id
"""
_NEWEST_FIRST = "ORDER BY old.public_id DESC, seq DESC LIMIT 1"
_OWN = f"""
    own AS MATERIALIZED (
        SELECT target, collection, public_id, min(seq) AS first, max(seq) AS last, count(*) AS times
        FROM ingestion_change WHERE source_id = %(source)s AND task_id = %(undone)s
        GROUP BY target, collection, public_id
    ),
    found AS (
        SELECT own.target, own.collection, own.public_id,
               began.action = '{Action.DELETE}' OR began.version > 1 AS was_there,
               CASE WHEN began.action = '{Action.DELETE}' THEN began.id
                    ELSE previous.id END AS before,
               ended.id AS made, ended.action <> '{Action.DELETE}' AS is_left,
               now.id AS now, now.action <> '{Action.DELETE}' AS is_there,
               times > 1 AND times < (
                   SELECT count(*) FROM ingestion_change AS old
                   WHERE {_OF_RECORD} AND seq BETWEEN own.first AND own.last
               ) AS is_mixed
        FROM own
        JOIN ingestion_change AS began ON began.source_id = %(source)s AND began.seq = first
        JOIN ingestion_change AS ended ON ended.source_id = %(source)s AND ended.seq = last
        LEFT JOIN LATERAL (
            SELECT id, record_id, version FROM ingestion_change AS old
            WHERE {_OF_RECORD} AND seq < own.first {_NEWEST_FIRST}
        ) AS previous ON began.action <> '{Action.DELETE}' AND began.version > 1
                     AND previous.record_id = began.record_id
                     AND previous.version = began.version - 1
        CROSS JOIN LATERAL (
            SELECT id, action FROM ingestion_change AS old WHERE {_OF_RECORD} {_NEWEST_FIRST}
        ) AS now
    )
"""
_IS_AS_BEFORE = """
    now <> made AND was_there = is_there AND (
        NOT was_there OR EXISTS (
            SELECT FROM ingestion_change AS one, ingestion_change AS other
            WHERE one.source_id = %(source)s AND one.id = before AND NOT one.is_erased
              AND other.source_id = %(source)s AND other.id = now AND NOT other.is_erased
              AND one.data::text = other.data::text
              AND one.contained::text = other.contained::text
              AND one.identifiers::text = other.identifiers::text
              AND one.created_at = other.created_at
        )
    )
"""
_IN_ORDER = f"""
    was_there, (target = '{Target.RESOURCE}') <> was_there, target, collection, public_id
"""


@transaction.atomic
def list_records(task: Task) -> int:
    """Note the records of an undo that is to begin; how many there are.

    What came and went within the task is none, nor what is as it was before already.
    """
    share = TaskShare.objects.select_for_update().get(task=task)
    listed = UndoneRecord.objects.filter(task=task)
    if share.chunks:  # Another worker came further: the rest of its list would be another by now.
        return listed.count()
    listed.delete()
    expect_many()
    parameters = {
        "source": task.source_id,
        "task": task.pk,
        "undone": task.undoes,
        "mixed": ConflictReason.CHANGED_SINCE.value,
    }
    run(
        f"""
        WITH {_OWN}
        INSERT INTO ingestion_undonerecord
            (task_id, number, target, collection, public_id, was_there, before, made, conflict)
        SELECT %(task)s, row_number() OVER (ORDER BY {_IN_ORDER}) - 1, target, collection,
               public_id, was_there, before, made, CASE WHEN is_mixed THEN %(mixed)s ELSE '' END
        FROM found WHERE (was_there OR is_left) AND NOT ({_IS_AS_BEFORE})
        """,
        parameters,
    )
    return listed.count()


def forget_records(task_id: UUID) -> None:
    """All but the conflicts: those are told as long as the task is."""
    UndoneRecord.objects.filter(task_id=task_id, conflict="").delete()
