"""History: one change for each operation that had an effect, in the transaction of the write."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from uuid_utils import uuid7

from ingestion.kinds import kinds
from ingestion.operations import Target
from ingestion.records import RecordKey, Step
from ingestion.sql import columns, run
from profiles.contract import Contract

_STORED = """
    LEFT JOIN LATERAL (
        SELECT data, {contained} AS contained, identifiers, created_at, updated_at
        FROM {name} AS found
        WHERE is_stored AND source_id = %s AND found.id BETWEEN step.record_id AND step.record_id
        ORDER BY found.id LIMIT 1
    ) AS stored_{target} ON step.target = '{target}'
"""
_OWN_TIMES = (
    "min(at) OVER (PARTITION BY record_id)",
    "min(at) OVER (PARTITION BY record_id, version)",
)
"""Of a record that came and went within the batch, so that no row could give it any."""


def record_changes(
    contract: Contract, steps: Sequence[Step], *, actor: str, task_id: str, reason: str
) -> None:
    """Append changes in their order. Call it after the rows were written, under their locks.

    A change's time is the clock's, but later than that of the record's last change by at least a
    microsecond: a clock may be set back, and a batch may change a record twice. What a row says by
    now is taken from there: it was sent and parsed once already.
    For the form of the look-ups see `resource_rows.lock`.
    """
    tables = {kind.target: kind.table for kind in kinds()}
    targets = sorted({step.target for step in steps if step.is_stored})
    stored = [
        _STORED.format(target=target, name=tables[target].name, contained=tables[target].contained)
        for target in targets
    ]
    lacks_times = any(not step.is_stored and step.shown.updated_at is None for step in steps)

    def column(name: str, *others: str) -> str:
        choices = [*(f"stored_{target}.{name}" for target in targets), *others]
        return f"coalesce({', '.join(choices)})"

    own_times = _OWN_TIMES if lacks_times else ()
    rows = [_row(step) for step in steps]
    run(
        f"""
        WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
        step AS MATERIALIZED (
            SELECT step.*, greatest(now, last.at + interval '1 microsecond')
                           + place * interval '1 microsecond' AS at
            FROM clock, (
                SELECT * FROM unnest(
                    %s::uuid[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[],
                    %s::int[], string_to_array(%s, chr(30), ''), string_to_array(%s, chr(30), ''),
                    string_to_array(%s, chr(30), ''), %s::timestamptz[], %s::timestamptz[],
                    %s::bigint[], %s::boolean[]
                ) WITH ORDINALITY
                AS step (id, target, collection, public_id, record_id, action, version, data,
                         contained, identifiers, created_at, updated_at, contract_version,
                         is_stored, place)
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
             task_id, reason, at, data, contained, identifiers, created_at, updated_at,
             contract_version)
        SELECT step.id, %s, step.target, collection, public_id, record_id, action, version, %s, %s,
               %s, at, {column("data", "step.data::jsonb")},
               {column("contained", "step.contained::jsonb")},
               {column("identifiers", "step.identifiers::jsonb")},
               {column("created_at", "step.created_at", *own_times[:1])},
               {column("updated_at", "step.updated_at", *own_times[1:])}, contract_version
        FROM step {"".join(stored)}
        ORDER BY place
        """,
        [
            *columns(rows, 14),
            len(rows),
            contract.source_id,
            contract.source_id,
            actor,
            task_id,
            reason,
            *(contract.source_id for _ in stored),
        ],
    )


def _row(step: Step) -> tuple[Any, ...]:
    shown = step.shown
    head = (
        uuid7(),
        step.target,
        shown.key.collection,
        shown.key.public_id,
        shown.row_id,
        step.action,
        shown.version,
    )
    if step.is_stored:
        return (*head, b"", b"", b"", None, None, shown.contract_version, True)
    return (
        *head,
        shown.data.text,
        shown.contained.text,
        shown.identifiers.text,
        shown.created_at,
        shown.updated_at,
        shown.contract_version,
        False,
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
