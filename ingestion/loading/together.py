"""Several processes that load one file together: validation holds the GIL, so threads are no help.

Each reads the whole file and does its own share (`ingestion.tasks.sharing`).
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty

from django.db import connection

from ingestion.bodies.lines import read_lines
from ingestion.kinds import kinds, meant_target
from ingestion.loading.files import LoadedChunk, opened
from ingestion.loading.process import work
from ingestion.models import Task
from ingestion.operations import Target
from ingestion.tasks.sharing import payload_of
from profiles.contract import current_contract

Message = tuple[int, LoadedChunk | str | None]
"""A process's number, and what it tells: a finished chunk, why it failed, or None at its end."""

SECONDS_BETWEEN = 0.1


class JobFailed(Exception):
    """A process ended before its share was done; the message says why."""


def is_mixed(source_key: str, file: Path) -> bool:
    """Whether a file holds resources and relationships: then their order matters across ids."""
    contract = current_contract(source_key)
    found: set[Target] = set()
    with opened(file) as (_, stream):
        for line in read_lines(stream):
            payload = payload_of(line.text) if line.text is not None else None
            if payload is not None:
                found.add(meant_target(contract, payload))
                if len(found) == len(kinds()):
                    return True
    return False


def load_together(
    task: Task, file: Path, *, jobs: int, chunk_size: int | None
) -> Iterator[tuple[int, LoadedChunk]]:
    """Do all shares of a task, a process for each. Raises `JobFailed`.

    If the caller stops iterating, the processes stop after the chunks that they are at.
    """
    with _running(task, file, jobs, chunk_size) as messages:
        left = jobs
        while left:
            number, told = messages.next()
            if isinstance(told, LoadedChunk):
                yield number, told
            elif told is None:
                left -= 1
            else:
                raise JobFailed(told)


class _Messages:
    """What processes tell, as long as they live."""

    def __init__(self, queue: Queue[Message], processes: Sequence[BaseProcess]) -> None:
        self._queue = queue
        self._processes = processes

    def next(self) -> Message:
        """Raises `JobFailed` where one of them has died without a word."""
        while True:
            try:
                return self._queue.get(timeout=SECONDS_BETWEEN)
            except Empty:
                dead = [process for process in self._processes if process.exitcode]
                if dead:
                    message = f"A process ended with the code {dead[0].exitcode}."
                    raise JobFailed(f"{message} With --resume the load goes on.") from None

    def wait_for_the_end(self) -> None:
        """Empties the queue, since a process does not end before its messages were taken."""
        for process in self._processes:
            while process.is_alive():
                with suppress(Empty):
                    self._queue.get(timeout=SECONDS_BETWEEN)
            process.join()


@contextmanager
def _running(task: Task, file: Path, jobs: int, chunk_size: int | None) -> Iterator[_Messages]:
    start = multiprocessing.get_context("spawn")  # Connections and threads survive no fork.
    queue: Queue[Message] = start.Queue()
    stop = start.Event()
    database = str(connection.settings_dict["NAME"])
    processes = [
        start.Process(
            target=work,
            args=(task.pk, number, file, chunk_size, database, queue, stop),
            daemon=True,
        )
        for number in range(jobs)
    ]
    for process in processes:
        process.start()
    messages = _Messages(queue, processes)
    try:
        yield messages
    finally:
        stop.set()
        messages.wait_for_the_end()
