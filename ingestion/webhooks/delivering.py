"""All subscriptions, side by side: whoever is slow waits alone.

While a receiver is waited for there is neither a thread nor a connection of the database. What
waits for the database does so in a few threads.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from ingestion.webhooks import outcomes
from ingestion.webhooks.leases import due, take
from ingestion.webhooks.outcomes import Backoff
from ingestion.webhooks.sending import Sender
from ingestion.webhooks.turns import Sends, Turn, send_test

LOOK_SECONDS = 1.0
STOP_SECONDS = 5.0
"""How long messages that are on their way may take once the worker is told to stop."""
THREADS = 4

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Deliverer:
    """Belongs to one event loop. More than one may run: leases keep them apart."""

    def __init__(self, sender: Sends | None = None, wait: Backoff = outcomes.backoff) -> None:
        self._own_sender = Sender() if sender is None else None
        self._sender: Sends = sender or self._own_sender  # type: ignore[assignment]
        self._wait = wait
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhooks")
        self._tasks: dict[object, asyncio.Task[None]] = {}
        self._began: dict[int, float] = {}
        self._more = asyncio.Event()
        self._is_stopping = False

    async def run(self) -> None:
        """Until it is cancelled. It outlives the database."""
        try:
            while True:
                try:
                    await self.look()
                except (OperationalError, InterfaceError) as error:
                    logger.warning("Webhooks lost the database, and ask again: %s", error)
                await self._rest()
        finally:
            await self.close()

    async def look(self) -> bool:
        """Begin what is due. Answers whether there was anything."""
        self._more.clear()
        found = await self.database(due)
        for id in found.tests:
            self._begin(("test", id), send_test(id, self._sender, self.database))
        began = False
        for id in sorted(found.subscriptions, key=lambda each: self._began.get(each, 0.0)):
            if id in self._tasks:
                continue
            if len(self._tasks) >= settings.WEBHOOKS_AT_ONCE:
                break
            self._began[id] = time.monotonic()
            self._begin(id, self._turn(id))
            began = True
        return began or bool(found.tests)

    async def close(self) -> None:
        self._is_stopping = True
        if self._tasks:
            _, left = await asyncio.wait(self.tasks, timeout=STOP_SECONDS)
            for task in left:
                task.cancel()
        if self._own_sender is not None:
            await self._own_sender.close()
        self._threads.shutdown()

    @property
    def tasks(self) -> Sequence[asyncio.Task[None]]:
        """What is at work."""
        return list(self._tasks.values())

    async def database(self, work: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(_closing, work, *arguments))

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._more.wait()
        except TimeoutError:
            return

    def _begin(self, name: object, work: Coroutine[Any, Any, None]) -> None:
        if name in self._tasks:
            work.close()
            return
        task = self._tasks[name] = asyncio.create_task(work)
        task.add_done_callback(partial(self._end, name))

    def _end(self, name: object, task: asyncio.Task[None]) -> None:
        """What went wrong with one is told, and is no other's affair. Its lease runs out."""
        del self._tasks[name]
        if not task.cancelled() and (error := task.exception()):
            logger.error("Webhooks of a subscription failed.", exc_info=error)

    async def _turn(self, id: int) -> None:
        subscription = await self.database(take, id)
        if subscription is None:
            return
        turn = Turn(
            subscription, self._sender, self.database, self._wait, lambda: not self._is_stopping
        )
        if await turn.run():
            self._more.set()


def _closing(work: Callable[..., T], *arguments: Any) -> T:
    """The connection goes back to the others, as after a request."""
    try:
        return work(*arguments)
    finally:
        connection.close()
