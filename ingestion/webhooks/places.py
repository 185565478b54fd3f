"""The place of a subscription in the feed, as it is stored.

Unlike a cursor it is not signed: it has to outlive a change of `SECRET_KEY`.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ingestion.feed.cursors import Piece, Place, write_place
from ingestion.feed.following import NOW, place_of
from ingestion.feed.reading import Wanted
from ingestion.feed.ticks import Newest, newest_tick
from ingestion.models import Subscription
from ingestion.sql import run
from profiles.faults import ErrorType, Fault, Refused

BEGINNING = "beginning"
COUNTED = 10_000
"""Further behind than that is not counted."""


def pack(place: Place) -> bytes:
    return msgspec.msgpack.encode(place)


def unpack(packed: bytes | memoryview) -> Place:
    return msgspec.msgpack.decode(packed, type=Place)


def wanted_by(subscription: Subscription) -> Wanted:
    return Wanted(
        subscription.source_id,
        subscription.source.key,
        None if subscription.types is None else tuple(subscription.types),
        subscription.has_payload,
    )


def begun(begin: str, wanted: Wanted) -> Place:
    """Where `now`, `beginning` or a cursor leads. Raises `Refused`, with a fault at `/from`."""
    try:
        return place_of(None if begin == BEGINNING else begin, wanted, newest_tick())
    except Refused as refused:
        told = [fault.message for fault in refused.faults] or [refused.message]
        if refused.status == ErrorType.INVALID_ARGUMENT.status:
            told = [f"Must be `{NOW}`, `{BEGINNING}` or a cursor of the changes of this source."]
        faults = [Fault("/from", "cursor", text, type=refused.type) for text in told]
        raise Refused(refused.type, refused.message, faults, status=refused.status) from None


def current(packed: bytes | memoryview, wanted: Wanted, newest: Newest) -> Place:
    """The place where it goes on. Raises `Refused` where the feed does for such a cursor."""
    return place_of(write_place(unpack(packed), wanted.source_key), wanted, newest)


def has_news(packed: bytes | memoryview, newest: Newest, last_seq: int) -> bool:
    """Whether there may be changes behind a place. `last_seq` is the last one of its source."""
    place = unpack(packed)
    piece = place.piece
    if piece.epoch != newest.epoch or piece.cut is not None:
        return True
    if piece.done == newest.cut:
        return False
    return last_seq > piece.done.low or any(map(newest.cut.sees, piece.done.running))


def behind(subscriptions: Iterable[Subscription]) -> dict[int, int]:
    """How many changes each has not received, up to `COUNTED`, with one statement for all.

    It counts by `seq` alone, so what a long transaction wrote may be missing.
    """
    rows = [
        (each.pk, each.source_id, _seq(unpack(each.place)), _listed(each)) for each in subscriptions
    ]
    if not rows:
        return {}
    columns = [list(column) for column in zip(*rows, strict=True)]
    return dict(
        run(
            """
            SELECT asked.id, (
                SELECT count(*) FROM (
                    SELECT collection FROM ingestion_change
                    WHERE source_id = asked.source_id AND seq > asked.seq
                    ORDER BY seq LIMIT %s
                ) AS later
                WHERE asked.types = '' OR later.collection = ANY (string_to_array(asked.types, ','))
            )
            FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[])
                 AS asked (id, source_id, seq, types)
            """,
            [COUNTED, *columns],
        )
    )


def _seq(place: Place) -> int:
    piece: Piece = place.piece
    return max(place.seq, piece.done.low)


def _listed(subscription: Subscription) -> str:
    return ",".join(subscription.types or ())
