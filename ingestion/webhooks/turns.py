"""A turn: one subscription is sent what there is, until others may wait for the worker."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from django.db.models.functions import Now

from ingestion.models import Subscription
from ingestion.webhooks import outcomes
from ingestion.webhooks.attempts import Attempt, next_attempts
from ingestion.webhooks.leases import Lost, is_held, release
from ingestion.webhooks.messages import Message, message_of, message_of_test
from ingestion.webhooks.outcomes import Backoff
from ingestion.webhooks.secrets import fingerprint, secrets_now
from ingestion.webhooks.sending import SendOutcome
from profiles.faults import Refused

TURN_SECONDS = 5.0
KEEP_SECONDS = 1.0
"""What was received since is sent again, if the worker is killed."""
OTHER_KEY = (
    "SECRET_KEY is another one than when the secret was made, so receivers could not trust what is"
    " sent. Rotate the secret, give the new one to the receiver, and resume."
)

T = TypeVar("T")


class Sends(Protocol):
    async def send(
        self, url: str, id: str, body: bytes, secrets: Sequence[bytes]
    ) -> SendOutcome: ...


class Database(Protocol):
    """Does in a thread what waits for the database."""

    def __call__(self, work: Callable[..., T], *arguments: Any) -> Awaitable[T]: ...


class Turn:
    def __init__(
        self,
        subscription: Subscription,
        sender: Sends,
        database: Database,
        wait: Backoff = outcomes.backoff,
        may_go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        self.subscription = subscription
        self._sender = sender
        self._database = database
        self._wait = wait
        self._may_go_on = may_go_on
        self._until = time.monotonic() + TURN_SECONDS
        self._kept_at = time.monotonic()

    async def run(self) -> bool:
        """Whether it was broken off, and there may be more."""
        try:
            return await self._run()
        except Lost:
            return False
        finally:
            await self._database(release, self.subscription)

    async def _run(self) -> bool:
        if fingerprint(self.subscription.salt) != self.subscription.fingerprint:
            await self._database(outcomes.pause, self.subscription, OTHER_KEY)
            return False
        while self._is_on():
            if not await self._database(is_held, self.subscription):
                return False
            try:
                attempts = await self._database(next_attempts, self.subscription)
            except Refused as refused:
                await self._database(outcomes.pause, self.subscription, _stuck(refused))
                return False
            if not attempts or not await self._all(attempts):
                return False
        return True

    def _is_on(self) -> bool:
        return self._may_go_on() and time.monotonic() < self._until

    async def _all(self, attempts: Sequence[Attempt]) -> bool:
        """Whether to look for more: after a failure what comes next may be something else."""
        for attempt in attempts:
            outcome = await self._send(attempt) if attempt.lines else None
            if outcome is not None and not outcome.is_received:
                return await self._database(
                    outcomes.fail, self.subscription, attempt, outcome, self._wait
                )
            is_last = attempt is attempts[-1] or not self._is_on()
            if not await self._receive(attempt, is_last):
                return False
            if not self._is_on():
                break
        return True

    async def _receive(self, attempt: Attempt, is_last: bool) -> bool:
        if attempt.letter is not None:
            await self._database(outcomes.receive_letter, self.subscription, attempt)
            return True
        outcomes.advance(self.subscription, attempt)
        is_time = time.monotonic() - self._kept_at > KEEP_SECONDS
        if is_last or attempt.held or is_time:
            await self._database(outcomes.keep_progress, self.subscription, attempt.held)
            self._kept_at = time.monotonic()
        return not is_time or await self._database(is_held, self.subscription)

    async def _send(self, attempt: Attempt) -> SendOutcome:
        return await post(
            self._sender, self.subscription, message_of(attempt.lines, self.subscription)
        )


async def post(sender: Sends, subscription: Subscription, message: Message) -> SendOutcome:
    secrets = secrets_now(subscription)
    return await sender.send(subscription.url, message.id, message.body, secrets)


async def send_test(id: int, sender: Sends, database: Database) -> None:
    """Once, whatever comes of it."""
    subscription = await database(take_test, id)
    if subscription is not None:
        outcome = await post(sender, subscription, message_of_test(subscription))
        await database(keep_test, id, outcome.problem)


def take_test(id: int) -> Subscription | None:
    """So that only one worker sends it."""
    rows = Subscription.objects.filter(pk=id, test_asked_at__isnull=False)
    if not rows.update(test_asked_at=None):
        return None
    return Subscription.objects.select_related("source").filter(pk=id).first()


def keep_test(id: int, problem: str) -> None:
    Subscription.objects.filter(pk=id).update(tested_at=Now(), test_failure=problem)


def _stuck(refused: Refused) -> str:
    told = " ".join(fault.message for fault in refused.faults) or refused.message
    return (
        f"The feed does not go on from its place. {told} Bring the receiver up to date by an"
        " export, and resume from the cursor that comes with it, or from `now` or `beginning`."
    )
