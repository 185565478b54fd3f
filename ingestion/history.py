"""History: one change for each operation that had an effect, in the transaction of the write."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ingestion.operations import Target
from ingestion.records import RecordKey, Step, new_row_id
from ingestion.sql import columns, run
from profiles.contract import Contract


def record_changes(contract: Contract, steps: Sequence[Step], *, actor: str, task_id: str) -> None:
    """Append changes in their order. Call it after the rows were written, under their locks.

    A change's time is the clock's, but later than that of the record's last change by at least a
    microsecond: a clock may be set back, and a batch may change a record twice. A record that came
    and went within the batch never had a row to give it times: it has those of its changes.
    For the form of the look-up see `resource_rows.lock`.
    """
    rows = [
        (
            new_row_id(),
            step.target.value,
            step.shown.key.collection,
            step.shown.key.public_id,
            step.shown.row_id,
            step.action.value,
            step.shown.version,
            step.shown.data.text,
            step.shown.contained.text,
            step.shown.identifiers.text,
            step.shown.created_at,
            step.shown.updated_at,
            step.shown.contract_version,
        )
        for step in steps
    ]
    run(
        """
        WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
        step AS MATERIALIZED (
            SELECT step.*, greatest(now, last.at + interval '1 microsecond')
                           + place * interval '1 microsecond' AS at
            FROM clock, (
                SELECT * FROM unnest(
                    %s::uuid[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[],
                    %s::int[], string_to_array(%s, chr(30)), string_to_array(%s, chr(30)),
                    string_to_array(%s, chr(30)), %s::timestamptz[], %s::timestamptz[],
                    %s::bigint[]
                ) WITH ORDINALITY
                AS step (id, target, collection, public_id, record_id, action, version, data,
                         contained, identifiers, created_at, updated_at, contract_version, place)
                LIMIT %s
            ) AS step
            LEFT JOIN LATERAL (
                SELECT at FROM ingestion_change AS old
                WHERE old.source_id = %s AND old.target = step.target
                  AND old.collection = step.collection
                  AND old.public_id BETWEEN step.public_id AND step.public_id
                ORDER BY old.public_id DESC, seq DESC LIMIT 1
            ) AS last ON true
        )
        INSERT INTO ingestion_change
            (id, source_id, target, collection, public_id, record_id, action, version, actor,
             task_id, at, data, contained, identifiers, created_at, updated_at, contract_version)
        SELECT id, %s, target, collection, public_id, record_id, action, version, %s, %s, at,
               data::jsonb, contained::jsonb, identifiers::jsonb,
               coalesce(created_at, min(at) OVER (PARTITION BY record_id)),
               coalesce(updated_at, min(at) OVER (PARTITION BY record_id, version)),
               contract_version
        FROM step ORDER BY place
        """,
        [*columns(rows, 13), len(rows), contract.source_id, contract.source_id, actor, task_id],
    )


def last_changed_by(
    contract: Contract, target: Target, task_id: str, keys: Collection[RecordKey]
) -> set[RecordKey]:
    """Those of these records whose last change is of this task."""
    wanted = [(key.collection, key.public_id) for key in keys]
    rows = run(
        """
        SELECT wanted.collection, wanted.public_id
        FROM (
                 SELECT * FROM unnest(%s::text[], %s::text[]) AS key (collection, public_id)
                 LIMIT %s
             ) AS wanted,
             LATERAL (
                 SELECT task_id FROM ingestion_change AS change
                 WHERE source_id = %s AND target = %s AND change.collection = wanted.collection
                   AND change.public_id BETWEEN wanted.public_id AND wanted.public_id
                 ORDER BY change.public_id DESC, seq DESC LIMIT 1
             ) AS last
        WHERE last.task_id = %s
        """,
        [*columns(wanted, 2), len(wanted), contract.source_id, target.value, task_id],
    )
    return {RecordKey(collection, public_id) for collection, public_id in rows}
