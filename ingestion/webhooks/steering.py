"""What people do with a subscription: pause it, resume it, try it out."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from ingestion.feed.following import read
from ingestion.feed.ticks import newest_tick
from ingestion.models import Subscription, SubscriptionStatus
from ingestion.webhooks.places import begun, current, pack, wanted_by
from ingestion.webhooks.secrets import fingerprint
from profiles.faults import ErrorType, Fault, Refused


def pause(subscription: Subscription) -> None:
    """After the message that is on its way. Nothing is lost meanwhile."""
    Subscription.objects.filter(pk=subscription.pk).update(
        status=SubscriptionStatus.PAUSED, problem=""
    )


@transaction.atomic
def resume(subscription: Subscription, begin: str | None = None) -> None:
    """Go on at once, where it was or from `begin`. Raises `Refused` where it cannot.

    The version rises with another place, so that no worker writes the one that it knew.
    """
    row = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("source")
        .get(pk=subscription.pk)
    )
    _refuse_unsigned(row)
    row.status, row.problem = SubscriptionStatus.ACTIVE, ""
    row.attempts, row.next_attempt_at = 0, None
    columns = ["status", "problem", "attempts", "next_attempt_at"]
    if begin is None:
        _refuse_stuck(row)
    else:
        row.place, row.begun_from = pack(begun(begin, wanted_by(row))), begin
        row.tried, row.alone = None, 0
        row.version += 1
        columns += ["place", "begun_from", "tried", "alone", "version"]
    row.save(update_fields=columns)


def ask_for_test(subscription: Subscription) -> None:
    """A worker sends it within a second, also where the subscription is paused."""
    Subscription.objects.filter(pk=subscription.pk).update(test_asked_at=Now())


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
