"""Subscriptions and dead letters as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import models

from ingestion.models import DeadLetter, Subscription
from ingestion.webhooks import letters
from ingestion.webhooks.places import COUNTED, behind
from profiles.exact import Json


def shown_subscriptions(rows: Sequence[Subscription]) -> list[Json]:
    """In as many statements for many as for one."""
    counts, dead = behind(rows), _dead(rows)
    return [
        {
            "key": row.key,
            "version": row.version,
            "url": row.url,
            **({"types": row.types} if row.types is not None else {}),
            "payload": "full" if row.has_payload else "none",
            "batch": row.batch,
            **({"description": row.description} if row.description else {}),
            "from": row.begun_from,
            "state": _state(row, counts.get(row.pk, 0), dead.get(row.pk, 0)),
        }
        for row in rows
    ]


def shown_subscription(row: Subscription) -> dict[str, Json]:
    (shown,) = shown_subscriptions([row])
    return {**shown}


def shown_letter(letter: DeadLetter) -> Json:
    is_there = letters.is_there(letter)
    return {
        "id": letter.change_id.hex,
        "action": letter.action,
        "target": letter.target,
        "type": letter.collection,
        "recordId": letter.public_id,
        "version": letter.version,
        "attempts": letter.attempts,
        "error": letter.failure if is_there else letters.CHANGE_GONE,
        "keptAt": moment(letter.kept_at),
        "canBeReplayed": is_there,
        **_named(replayAskedAt=letter.replay_asked_at),
    }


def moment(time: datetime) -> str:
    """As all times of the API."""
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _state(row: Subscription, behind: int, dead: int) -> Json:
    test = {
        **_named(askedAt=row.test_asked_at, sentAt=row.tested_at),
        **({"error": row.test_failure} if row.test_failure else {}),
    }
    return {
        "status": row.status,
        **({"problem": row.problem} if row.problem else {}),
        "behind": behind,
        "behindIsAtLeast": behind >= COUNTED,
        "deadLetters": dead,
        "attempts": row.attempts,
        **_named(
            nextAttemptAt=row.next_attempt_at,
            lastSuccessAt=row.received_at,
            lastErrorAt=row.failed_at,
        ),
        **({"lastError": row.failure} if row.failure else {}),
        **_named(formerSecretUntil=row.former_until),
        **({"test": test} if test else {}),
    }


def _named(**times: datetime | None) -> dict[str, Json]:
    return {name: moment(time) for name, time in times.items() if time is not None}


def _dead(rows: Sequence[Subscription]) -> dict[int, int]:
    found = DeadLetter.objects.filter(subscription__in=[row.pk for row in rows]).order_by()
    counted = found.values_list("subscription_id").annotate(count=models.Count("pk"))
    return dict(counted)
