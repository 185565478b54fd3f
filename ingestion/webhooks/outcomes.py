"""What follows from an attempt: the place moves, or the message waits, or is given up."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from ingestion.models import Subscription, SubscriptionStatus
from ingestion.webhooks import dead_letters
from ingestion.webhooks.attempts import Attempt
from ingestion.webhooks.history import WORKER, save_recorded
from ingestion.webhooks.leases import keep
from ingestion.webhooks.messages import Line
from ingestion.webhooks.places import pack
from ingestion.webhooks.sending import SendOutcome

LONGEST_SECONDS = 3_600
REFUSALS = 3
"""How often a message is sent if the receiver says that the message itself is at fault."""
WANTS_NO_MORE = (
    "The receiver answered 410 Gone: it wants no more. Nothing is lost: once it is resumed,"
    " it goes on where it was."
)

Backoff = Callable[[int], float]


def backoff(attempts: int) -> float:
    """Seconds after so many attempts: twice as long each time, and never for all the same."""
    return min(LONGEST_SECONDS, 2.0 ** (attempts - 1)) * random.uniform(0.75, 1.25)  # noqa: S311


def advance(subscription: Subscription, attempt: Attempt) -> None:
    """Move past an attempt, in memory only: writing each time would be slower than sending."""
    assert attempt.place is not None, "of the feed"
    subscription.place = pack(attempt.place)
    subscription.attempts, subscription.tried = 0, None
    subscription.alone = max(subscription.alone - attempt.size, 0)


@transaction.atomic
def keep_progress(subscription: Subscription, held: Sequence[Line] = ()) -> None:
    """Receivers have what is before the place, and `held` waits behind others."""
    keep(subscription, received_at=Now(), next_attempt_at=None, **_progress(subscription))
    dead_letters.keep_letters(subscription, held, dead_letters.BEHIND)


def receive_letter(subscription: Subscription, attempt: Attempt) -> None:
    assert attempt.letter is not None, "of a replay"
    keep(subscription, received_at=Now())
    attempt.letter.delete()


@transaction.atomic
def fail(
    subscription: Subscription, attempt: Attempt, outcome: SendOutcome, wait: Backoff = backoff
) -> bool:
    """Whether there is something else to send at once."""
    told: dict[str, Any] = {"failed_at": Now(), "failure": outcome.problem}
    if outcome.is_gone:
        keep(subscription, **told)
        pause(subscription, WANTS_NO_MORE)
        return False
    if attempt.letter is not None:
        keep(subscription, **told)
        dead_letters.fail(attempt.letter, outcome.problem)
        if outcome.is_away:
            dead_letters.ask_for_none(subscription)
        return True
    attempts = subscription.attempts + 1
    if attempts < _most(outcome):
        seconds = max(wait(attempts), min(outcome.retry_after, LONGEST_SECONDS))
        subscription.attempts, subscription.tried = attempts, attempt.size
        later = Now() + timedelta(seconds=seconds)
        keep(subscription, next_attempt_at=later, **_progress(subscription), **told)
        return False
    told["next_attempt_at"] = None
    give_up(subscription, attempt, attempts, outcome.problem, **told)
    return True


@transaction.atomic
def pause(subscription: Subscription, problem: str) -> None:
    """Until somebody resumes it."""
    subscription.attempts = 0
    keep(
        subscription,
        status=SubscriptionStatus.PAUSED,
        problem=problem,
        next_attempt_at=None,
        **_progress(subscription),
    )
    row = Subscription.objects.get(pk=subscription.pk)  # Locked by what was just written.
    save_recorded(row, actor=WORKER, reason=problem)


def give_up(
    subscription: Subscription, attempt: Attempt, attempts: int, why: str, **columns: Any
) -> bool:
    """Whether it is a dead letter. Of several changes one may be to blame, so then they are sent
    one by one."""
    if len(attempt.lines) > 1:
        subscription.attempts, subscription.tried = 0, None
        subscription.alone = attempt.size
        keep(subscription, **_progress(subscription), **{**columns, "failure": why})
        return False
    advance(subscription, attempt)
    keep(subscription, **_progress(subscription), **columns)
    dead_letters.keep_letters(subscription, attempt.lines, why, attempts)
    dead_letters.keep_letters(subscription, attempt.held, dead_letters.BEHIND)
    return True


def _progress(subscription: Subscription) -> dict[str, object]:
    names = ("place", "attempts", "tried", "alone")
    return {name: getattr(subscription, name) for name in names}


def _most(outcome: SendOutcome) -> int:
    most: int = settings.WEBHOOK_ATTEMPTS
    return min(most, REFUSALS) if outcome.is_refused else most
