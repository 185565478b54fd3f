"""Ticks: moments at which a reader looked at what is committed. They cut the feed into pieces.

A change belongs to the first tick that sees its transaction. Neither `seq` nor the transaction's
id alone tells an order that holds: whoever draws a low one may commit late.

A tick is committed, to disk, before anybody goes by it. So the log holds the end of every
transaction that it takes for ended, and the `seq` that it takes for drawn: after a crash the
database gives neither away again. A snapshot that was only looked at would not do.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from msgspec import Struct

from ingestion.models import THE_ROW
from ingestion.sql import run

LOCKED, LOCK = "advisory_xact_lock(%s)", 7_106_700_021
"""Of the one who makes a tick."""
DRAWN = "(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ingestion_change_seq_seq)"
SEEN = "pg_current_snapshot()::text"
OWN = "pg_current_xact_id()::text::bigint"
INSERT = """
    INSERT INTO ingestion_tick (id, epoch, settled, snapshot, low, high, first_later, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, clock_timestamp())
"""
DURABLE = (
    "set_config('synchronous_commit', CASE current_setting('synchronous_commit')"
    " WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, TRUE)"
)


class Cut(Struct, array_like=True, frozen=True):
    """A snapshot of the database, with the numbers that were drawn around it."""

    xmax: int
    """The first of the transactions that are all later."""
    running: tuple[int, ...]
    """Those before it that had not ended."""
    low: int
    """Transactions that begin later draw a higher `seq` than this."""
    high: int
    """No change that the snapshot sees has a higher `seq`."""

    def sees(self, transaction_id: int) -> bool:
        return transaction_id < self.xmax and transaction_id not in self.running


BEGINNING = Cut(0, (), 0, 0)


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest tick, and the past that it is of."""

    epoch: str
    settled: int
    cut: Cut


def read_cut(snapshot: str, low: int, high: int, first_later: int) -> Cut:
    """From the text of a `pg_snapshot`, `xmin:xmax:running`.

    Its `xmax` follows the last transaction that ended: later ones may run already, and may have
    drawn a `seq`. Not so those from `first_later` on, which came after `low` was read.
    """
    _, end, listed = snapshot.split(":")
    xmax = int(end)
    running = (*map(int, filter(None, listed.split(","))), *range(xmax, first_later))
    return Cut(max(xmax, first_later), running, low, high)


def newest_tick() -> Newest:
    """The newest tick. A new one is made only if there is something new, and not every moment."""
    stored = _stored()
    return stored.newest if stored is not None and stored.is_enough else make_tick()


@dataclass(frozen=True, slots=True)
class _Stored:
    newest: Newest
    is_enough: bool
    """It was made just now, or nothing was written since or came to its end."""


def _stored() -> _Stored | None:
    rows = run(
        f"""
        SELECT epoch, settled, snapshot, low, high,
               first_later, at > clock_timestamp() - %s * interval '1 second', {SEEN}, {DRAWN}
        FROM ingestion_tick WHERE id = %s
        """,
        [settings.TICK_SECONDS, THE_ROW],
    )
    if not rows:
        return None
    ((epoch, settled, snapshot, low, high, first_later, is_young, seen, drawn),) = rows
    cut = read_cut(snapshot, low, high, first_later)
    now = read_cut(seen, drawn, drawn, 0)
    is_overtaken = drawn != high or any(map(now.sees, cut.running))
    return _Stored(Newest(epoch, settled, cut), is_young or not is_overtaken)


def make_tick() -> Newest:
    """One at a time, so that they are in order: the lock is held until the commit."""
    with transaction.atomic():
        ((is_ours, _, low),) = run(f"SELECT pg_try_{LOCKED}, {DURABLE}, {DRAWN}", [LOCK])
        if not is_ours:
            run(f"SELECT pg_{LOCKED}", [LOCK])
            stored = _stored()
            if stored is not None and stored.is_enough:
                return stored.newest
        ((own,),) = run(f"SELECT {OWN}", [])
        ((seen, high),) = run(f"SELECT {SEEN}, {DRAWN}", [])
        ((epoch, settled),) = run(
            f"""
            {INSERT} ON CONFLICT (id) DO UPDATE SET
                snapshot = excluded.snapshot, low = excluded.low, high = excluded.high,
                first_later = excluded.first_later, at = excluded.at
            RETURNING epoch, settled
            """,
            [THE_ROW, new_epoch(), 0, seen, low, high, own],
        )
    return Newest(epoch, settled, read_cut(seen, low, high, own))


def cut_of_snapshot(before: Newest) -> Cut:
    """What the snapshot of this transaction sees. `before` is a tick from before it began.

    Use it only after the transaction has ended and another tick was made: that one is durable.
    """
    ((seen, drawn),) = run(f"SELECT {SEEN}, {DRAWN}", [])
    return read_cut(seen, before.cut.low, drawn, before.cut.xmax)


def new_epoch() -> str:
    """Chance, not a number: a backup may be restored twice."""
    return secrets.token_hex(4)


def begin_epoch() -> str:
    """For a database that was restored: readers begin anew, and take what is there for seen.

    Waits until nobody writes. The transaction ids in restored changes are those of another server.
    """
    with transaction.atomic():
        run("LOCK TABLE ingestion_change IN SHARE MODE", [])
        ((own,),) = run(f"SELECT {OWN}", [])
        ((seen, drawn, most),) = run(
            f"SELECT {SEEN}, {DRAWN}, (SELECT coalesce(max(seq), 0) FROM ingestion_change)", []
        )
        if most > drawn:
            run("SELECT setval('ingestion_change_seq_seq', %s)", [most])
        run("UPDATE ingestion_horizon SET transaction = 0, cursor = ''", [])
        high = max(drawn, most)
        ((epoch,),) = run(
            f"""
            {INSERT} ON CONFLICT (id) DO UPDATE SET
                epoch = excluded.epoch, settled = excluded.settled, snapshot = excluded.snapshot,
                low = excluded.low, high = excluded.high, first_later = excluded.first_later,
                at = excluded.at
            RETURNING epoch
            """,
            [THE_ROW, new_epoch(), high, seen, high, high, own],
        )
    return str(epoch)
