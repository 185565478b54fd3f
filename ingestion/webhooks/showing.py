"""Subscriptions and dead letters as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models

from ingestion.models import DeadLetter, Subscription
from ingestion.webhooks import dead_letters
from ingestion.webhooks.history import named_times, said_of, steered
from ingestion.webhooks.places import COUNTED, behind
from profiles.exact import Json
from profiles.times import time_text


def shown_subscriptions(rows: Sequence[Subscription]) -> list[Json]:
    """In as many statements for many as for one."""
    counts, dead = behind(rows), _dead(rows)
    return [
        {
            "key": row.key,
            "version": row.version,
            **said_of(row),
            "state": _state(row, counts.get(row.pk, 0), dead.get(row.pk, 0)),
        }
        for row in rows
    ]


def shown_subscription(row: Subscription) -> dict[str, Json]:
    (shown,) = shown_subscriptions([row])
    return {**shown}


def shown_letter(letter: DeadLetter) -> Json:
    is_there = dead_letters.is_there(letter)
    return {
        "id": letter.change_id.hex,
        "action": letter.action,
        "target": letter.target,
        "type": letter.collection,
        "recordId": letter.public_id,
        "version": letter.version,
        "attempts": letter.attempts,
        "error": letter.failure if is_there else dead_letters.CHANGE_GONE,
        "keptAt": time_text(letter.kept_at),
        "canBeReplayed": is_there,
        **named_times(replayAskedAt=letter.replay_asked_at),
    }


def _state(row: Subscription, behind: int, dead: int) -> Json:
    test = {
        **named_times(askedAt=row.test_asked_at, sentAt=row.tested_at),
        **({"error": row.test_failure} if row.test_failure else {}),
    }
    return {
        **steered(row),
        **({"problem": row.problem} if row.problem else {}),
        "behind": behind,
        "behindIsAtLeast": behind >= COUNTED,
        "deadLetters": dead,
        "attempts": row.attempts,
        **named_times(
            nextAttemptAt=row.next_attempt_at,
            lastSuccessAt=row.received_at,
            lastErrorAt=row.failed_at,
        ),
        **({"lastError": row.failure} if row.failure else {}),
        **({"test": test} if test else {}),
    }


def _dead(rows: Sequence[Subscription]) -> dict[int, int]:
    found = DeadLetter.objects.filter(subscription__in=[row.pk for row in rows]).order_by()
    counted = found.values_list("subscription_id").annotate(count=models.Count("pk"))
    return dict(counted)
