"""Lists as they were at a moment: all records of a profile or definition, by id.

The walk goes from id to id along the index of the changes, and of each id looks up the last change
before the moment: what it costs depends on the ids that are looked at, not on their changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from ingestion.operations import Target
from ingestion.past.kinds import CHANGE, past_kinds
from ingestion.sql import run
from profiles.contract import Contract

LOOKED_AT = 5_000
"""Ids for one page, at most: of some there may have been nothing."""


class PastRow(NamedTuple):
    text: bytes
    row_id: UUID
    public_id: str
    is_erased: bool


@dataclass(frozen=True, slots=True)
class PastPage:
    rows: Sequence[PastRow]
    following: str | None
    """The id behind which the next page begins; None after the last."""


def past_page(
    contract: Contract, target: Target, collection: str, at: datetime, after: str, size: int
) -> PastPage:
    """The records behind an id that were there at a moment."""
    text = past_kinds[target].text(contract.source_key)
    of_collection = [contract.source_id, target.value, collection]
    found = run(
        f"""
        WITH RECURSIVE walk AS (
            SELECT 0 AS place, %s::text COLLATE "C" AS public_id, NULL::uuid AS change_id,
                   0 AS found
            UNION ALL
            SELECT place + 1, next.public_id, state.id, found + (state.id IS NOT NULL)::int
            FROM walk
            CROSS JOIN LATERAL (
                SELECT public_id FROM {CHANGE}
                WHERE source_id = %s AND target = %s AND collection = %s
                  AND public_id > walk.public_id
                ORDER BY public_id LIMIT 1
            ) AS next
            LEFT JOIN LATERAL (
                SELECT id, action FROM {CHANGE}
                WHERE source_id = %s AND target = %s AND collection = %s
                  AND public_id BETWEEN next.public_id AND next.public_id AND at <= %s
                ORDER BY public_id DESC, seq DESC LIMIT 1
            ) AS state ON action <> 'DELETE'
            WHERE found <= %s AND place < %s
        )
        SELECT place, walk.public_id, text, record_id, is_erased
        FROM walk
        LEFT JOIN LATERAL (
            SELECT {text.sql} AS text, record_id, is_erased FROM {CHANGE}
            WHERE source_id = %s AND id = walk.change_id
        ) AS shown ON true
        WHERE change_id IS NOT NULL OR place = %s
        ORDER BY place
        """,
        [
            *(after, *of_collection, *of_collection, at, size, LOOKED_AT),
            *(*text.params, contract.source_id, LOOKED_AT),
        ],
    )
    rows = [
        PastRow(text.encode(), row_id, id, is_erased)
        for _, id, text, row_id, is_erased in found
        if text is not None
    ]
    if len(rows) > size:
        return PastPage(rows[:size], rows[size - 1].public_id)
    is_cut = bool(found) and found[-1][0] == LOOKED_AT
    return PastPage(rows, found[-1][1] if is_cut else None)
