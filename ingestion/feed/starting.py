"""Cursors that go on where a snapshot ends: of both together nothing is missed or read twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ingestion.feed.cursors import Piece, Place, write_place
from ingestion.feed.ticks import Newest, cut_of_snapshot, make_tick, newest_tick
from ingestion.snapshots import snapshot


class FollowedSnapshot:
    """Knows its cursors once it is over."""

    def __init__(self) -> None:
        self._place: Place | None = None

    def begin(self, before: Newest) -> None:
        self._place = Place(Piece(before.epoch, cut_of_snapshot(before)))

    def cursor(self, source: str) -> str:
        """Behind it comes what the snapshot did not see, and nothing else."""
        assert self._place is not None, "it has begun"
        return write_place(self._place, source)


@contextmanager
def followed_snapshot() -> Iterator[FollowedSnapshot]:
    """As `snapshot`, for the outermost transaction."""
    followed = FollowedSnapshot()
    before = newest_tick()
    with snapshot():
        followed.begin(before)
        yield followed
    make_tick()  # Which has the database keep what the snapshot saw, whatever happens.


def cursor_before(source: str) -> str:
    """A cursor behind which comes all that a snapshot misses, if that begins after this call."""
    newest = newest_tick()
    return write_place(Place(Piece(newest.epoch, newest.cut)), source)
