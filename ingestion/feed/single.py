"""Changes by their ids, as the feed tells them. Those that retention took are not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from ingestion.feed.cursors import Piece, write_piece
from ingestion.feed.reading import Wanted
from ingestion.feed.removed import kept_behind
from ingestion.feed.ticks import BEGINNING, Newest
from ingestion.feed.wire import change_sql
from ingestion.past.kinds import CHANGE
from ingestion.sql import run


def changes_of(ids: Sequence[UUID], wanted: Wanted, newest: Newest) -> Mapping[UUID, str]:
    """The lines of changes, by id. Their cursors lead on behind all of a lower `seq`."""
    kept = kept_behind(wanted.source_id)
    piece = Piece(newest.epoch, BEGINNING, newest.cut, kept)
    cursor = write_piece(piece, wanted.source_key)
    text, parameters = change_sql(wanted.source_key, cursor, has_payload=wanted.has_payload)
    rows = run(
        f"SELECT {CHANGE}.id, {text} FROM {CHANGE} WHERE source_id = %s AND id = ANY (%s)",
        [*parameters, wanted.source_id, [*ids]],
    )
    return dict(rows)
