"""The worker: one process that does what others have put into the queue, until it is stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Coroutine
from contextlib import suppress
from signal import SIGINT, SIGTERM
from threading import current_thread, main_thread
from typing import Any

import psycopg
from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DEFAULT_QUEUE
from procrastinate.psycopg_connector import PsycopgConnector

from config.memory import share_one_heap
from ingestion.queueing import TASKS
from ingestion.webhooks.delivering import Deliverer

APPLICATION = "registrar worker"
"""What the database knows its connections by."""
STOP_SECONDS = 5
"""How long a job may go on once the worker is told to stop. Then its statement is cancelled."""
AT_ONCE = 3
"""Jobs beside those on tasks, which take hours and must not keep the queue from being looked after.
Those go one by one, since they hold Python's lock: more at once are more processes.
"""
BUILTIN = "builtin"
"""The queue of the library's own work."""
HEARTBEATS = 3
"""In the time after which a worker that has none is taken for dead."""
SECONDS_BETWEEN = 1.0
"""How long it waits before it asks again for a database that is away."""

logger = logging.getLogger(__name__)


def run(*, wait: bool = True) -> None:
    """Work until SIGTERM or SIGINT; without `wait`, until the queue is empty.

    It outlives the database: a worker of the library ends once it was away. Raises the database's
    errors for what does not pass by itself, and without `wait` for anything.
    """
    share_one_heap()
    asyncio.run(_work_on(wait=wait))


async def _work_on(*, wait: bool) -> None:
    is_over = _told_to_stop()
    while not is_over.is_set():
        try:
            await _work(is_over, wait=wait)
        except (ConnectorException, psycopg.OperationalError) as error:
            if not (wait and _is_outage(error)):
                raise
            logger.warning("The worker lost the database, and asks again.")
        if not wait:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(is_over.wait(), SECONDS_BETWEEN)


def _told_to_stop() -> asyncio.Event:
    """Set by the first signal. The second one ends the process as it would any other.

    Signals are the main thread's: a worker in another one belongs to who started that.
    """
    told = asyncio.Event()
    if current_thread() is not main_thread():
        return told
    loop = asyncio.get_running_loop()

    def tell() -> None:
        for number in (SIGTERM, SIGINT):
            loop.remove_signal_handler(number)
        told.set()

    for number in (SIGTERM, SIGINT):
        loop.add_signal_handler(number, tell)
    return told


async def _work(is_over: asyncio.Event, *, wait: bool) -> None:
    """A worker of the library, until it ends or has to.

    Django's connections belong to threads, and those of a worker are waited for without any. So
    it has a few of its own, to the same database.
    """
    connector = PsycopgConnector(
        kwargs={**connector_params(), "application_name": APPLICATION},
        min_size=1,
        max_size=AT_ONCE + 1,
    )
    with app.replace_connector(connector):
        async with app.open_async():
            every = _workers() if wait else [_worker(wait=False)]
            tasks = [asyncio.create_task(each) for each in (is_over.wait(), *every)]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            await _ended(tasks)
            for ended in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended


async def _ended(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Until all have: who misses that it is told so while it begins is told again."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=2 * STOP_SECONDS)


def _workers() -> list[Coroutine[Any, Any, None]]:
    return [
        _worker(queues=[DEFAULT_QUEUE, BUILTIN], name="worker", concurrency=AT_ONCE),
        _worker(queues=[TASKS], name="tasks"),
        Deliverer().run(),
    ]


async def _worker(**options: Any) -> None:
    """By default for all queues, one job after the other."""
    await app.run_worker_async(
        delete_jobs="successful",
        shutdown_graceful_timeout=STOP_SECONDS,
        install_signal_handlers=False,
        update_heartbeat_interval=settings.WORKER_STALLED_SECONDS / HEARTBEATS,
        stalled_worker_timeout=settings.WORKER_STALLED_SECONDS,
        **options,
    )


def _is_outage(error: BaseException) -> bool:
    cause = error.__cause__ if isinstance(error, ConnectorException) else error
    return isinstance(cause, psycopg.OperationalError)
