"""Writers in threads, each with a connection of its own: all at once, or one that stands still.

A test in which one stands still while another tries does not depend on luck.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from pkgutil import resolve_name
from threading import Barrier, Event, Thread, current_thread
from typing import Any, Generic, TypeVar

import pytest
from django.db import ProgrammingError, connection, connections

T = TypeVar("T")
SECONDS = 30

FOLD = "ingestion.writing:fold"
"""Everything is read and locked, nothing is written yet."""
COMMIT = "django.db.backends.base.base:BaseDatabaseWrapper.commit"
"""Everything is written, nobody else can see it yet."""

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


class Paused(Generic[T]):
    """A job that stands still until it is told to go on."""

    def __init__(self, future: Future[T], over: Event) -> None:
        self._future = future
        self._over = over

    def go_on(self) -> T:
        self._over.set()
        return self._future.result(SECONDS)


class Threads:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._threads: list[Thread] = []
        self._pauses: list[Event] = []

    def start(self, job: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        thread = Thread(target=_run, args=(job, future), daemon=True)
        self._threads.append(thread)
        thread.start()
        return future

    def together(self, *jobs: Callable[[], T]) -> list[T]:
        """What the jobs answer, done at the same time."""
        barrier = Barrier(len(jobs))
        futures = [self.start(_after(barrier, job)) for job in jobs]
        return [future.result(SECONDS) for future in futures]

    def pause(self, job: Callable[[], T], *, before: str) -> Paused[T]:
        """The job, standing still before it calls a function for the first time."""
        reached: Future[None] = Future()
        over = Event()
        self._pauses.append(over)
        marked: list[Thread] = []

        def stand_still() -> None:
            if current_thread() in marked:
                marked.clear()
                reached.set_result(None)
                assert over.wait(SECONDS)

        def mark_and_do() -> T:
            marked.append(current_thread())
            return job()

        self._call_first(stand_still, before)
        future = self.start(mark_and_do)
        either: list[Future[Any]] = [reached, future]
        wait(either, SECONDS, FIRST_COMPLETED)
        assert reached.done(), f"{future} never came to {before}"
        return Paused(future, over)

    def close(self) -> None:
        for pause in self._pauses:
            pause.set()
        for thread in self._threads:
            thread.join(SECONDS)
            assert not thread.is_alive()

    def _call_first(self, function: Callable[[], None], before: str) -> None:
        path, _, name = before.replace(":", ".").rpartition(".")
        original = resolve_name(before)

        def both(*args: Any, **kwargs: Any) -> Any:
            function()
            return original(*args, **kwargs)

        self._monkeypatch.setattr(resolve_name(path), name, both)


def is_waiting(future: Future[Any], *, count: int = 1) -> bool:
    """Whether the job comes to wait for a lock; False if it comes to its end."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and not future.done():
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone() == (count,):
                return True
        time.sleep(0.005)
    return False


def _run(job: Callable[[], T], future: Future[T]) -> None:
    try:
        _look_for_deadlocks_at_once()
        result = job()
    except BaseException as error:  # noqa: BLE001  whoever asks for the result gets it
        connections.close_all()
        future.set_exception(error)
    else:
        connections.close_all()
        future.set_result(result)


def _look_for_deadlocks_at_once() -> None:
    """Not after a second, where the role may say so."""
    with suppress(ProgrammingError), connection.cursor() as cursor:
        cursor.execute("SET deadlock_timeout = '20ms'")


def _after(barrier: Barrier, job: Callable[[], T]) -> Callable[[], T]:
    def wait_and_do() -> T:
        barrier.wait(SECONDS)
        return job()

    return wait_and_do
