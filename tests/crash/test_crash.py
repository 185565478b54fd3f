"""Acknowledged is durable: the server and the database are killed under load, again and again.

CRASH_KILLS says how often (20). Linux only, since the database's processes are found in /proc.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.crash.checking import check
from tests.crash.definer import Definer
from tests.crash.line import Line
from tests.crash.machines import Database, Machines
from tests.crash.writers import Writer, writing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

KILLS = int(os.environ.get("CRASH_KILLS", "20"))
VICTIMS = (["server"], ["database"], ["server", "database"])
WRITERS = 4
CLIENTS = 8
SHORTEST_LOAD, LONGEST_LOAD = 0.2, 0.8
SECONDS_TO_RECOVER = 5.0
SECONDS_TO_WORK = 60.0


def test_what_was_acknowledged_outlives_every_crash(machines: Machines) -> None:
    writers = [Writer(f"w{number}") for number in range(WRITERS)]
    books = [writer.book for writer in writers]
    definer = Definer()
    for victims in itertools.islice(itertools.cycle(VICTIMS), KILLS):
        with writing([*writers, definer], machines.server.port, machines.key):
            await_writes(writers)
            time.sleep(random.uniform(SHORTEST_LOAD, LONGEST_LOAD))
            kill(machines, victims)
            if "database" in victims:
                machines.database.start()
            if "server" not in victims:
                await_writes(writers)
        if "server" in victims:
            machines.server.start()
        line = Line(machines.server.port, machines.key)
        check(books, line, machines.database.url)
        definer.check(line)
        line.close()


def test_an_outage_is_told_and_ends_by_itself(machines: Machines) -> None:
    line = Line(machines.server.port, machines.key)
    with away(machines.database):
        assert line.send("GET", "/healthz").status == 200
        start = time.monotonic()
        told = line.send("GET", "/readyz")
        assert (told.status, told.body) == (503, {"status": "no database"})
        assert time.monotonic() - start < SECONDS_TO_RECOVER
        for method, body in (("GET", None), ("PUT", {"data": {"name": "a"}})):
            answer = line.send(method, "resources/provider/outage", body)
            assert (answer.status, answer.headers["retry-after"]) == (503, "1")
            assert list(answer.body) == ["code", "type", "message", "details"]
            assert (answer.body["code"], answer.body["type"]) == (503, "UNAVAILABLE")
    deadline = time.monotonic() + SECONDS_TO_RECOVER
    while line.send("GET", "/readyz").status != 200:
        assert time.monotonic() < deadline, "The server does not find back to its database."
    assert line.send("GET", "resources/provider/outage").status == 404
    line.close()


def test_no_request_fails_by_a_restart_that_happened_before(machines: Machines) -> None:
    """Of the connections that are kept, the database knows none any more."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        lines = [Line(machines.server.port, machines.key) for _ in range(CLIENTS)]
        list(clients.map(read_often, lines))
        with away(machines.database):
            pass
        statuses = [status for found in clients.map(read_often, lines) for status in found]
    assert set(statuses) == {200}
    for line in lines:
        line.close()


def read_often(line: Line) -> list[int]:
    return [line.send("GET", "resources/provider").status for _ in range(10)]


@contextmanager
def away(database: Database) -> Iterator[None]:
    database.kill()
    try:
        yield
    finally:
        database.start()


def kill(machines: Machines, victims: list[str]) -> None:
    if "server" in victims:
        machines.server.kill()
    if "database" in victims:
        machines.database.kill()


def await_writes(writers: list[Writer]) -> None:
    """Each of them has an answer: the server works, or has found back by itself."""
    before = [len(writer.book.done) for writer in writers]
    deadline = time.monotonic() + SECONDS_TO_WORK
    while any(len(one.book.done) <= was for one, was in zip(writers, before, strict=True)):
        assert time.monotonic() < deadline, [one.book.complaints for one in writers]
        time.sleep(0.02)
