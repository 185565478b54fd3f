"""Dead letters: kept, asked for again, and gone.

A change of a record that has one is kept too: the changes of a record stay in their order, at the
receiver and here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from ingestion.models import Change, DeadLetter, Subscription
from ingestion.sql import run
from ingestion.webhooks.messages import ChangeHead, Line
from profiles.faults import not_found

BEHIND = "Waits behind an earlier change of the same record."
CHANGE_GONE = "The change is no longer kept, so it cannot be sent again."

Record = tuple[str, str, str]
"""Target, type and id."""


def keep_letters(
    subscription: Subscription, lines: Iterable[Line], failure: str, attempts: int = 0
) -> None:
    DeadLetter.objects.bulk_create(
        [_letter(subscription, line.told, failure, attempts) for line in lines],
        ignore_conflicts=True,  # It is there if it was read anew from an earlier place.
    )


def with_letters(subscription: Subscription, records: Sequence[Record]) -> set[Record]:
    """Those of the records that have a dead letter which can still be sent again."""
    if not records:
        return set()
    targets, types, ids = (list(column) for column in zip(*set(records), strict=True))
    rows = run(
        """
        SELECT DISTINCT letter.target, letter.collection, letter.public_id
        FROM unnest(%s::text[], %s::text[], %s::text[]) AS record (target, collection, public_id)
             JOIN ingestion_deadletter AS letter USING (target, collection, public_id)
        WHERE letter.subscription_id = %s AND EXISTS (
            SELECT FROM ingestion_change WHERE source_id = %s AND id = letter.change_id
        )
        """,
        [targets, types, ids, subscription.pk, subscription.source_id],
    )
    return {(target, type, id) for target, type, id in rows}


def asked_for(subscription: Subscription, limit: int) -> list[DeadLetter]:
    rows = subscription.dead_letters.filter(replay_asked_at__isnull=False)
    return list(rows.order_by("seq")[:limit])


def ask(letters: QuerySet[DeadLetter]) -> int:
    """Ask for a replay, and try at once. Answers how many there are."""
    count = letters.update(replay_asked_at=timezone.now())
    Subscription.objects.filter(dead_letters__in=letters).update(next_attempt_at=None)
    return count


def of_record(letter: DeadLetter) -> QuerySet[DeadLetter]:
    """All of its record, since none is sent before those that came before it."""
    return DeadLetter.objects.filter(
        subscription_id=letter.subscription_id,
        target=letter.target,
        collection=letter.collection,
        public_id=letter.public_id,
    )


def fail(letter: DeadLetter, failure: str) -> None:
    """It is not asked for any more, nor are those that come after it."""
    DeadLetter.objects.filter(pk=letter.pk).update(failure=failure, attempts=F("attempts") + 1)
    of_record(letter).update(replay_asked_at=None)


def ask_for_none(subscription: Subscription) -> None:
    subscription.dead_letters.filter(replay_asked_at__isnull=False).update(replay_asked_at=None)


def give_up_gone(letters: Iterable[DeadLetter]) -> None:
    """Retention took their changes. They are not asked for again, and keep nobody back."""
    ids = [letter.pk for letter in letters]
    DeadLetter.objects.filter(pk__in=ids).update(failure=CHANGE_GONE, replay_asked_at=None)


def find(subscription: Subscription, id: str) -> DeadLetter:
    """By the id of its change. Raises NOT_FOUND."""
    is_id = len(id) == 32 and set(id) <= set("0123456789abcdef")
    found = subscription.dead_letters.filter(change_id=UUID(id)).first() if is_id else None
    if found is None:
        raise not_found("dead letter")
    return found


def with_presence(letters: QuerySet[DeadLetter]) -> QuerySet[DeadLetter]:
    """Each knows whether its change still is there, for `is_there`."""
    changes = Change.objects.filter(
        source_id=OuterRef("subscription__source_id"), pk=OuterRef("change_id")
    )
    return letters.annotate(presence=Exists(changes))


def is_there(letter: DeadLetter) -> bool:
    """Of one that `with_presence` found."""
    presence: bool = letter.presence  # type: ignore[attr-defined]
    return presence


def _letter(
    subscription: Subscription, told: ChangeHead, failure: str, attempts: int
) -> DeadLetter:
    return DeadLetter(
        subscription=subscription,
        change_id=UUID(told.operation_id),
        seq=told.seq,
        target=told.target,
        collection=told.type,
        public_id=told.id,
        action=told.action,
        version=told.version,
        attempts=attempts,
        failure=failure,
    )
