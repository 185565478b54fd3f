"""Following the feed: from a place on, piece by piece, up to the newest tick."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from ingestion.feed.cursors import Piece, Place, read_place, write_piece, write_place
from ingestion.feed.reading import Wanted, changes_behind
from ingestion.feed.removed import (
    cursor_of_now,
    kept_behind,
    of_another_past,
    refuse_overtaken,
)
from ingestion.feed.ticks import BEGINNING, Newest
from profiles.api.parameters import bad_parameter, refused_parameters
from profiles.exact import encode
from profiles.faults import Refused

NOW = "now"
AT_A_TIME = 1_000
"""Changes of a stream that are read with one statement."""


@dataclass(frozen=True, slots=True)
class Read:
    lines: Sequence[str]
    place: Place
    """Where to go on."""


def place_of(cursor: str | None, wanted: Wanted, newest: Newest) -> Place:
    """Where a cursor leads; without one, the beginning of what is kept. Raises `Refused`."""
    if cursor is None:
        return Place(Piece(newest.epoch, BEGINNING, kept=kept_behind(wanted.source_id)))
    if cursor == NOW:
        return Place(Piece(newest.epoch, newest.cut))
    place = read_place(cursor, wanted.source_key)
    if place is None:
        message = f"Is no cursor of the changes of this source. `{NOW}` is one."
        raise refused_parameters([bad_parameter("cursor", message)])
    if place.piece.epoch != newest.epoch:
        raise of_another_past(cursor_of_now(wanted.source_key, newest))
    return place


def read(place: Place, newest: Newest, wanted: Wanted, limit: int) -> Read:
    """The next changes; fewer than `limit` where there are no more by now.

    Raises `Refused` with 410 where some of them may be kept no longer.
    """
    found = read_kept(place, newest, wanted, limit)
    refuse_overtaken(place, newest, wanted)
    return found


def read_kept(place: Place, newest: Newest, wanted: Wanted, limit: int) -> Read:
    """As `read`, passing over what is not kept."""
    lines: list[str] = []
    for piece, behind in _pieces(place, newest):
        page = _page(Place(piece, behind), newest, wanted, limit - len(lines))
        lines += page.lines
        if len(lines) == limit:
            return Read(lines, page.place)
    return Read(lines, Place(Piece(newest.epoch, newest.cut)))


def stream(
    place: Place, newest: Newest, wanted: Wanted, limit: int | None
) -> Generator[bytes, None, None]:
    """All of them, as NDJSON, and a last line that tells where to go on.

    It holds no transaction open, however slowly it is taken. Where it is so slow that what it
    should tell is kept no longer, it breaks off, without the last line.
    """
    left = limit
    while left != 0:
        size = AT_A_TIME if left is None else min(AT_A_TIME, left)
        try:
            part = read(place, newest, wanted, size)
        except Refused:
            return
        if part.lines:
            yield _joined(part.lines)
        place = part.place
        left = None if left is None else left - len(part.lines)
        if len(part.lines) < size:
            break
    yield _last_line(place, wanted.source_key)


def in_lines(found: Read, source: str) -> bytes:
    """What was read as NDJSON, as `stream` tells it."""
    return _joined(found.lines) + _last_line(found.place, source)


def _joined(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _last_line(place: Place, source: str) -> bytes:
    return encode({"cursor": write_place(place, source)}) + b"\n"


def _pieces(place: Place, newest: Newest) -> Iterator[tuple[Piece, int]]:
    """What is left of the piece that a place is in, and the one after it."""
    piece = place.piece
    if piece.cut is not None:
        yield piece, place.seq
    done = piece.cut or piece.done
    if done != newest.cut:
        yield Piece(piece.epoch, done, newest.cut, 0 if piece.cut else piece.kept), 0


def _page(place: Place, newest: Newest, wanted: Wanted, limit: int) -> Read:
    cursor = write_piece(place.piece, wanted.source_key)
    page = changes_behind(place, newest.settled, wanted, cursor=cursor, limit=limit)
    return Read(page.lines, Place(place.piece, page.last))
