"""What was deleted of a profile or definition, the newest first.

The changes of a source are walked back, since no index knows deletions: what a page costs depends
on how many changes it looks at, which is limited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from ingestion.operations import Action, Target
from ingestion.past.kinds import CHANGE
from ingestion.sql import run

LOOKED_AT = 5_000
"""Changes for one page, at most: those of other profiles, and other ones, are among them."""


class Deletion(NamedTuple):
    id: UUID
    public_id: str
    at: datetime
    actor: str
    reason: str
    task_id: str
    seq: int
    is_there: bool
    """There is a record of this id again."""


@dataclass(frozen=True, slots=True)
class DeletionsPage:
    rows: Sequence[Deletion]
    looked_until: datetime | None
    """How far back this page has looked; None where it has looked at everything."""
    following: int | None
    """The `seq` before which the next page goes on; None after the last."""


def deletions_page(
    source_id: int, target: Target, collection: str, before: int | None, size: int
) -> DeletionsPage:
    found = run(
        f"""
        WITH looked AS MATERIALIZED (
            SELECT id, seq, target, collection, action, public_id, at, actor, reason, task_id
            FROM {CHANGE} WHERE source_id = %s AND (%s::bigint IS NULL OR seq < %s)
            ORDER BY seq DESC LIMIT %s
        )
        SELECT edge.seq, edge.at, edge.looked, found.id, found.public_id, found.at, found.actor,
               found.reason, found.task_id, found.seq, last.action <> 'DELETE'
        FROM (
            SELECT min(seq) AS seq, min(at) AS at, count(*) AS looked FROM looked
        ) AS edge
        LEFT JOIN LATERAL (
            SELECT * FROM looked WHERE target = %s AND collection = %s AND action = %s
            ORDER BY seq DESC LIMIT %s
        ) AS found ON true
        LEFT JOIN LATERAL (
            SELECT action FROM {CHANGE}
            WHERE source_id = %s AND target = %s AND collection = %s
              AND public_id BETWEEN found.public_id AND found.public_id
            ORDER BY public_id DESC, seq DESC LIMIT 1
        ) AS last ON true
        ORDER BY found.seq DESC
        """,
        [
            *(source_id, before, before, LOOKED_AT),
            *(target.value, collection, Action.DELETE.value, size + 1),
            *(source_id, target.value, collection),
        ],
    )
    edge, edge_at, looked = found[0][:3]
    rows = [Deletion(*row[3:]) for row in found if row[3] is not None]
    is_cut = looked == LOOKED_AT
    if len(rows) > size:
        return DeletionsPage(rows[:size], rows[size - 1].at, rows[size - 1].seq)
    return DeletionsPage(rows, edge_at if is_cut else None, edge if is_cut else None)
