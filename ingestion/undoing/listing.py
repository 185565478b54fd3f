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


def _by_one(column: str, value: str) -> str:
    """One change, by the index that begins with the source and goes on with this column.

    BETWEEN and ORDER BY leave no other. Of a source that is new beside large ones statistics say
    that it has no changes: any index that begins with the source is as good then, and reads all of
    them for each record.
    """
    return f"""
        SELECT * FROM ingestion_change
        WHERE source_id = %(source)s AND {column} BETWEEN {value} AND {value}
        ORDER BY {column} LIMIT 1
    """


_OF_RECORD = """
    old.source_id = %(source)s AND old.target = own.target AND old.collection = own.collection
    AND old.public_id BETWEEN own.public_id AND own.public_id
"""
_NEWEST_FIRST = "ORDER BY old.public_id DESC, seq DESC LIMIT 1"
_OWN = f"""
    own AS MATERIALIZED (
        SELECT target, collection, public_id, min(seq) AS first, max(seq) AS last, count(*) AS times
        FROM (
            SELECT target, collection, public_id, seq FROM ingestion_change
            WHERE source_id = %(source)s AND task_id BETWEEN %(undone)s AND %(undone)s
            ORDER BY task_id, transaction
        ) AS of_task
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
                   SELECT count(*) FROM (
                       SELECT FROM ingestion_change AS old
                       WHERE {_OF_RECORD} AND seq BETWEEN own.first AND own.last
                       ORDER BY old.public_id, seq
                   ) AS between_them
               ) AS is_mixed
        FROM own
        CROSS JOIN LATERAL ({_by_one("seq", "own.first")}) AS began
        CROSS JOIN LATERAL ({_by_one("seq", "own.last")}) AS ended
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
_IS_AS_BEFORE = f"""
    now <> made AND was_there = is_there AND (
        NOT was_there OR EXISTS (
            SELECT FROM ({_by_one("id", "found.before")}) AS one,
                        ({_by_one("id", "found.now")}) AS other
            WHERE NOT one.is_erased AND NOT other.is_erased
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

LISTING = f"""
    WITH {_OWN}
    INSERT INTO ingestion_undonerecord
        (task_id, number, target, collection, public_id, was_there, before, made, conflict)
    SELECT %(task)s, row_number() OVER (ORDER BY {_IN_ORDER}) - 1, target, collection,
           public_id, was_there, before, made, CASE WHEN is_mixed THEN %(mixed)s ELSE '' END
    FROM found WHERE (was_there OR is_left) AND NOT ({_IS_AS_BEFORE})
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
    _end_if_we_are_killed()
    parameters = {
        "source": task.source_id,
        "task": task.pk,
        "undone": task.undoes,
        "mixed": ConflictReason.CHANGED_SINCE.value,
    }
    run(LISTING, parameters)
    return listed.count()


def _end_if_we_are_killed() -> None:
    """The database would go on for minutes, and whoever begins anew would wait for it."""
    run("SELECT set_config('client_connection_check_interval', '1s', true)", [])


def forget_records(task_id: UUID) -> None:
    """All but the conflicts: those are told as long as the task is."""
    UndoneRecord.objects.filter(task_id=task_id, conflict="").delete()
