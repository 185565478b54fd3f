"""What a resource was linked to and from: the newest changes of its relationships.

By the index of ids for those that begin with it, and by `change_of_second_end` for the others.
Neither is in the order of time, so of a resource with very many only so many are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from ingestion.past.kinds import CHANGE
from ingestion.sql import columns, run

LOOKED_AT = 1_000
"""Changes of one definition and side."""


class LinkChange(NamedTuple):
    id: UUID
    collection: str
    public_id: str
    action: str
    version: int
    at: datetime
    actor: str
    reason: str
    task_id: str


@dataclass(frozen=True, slots=True)
class LinkChanges:
    rows: Sequence[LinkChange]
    has_more: bool
    is_cut: bool
    """There are so many that these need not be the newest."""


def link_changes(source_id: int, collections: Collection[str], end: str, size: int) -> LinkChanges:
    """Of the relationships of some definitions, by what their ids call one of the ends."""
    told = "id, seq, collection, public_id, action, version, at, actor, reason, task_id"
    second = "split_part(public_id, ',', 2)"
    found = run(
        f"""
        WITH looked AS MATERIALIZED (
            SELECT link.* FROM unnest(%s::text[]) AS definition (key)
            CROSS JOIN LATERAL (
                (SELECT 1 AS side, {told} FROM {CHANGE}
                 WHERE source_id = %s AND target = 'RELATIONSHIP' AND collection = definition.key
                   AND public_id > %s AND public_id < %s
                 ORDER BY public_id LIMIT %s)
                UNION ALL
                (SELECT 2 AS side, {told} FROM {CHANGE}
                 WHERE source_id = %s AND target = 'RELATIONSHIP' AND collection = definition.key
                   AND {second} BETWEEN %s AND %s
                 ORDER BY {second}, public_id LIMIT %s)
            ) AS link
        )
        SELECT EXISTS (SELECT FROM looked GROUP BY side, collection HAVING count(*) = %s), newest.*
        FROM (
            SELECT DISTINCT ON (seq) {told} FROM looked ORDER BY seq DESC LIMIT %s
        ) AS newest
        """,
        [
            *columns([(key,) for key in collections], 1),
            *(source_id, f"{end},", f"{end}-", LOOKED_AT),
            *(source_id, end, end, LOOKED_AT),
            *(LOOKED_AT, size + 1),
        ],
    )
    rows = [LinkChange(id, *rest) for _, id, _, *rest in found]
    return LinkChanges(rows[:size], len(rows) > size, bool(found and found[0][0]))
