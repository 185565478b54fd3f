"""Readers whose cursor lies before removed changes are told so, lest they miss some unseen."""

from __future__ import annotations

from ingestion.feed.cursors import Piece, Place, write_place
from ingestion.feed.reading import Wanted
from ingestion.feed.ticks import Cut, Newest
from ingestion.sql import run
from profiles.faults import ErrorType, Fault, Refused

ADVICE = (
    "Keep the cursor that comes with this answer, read all records anew (by exports, or a dump,"
    " which tells its own), and go on from there."
)


def kept_behind(source_id: int) -> int:
    """The `seq` up to which changes may have been removed; all later ones are there."""
    return _removed(source_id)[0]


def refuse_overtaken(place: Place, newest: Newest, wanted: Wanted) -> None:
    """Raises `Refused` with 410 where something behind a place may have been removed.

    To be called after it was read: what is removed is told in the same transaction.
    """
    seq, transaction = _removed(wanted.source_id)
    if _is_overtaken(place, newest, seq, transaction):
        raise too_old(cursor_of_now(wanted.source_key, newest))


def _removed(source_id: int) -> tuple[int, int]:
    """The highest `seq` and transaction of all that was removed."""
    rows = run("SELECT seq, transaction FROM ingestion_horizon WHERE source_id = %s", [source_id])
    for seq, transaction in rows:
        return seq, transaction
    return 0, 0


def _is_overtaken(place: Place, newest: Newest, seq: int, transaction: int) -> bool:
    done, cut = place.piece.done, place.piece.cut
    if seq <= place.piece.kept:
        return False
    if cut is not None and seq > place.seq and _lacks(done, cut, seq, transaction):
        return True
    return _lacks(cut or done, newest.cut, seq, transaction)


def _lacks(done: Cut, cut: Cut, seq: int, transaction: int) -> bool:
    """Whether a removed change may be among those that `cut` sees and `done` does not.

    A transaction that began after `done` has a higher id, and its changes a higher `seq`. One that
    still ran at `done` may have a `seq` of any age; while it runs, none of its changes can be
    removed.
    """
    is_later = seq > done.low and transaction >= done.xmax
    return is_later or any(late <= transaction and cut.sees(late) for late in done.running)


def cursor_of_now(source: str, newest: Newest) -> str:
    """Who reads all records after getting this cursor, then goes on from it, misses nothing."""
    return write_place(Place(Piece(newest.epoch, newest.cut)), source)


def of_another_past(cursor: str) -> Refused:
    return _gone("epoch", "It is of the time before the database was restored.", cursor)


def too_old(cursor: str) -> Refused:
    return _gone("retention", "Of what comes behind it not all is kept any more.", cursor)


def _gone(rule: str, told: str, cursor: str) -> Refused:
    go_on = {"cursor": cursor}
    fault = Fault("?cursor", rule, told, go_on, ErrorType.FAILED_PRECONDITION)
    message = f"{told} {ADVICE}"
    return Refused(ErrorType.FAILED_PRECONDITION, message, [fault], status=410)
