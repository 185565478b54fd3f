"""The changes of a record in all its lives, and of what hangs on it: each stays, empty."""

from __future__ import annotations

from ingestion.erasing.subjects import Subject
from ingestion.models import ErasureScope
from ingestion.operations import Target
from ingestion.past.changes import OF_WANTED, newest_change
from ingestion.sql import columns, run


def erase_changes(subject: Subject) -> int:
    """How many there were that were not erased before.

    Of the past, all but the newest state of what is there.
    """
    own = subject.record
    keys = [(own.target.value, own.key.collection, own.key.public_id)] + [
        (Target.RELATIONSHIP.value, key.collection, key.public_id) for key in subject.along
    ]
    rows = run(
        f"""
        WITH wanted AS MATERIALIZED (
            SELECT * FROM unnest(%s::text[], %s::text[], %s::text[])
            AS key (target, collection, public_id)
        ),
        found AS MATERIALIZED (
            SELECT old.id FROM wanted
            LEFT JOIN LATERAL ({newest_change("wanted", "seq, action")}) AS newest ON true
            CROSS JOIN LATERAL (
                SELECT id FROM ingestion_change
                WHERE {OF_WANTED} AND NOT is_erased
                  AND (%s OR newest.action = 'DELETE' OR seq < newest.seq)
                ORDER BY public_id, seq
            ) AS old
        )
        UPDATE ingestion_change
        SET data = '{{}}', contained = '{{}}', identifiers = '[]', is_erased = true
        FROM found
        WHERE source_id = %s AND ingestion_change.id = found.id AND NOT is_erased
        RETURNING 1
        """,
        [
            *columns(keys, 3),
            *(subject.source_id, subject.source_id, subject.scope == ErasureScope.ALL),
            subject.source_id,
        ],
    )
    return len(rows)
