"""Whose turn it is: a subscription is served by one worker at a time, under a lease that it renews.

A lease needs no connection while the worker waits for a receiver, and that of a killed worker soon
expires.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from ingestion.feed.ticks import newest_tick
from ingestion.models import Subscription, SubscriptionStatus
from ingestion.sql import run
from ingestion.webhooks.places import has_news

SPARE_SECONDS = 15
"""Beyond the time that one message may take."""


class Lost(Exception):
    """The subscription was changed, paused or deleted, or the lease has run out."""


@dataclass(frozen=True, slots=True)
class Due:
    subscriptions: Sequence[int]
    tests: Sequence[int]


def due() -> Due:
    """What there is to do. The newest tick is looked at once for all, if there are any."""
    rows = run(
        """
        SELECT id, is_test, is_due, place, (
            SELECT seq FROM ingestion_change WHERE source_id = subscription.source_id
            ORDER BY seq DESC LIMIT 1
        ), EXISTS (
            SELECT FROM ingestion_deadletter
            WHERE subscription_id = subscription.id AND replay_asked_at IS NOT NULL
        )
        FROM (
            SELECT id, source_id, place, test_asked_at IS NOT NULL AS is_test, status = %s
                AND (next_attempt_at IS NULL OR next_attempt_at <= clock_timestamp())
                AND (leased_until IS NULL OR leased_until < clock_timestamp()) AS is_due
            FROM ingestion_subscription
        ) AS subscription
        WHERE is_test OR is_due
        """,
        [SubscriptionStatus.ACTIVE.value],
    )
    if not rows:
        return Due((), ())
    newest = newest_tick()
    return Due(
        [
            id
            for id, _, is_due, place, last_seq, is_asked in rows
            if is_due and (is_asked or has_news(place, newest, last_seq or 0))
        ],
        [id for id, is_test, *_ in rows if is_test],
    )


def take(id: int) -> Subscription | None:
    """With a lease; None where others were first."""
    lease = token_hex(16)
    is_free = Q(leased_until=None) | Q(leased_until__lt=Now())
    is_time = Q(next_attempt_at=None) | Q(next_attempt_at__lte=Now())
    rows = Subscription.objects.filter(is_free, is_time, pk=id, status=SubscriptionStatus.ACTIVE)
    if not rows.update(lease=lease, leased_until=_until()):
        return None
    return Subscription.objects.select_related("source").filter(pk=id, lease=lease).first()


def seize(subscription: Subscription) -> None:
    """Under the lock of its row: whoever had the lease finds it lost, and writes nothing."""
    subscription.lease = token_hex(16)
    rows = Subscription.objects.filter(pk=subscription.pk)
    rows.update(lease=subscription.lease, leased_until=_until())


def keep(subscription: Subscription, **columns: Any) -> None:
    """Write how far it has come, and renew the lease. Raises `Lost` if it is another's by now."""
    rows = Subscription.objects.filter(
        pk=subscription.pk, lease=subscription.lease, sent_version=subscription.sent_version
    )
    if not rows.update(leased_until=_until(), **columns):
        raise Lost
    for name, value in columns.items():
        setattr(subscription, name, value)


def is_held(subscription: Subscription) -> bool:
    """Whether it is still to be sent to, as it is."""
    rows = Subscription.objects.filter(
        pk=subscription.pk,
        lease=subscription.lease,
        sent_version=subscription.sent_version,
        status=SubscriptionStatus.ACTIVE,
    )
    return rows.exists()


def release(subscription: Subscription, until: datetime | None = None) -> None:
    """To others, though not before what is `until` then on its way for whoever had it."""
    rows = Subscription.objects.filter(pk=subscription.pk, lease=subscription.lease)
    rows.update(lease="", leased_until=until)


def _until() -> Any:
    return Now() + timedelta(seconds=settings.WEBHOOK_SECONDS + SPARE_SECONDS)
