"""What is sent next: dead letters that were asked for again, then what the feed tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingestion.feed.cursors import Place, read_place
from ingestion.feed.following import read
from ingestion.feed.single import changes_of
from ingestion.feed.ticks import newest_tick
from ingestion.models import DeadLetter, Subscription
from ingestion.webhooks.dead_letters import asked_for, give_up_gone, with_letters
from ingestion.webhooks.leases import keep
from ingestion.webhooks.messages import Line
from ingestion.webhooks.places import current, pack, unpack, wanted_by

AT_A_TIME = 20
"""Changes that are read with one statement. Each may have a megabyte."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message, and where the subscription is once it was received."""

    lines: Sequence[Line]
    held: Sequence[Line] = ()
    """Changes in between that wait behind dead letters of their records."""
    place: Place | None = None
    letter: DeadLetter | None = None

    @property
    def size(self) -> int:
        return len(self.lines) + len(self.held)


def next_attempts(subscription: Subscription) -> Sequence[Attempt]:
    """None where there is nothing to send. Raises `Refused` where the feed goes no further."""
    return _replays(subscription) or from_feed(subscription)


def _replays(subscription: Subscription) -> Sequence[Attempt]:
    while letters := asked_for(subscription, AT_A_TIME):
        ids = [letter.change_id for letter in letters]
        texts = changes_of(ids, wanted_by(subscription), newest_tick())
        give_up_gone(letter for letter in letters if letter.change_id not in texts)
        there = [letter for letter in letters if letter.change_id in texts]
        if there:
            return [
                Attempt([Line.read(texts[letter.change_id])], letter=letter) for letter in there
            ]
    return ()


def from_feed(subscription: Subscription) -> Sequence[Attempt]:
    """What comes next; first of all what was tried in vain."""
    newest = newest_tick()
    size, limit = _sizes(subscription)
    wanted = wanted_by(subscription)
    found = read(current(subscription.place, wanted, newest), newest, wanted, limit)
    if not found.lines:
        if found.place != unpack(subscription.place):
            keep(subscription, place=pack(found.place))
        return ()
    lines = [Line.read(text) for text in found.lines]
    kept_back = with_letters(subscription, [line.told.record for line in lines])
    return [
        Attempt(
            [line for line in part if line.told.record not in kept_back],
            [line for line in part if line.told.record in kept_back],
            found.place if part[-1] is lines[-1] else _behind(part[-1], subscription),
        )
        for part in _parts(lines, size)
    ]


def _sizes(subscription: Subscription) -> tuple[int, int]:
    """How many changes are one message, and how many are read."""
    if subscription.alone:
        return 1, min(subscription.alone, AT_A_TIME)
    if subscription.tried is not None:
        return subscription.tried, subscription.tried
    return subscription.batch, max(AT_A_TIME // subscription.batch, 1) * subscription.batch


def _parts(lines: Sequence[Line], size: int) -> Iterator[Sequence[Line]]:
    for begin in range(0, len(lines), size):
        yield lines[begin : begin + size]


def _behind(line: Line, subscription: Subscription) -> Place:
    place = read_place(line.told.cursor, subscription.source.key)
    assert place is not None, "the feed made it just now"
    return place
