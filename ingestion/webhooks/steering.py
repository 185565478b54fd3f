"""What people do with a subscription: pause it, resume it, try it out, spare it a change."""

from __future__ import annotations

from hashlib import blake2b

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from ingestion.feed.following import read
from ingestion.feed.ticks import newest_tick
from ingestion.models import Subscription, SubscriptionStatus
from ingestion.webhooks import outcomes
from ingestion.webhooks.attempts import Attempt, from_feed
from ingestion.webhooks.history import save_recorded
from ingestion.webhooks.leases import release, seize
from ingestion.webhooks.places import begun, current, pack, wanted_by
from ingestion.webhooks.saving import lock
from ingestion.webhooks.secrets import fingerprint
from profiles.faults import ErrorType, Fault, Refused
from profiles.preconditions import NONE, Preconditions, precondition_failed

NOTHING_FAILS = "No message is being tried again: there is none to give up."
ANOTHER_FAILS = "It is another message by now that is being tried: look again."


@transaction.atomic
def pause(
    subscription: Subscription,
    preconditions: Preconditions = NONE,
    *,
    actor: str,
    reason: str = "",
) -> None:
    """After the message that is on its way. Nothing is lost meanwhile."""
    row = lock(subscription)
    preconditions.check(row.etag)
    row.status, row.problem = SubscriptionStatus.PAUSED, ""
    save_recorded(row, "status", "problem", actor=actor, reason=reason)


@transaction.atomic
def resume(
    subscription: Subscription,
    begin: str | None = None,
    preconditions: Preconditions = NONE,
    *,
    actor: str,
    reason: str = "",
) -> None:
    """Go on at once, where it was or from `begin`. Raises `Refused` where it cannot.

    With another place the turn of a worker ends, so that none writes the one that it knew.
    """
    row = lock(subscription)
    preconditions.check(row.etag)
    _refuse_unsigned(row)
    row.status, row.problem = SubscriptionStatus.ACTIVE, ""
    row.attempts, row.next_attempt_at = 0, None
    columns = ["status", "problem", "attempts", "next_attempt_at"]
    if begin is None:
        _refuse_stuck(row)
    else:
        row.place, row.begun_from = pack(begun(begin, wanted_by(row))), begin
        row.begun_at = timezone.now()
        row.tried, row.alone = None, 0
        columns += ["place", "begun_from", "begun_at", "tried", "alone"]
    save_recorded(row, *columns, actor=actor, reason=reason, ends_turn=begin is not None)


@transaction.atomic
def give_up(
    subscription: Subscription,
    preconditions: Preconditions = NONE,
    *,
    seen: str | None = None,
    actor: str,
    reason: str = "",
) -> bool:
    """What is tried again and again, as if all attempts were over. Also while it is paused.

    Answers whether it is a dead letter now; of several changes, each is sent alone first. A worker
    that sends it just now has lost its turn, so it may be received all the same; nothing else is
    sent meanwhile. Raises `Refused`, also where it is not the message any more that was `seen`.
    """
    row = lock(subscription)
    preconditions.check(row.etag)
    if seen is not None and seen != name_of_message(row):
        raise precondition_failed(ANOTHER_FAILS)
    attempt = _failing(row)
    if attempt is None:
        raise Refused(ErrorType.FAILED_PRECONDITION, NOTHING_FAILS)
    leased_until = row.leased_until
    seize(row)
    why = f"{row.failure} Given up by {actor}{f': {reason}' if reason else '.'}"
    is_letter = outcomes.give_up(row, attempt, row.attempts, why, next_attempt_at=None)
    release(row, leased_until)
    return is_letter


def name_of_message(row: Subscription) -> str:
    """Another for each message that is to be sent, however often it is tried."""
    what = f"{bytes(row.place).hex()} {row.alone}"
    return blake2b(what.encode(), digest_size=8).hexdigest()


def ask_for_test(subscription: Subscription) -> None:
    """A worker sends it within a second, also where the subscription is paused."""
    Subscription.objects.filter(pk=subscription.pk).update(test_asked_at=Now())


def _failing(row: Subscription) -> Attempt | None:
    """None also where the feed goes no further: the next look of a worker pauses it."""
    if not row.attempts:
        return None
    try:
        return next(iter(from_feed(row)), None)
    except Refused:
        return None


def _refuse_stuck(row: Subscription) -> None:
    """Else it would be paused again at once."""
    try:
        newest, wanted = newest_tick(), wanted_by(row)
        read(current(row.place, wanted, newest), newest, wanted, 1)
    except Refused as refused:
        told = " ".join(fault.message for fault in refused.faults) or refused.message
        message = f"It cannot go on where it was: say `from`. {told}"
        fault = Fault("/from", "required", message, type=ErrorType.FAILED_PRECONDITION)
        raise Refused(ErrorType.FAILED_PRECONDITION, message, [fault]) from None


def _refuse_unsigned(row: Subscription) -> None:
    if row.fingerprint != fingerprint(row.salt):
        message = "SECRET_KEY became another one: rotate the secret first."
        raise Refused(ErrorType.FAILED_PRECONDITION, message)
