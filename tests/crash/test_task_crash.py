"""Tasks outlive the death of what works on them: nothing is lost, nothing is done twice.

TASK_KILLS says how often something is killed (2). Linux only, as `test_crash` is.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any

import psycopg
import pytest

from config.postgres.folders import PROJECT
from profiles.models import Source
from tests.crash.bulks import ENDS, Bulks, Told, ends
from tests.crash.definitions import define
from tests.crash.line import Line
from tests.crash.machines import Machines
from tests.writing.replaying import Key, check_history, live

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

KILLS = int(os.environ.get("TASK_KILLS", "2"))
SEED = int(os.environ.get("TASK_SEED") or random.randrange(10**9))
VICTIMS = ("worker", "database", "workers", "both")
SOURCE = "crowd"
WORKERS = 2
RESOURCES, LINKS = 1_600, 600
STALLED_SECONDS = 2
SECONDS_TO_END = 60.0
LONGEST_PAUSE = 0.4
MANY = 10
EFFECTS = {"CREATED", "CHANGED", "DELETED"}
CHANGES = """
SELECT target, collection, public_id, action, data::text FROM ingestion_change
WHERE task_id = %s ORDER BY seq
"""


@dataclass
class Crew:
    """Workers as processes."""

    machines: Machines
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """As many as there should be."""
        self.processes = [one for one in self.processes if one.poll() is None]
        while len(self.processes) < WORKERS:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.crash.worker"],
                    cwd=PROJECT,
                    env={
                        **self.machines.server.environment,
                        "WORKER_STALLED_SECONDS": str(STALLED_SECONDS),
                    },
                    stderr=subprocess.DEVNULL,
                )
            )

    def is_ready(self) -> bool:
        """Whether each listens to SIGTERM already; before, it ends by it as any process does."""
        return all(_catches(process.pid, SIGTERM) for process in self.processes)

    def kill(self, count: int = WORKERS, signal: int = SIGKILL) -> None:
        for process in self.processes[:count]:
            process.send_signal(signal)
        for process in self.processes[:count]:
            process.wait(timeout=SECONDS_TO_END)


def _catches(pid: int, signal: int) -> bool:
    """Linux tells the caught signals of a process as a mask in hexadecimal."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    (mask,) = (row.split()[1] for row in status if row.startswith("SigCgt:"))
    return bool(int(mask, 16) >> signal - 1 & 1)


@pytest.fixture
def line(machines: Machines) -> Iterator[Line]:
    line = Line(machines.server.port, machines.key)
    yield line
    line.close()


@pytest.fixture
def crew(machines: Machines) -> Iterator[Crew]:
    crew = Crew(machines)
    yield crew
    crew.kill()


@pytest.fixture(scope="module")
def bulks(machines: Machines) -> Bulks:
    line = Line(machines.server.port, machines.key)
    define(line, SOURCE)
    make_ends(line)
    line.close()
    return Bulks(random.Random(SEED))


def make_ends(line: Line) -> None:
    for end in ends():
        path = f"/sources/{SOURCE}/v1/resources/{end['type']}/{end['id']}"
        assert line.send("PUT", path, {"data": {"name": "end"}}).status in (200, 201)


def test_a_task_outlives_every_crash(
    machines: Machines, bulks: Bulks, line: Line, crew: Crew
) -> None:
    left = [VICTIMS[number % len(VICTIMS)] for number in range(KILLS)]
    in_midst = 0
    with told_by_seed():
        while left:
            crew.start()
            expected = submit_both(line, bulks)
            while left and not are_over(line, expected):
                await_progress(line, expected)
                time.sleep(bulks.random.uniform(0, LONGEST_PAUSE))
                crash(machines, crew, left.pop(0))
                in_midst += not are_over(line, expected)
                crew.start()
            await_end(line, expected)
            for task, told in expected.items():
                check(machines, line, task, told)
            check_rows(machines, bulks)
    assert KILLS < MANY or in_midst >= KILLS / 2, f"{in_midst} of {KILLS} in the midst of a task"


def submit_both(line: Line, bulks: Bulks) -> dict[str, list[Told]]:
    """A task for each kind of record, with what is expected of it."""
    kinds = {"resources": bulks.resources(RESOURCES), "relationships": bulks.links(LINKS)}
    expected = {}
    for path, operations in kinds.items():
        texts, told = zip(*operations, strict=True)
        expected[submit(line, path, texts)] = [*told]
    return expected


def await_progress(line: Line, tasks: Iterable[str]) -> None:
    before = sum(done(line, task) for task in tasks)
    until(lambda: are_over(line, tasks) or sum(done(line, task) for task in tasks) > before)


def await_end(line: Line, tasks: Iterable[str]) -> None:
    until(lambda: are_over(line, tasks))


def test_a_worker_that_is_told_to_stop_does_so_and_the_next_one_goes_on(
    machines: Machines, bulks: Bulks, line: Line, crew: Crew
) -> None:
    crew.start()
    texts, expected = zip(*bulks.resources(RESOURCES), strict=True)
    task = submit(line, "resources", texts)
    until(lambda: done(line, task) > 0)
    until(crew.is_ready)
    began = time.monotonic()
    crew.kill(signal=SIGTERM)
    assert time.monotonic() - began < 45
    assert all(process.returncode == 0 for process in crew.processes)
    if status(line, task) == "PENDING":
        assert done(line, task) < RESOURCES
    crew.start()
    await_end(line, [task])
    check(machines, line, task, [*expected])
    check_rows(machines, bulks)


@pytest.mark.skipif(KILLS < MANY, reason="only where many are killed")
@pytest.mark.parametrize("victim", VICTIMS)
def test_a_purge_outlives_a_crash(
    machines: Machines, bulks: Bulks, line: Line, crew: Crew, victim: str
) -> None:
    crew.start()
    await_end(line, submit_both(line, bulks))
    there = sum(key.collection == "provider" for key in bulks.there) + ENDS
    body = {"collectionType": "resources", "collectionKey": "provider"}
    answer = line.send("POST", f"/sources/{SOURCE}/v1/purge", body)
    assert answer.status == 202, answer.body
    task = str(answer.body["taskId"])
    await_progress(line, [task])
    crash(machines, crew, victim)
    crew.start()
    await_end(line, [task])
    shown, receipts = told(line, task), [*receipts_of(line, task)]
    assert shown["status"] == "SUCCESS"
    assert shown["deletedCount"] == len({receipt["id"] for receipt in receipts}) == there
    assert {receipt["outcome"] for receipt in receipts} == {"DELETED"}
    bulks.there.clear()
    check_rows(machines, bulks)
    make_ends(line)


@pytest.mark.skipif(KILLS < MANY, reason="only where many are killed")
@pytest.mark.parametrize("victim", VICTIMS)
def test_an_undo_outlives_a_crash(
    machines: Machines, bulks: Bulks, line: Line, crew: Crew, victim: str
) -> None:
    """Of a purge: all comes back, each record once, with its links."""
    crew.start()
    await_end(line, submit_both(line, bulks))
    body = {"collectionType": "resources", "collectionKey": "provider"}
    purge = str(line.send("POST", f"/sources/{SOURCE}/v1/purge", body).body["taskId"])
    await_end(line, [purge])
    answer = line.send("POST", f"/sources/{SOURCE}/v1/tasks/{purge}/undo", {})
    assert answer.status == 202, answer.body
    undo = str(answer.body["taskId"])
    await_progress(line, [undo])
    crash(machines, crew, victim)
    crew.start()
    await_end(line, [undo])
    shown, receipts = told(line, undo), [*receipts_of(line, undo)]
    assert shown["status"] == "SUCCESS"
    assert [receipt["index"] for receipt in receipts] == [*range(shown["progress"]["total"])]
    assert {receipt["outcome"] for receipt in receipts} == {"CREATED"}
    check_rows(machines, bulks)


def crash(machines: Machines, crew: Crew, victim: str) -> None:
    if victim in ("database", "both"):
        machines.database.kill()
    if victim != "database":
        crew.kill(1 if victim == "worker" else WORKERS)
    if victim in ("database", "both"):
        machines.database.start()


def submit(line: Line, path: str, operations: Iterable[bytes]) -> str:
    answer = line.send_lines(f"/sources/{SOURCE}/v1/{path}/bulk", b"".join(operations))
    assert answer.status == 202, answer.body
    return str(answer.body["taskId"])


def told(line: Line, task: str) -> Any:
    """The task, as soon as the server has its database back."""
    answer: Any = None

    def answers() -> bool:
        nonlocal answer
        answer = line.send("GET", f"/sources/{SOURCE}/v1/tasks/{task}")
        return bool(answer.status == 200)

    until(answers)
    return answer.body


def status(line: Line, task: str) -> str:
    return str(told(line, task)["status"])


def done(line: Line, task: str) -> int:
    return int(told(line, task)["progress"]["done"])


def are_over(line: Line, tasks: Iterable[str]) -> bool:
    return all(status(line, task) != "PENDING" for task in tasks)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_TO_END
    while not holds():
        assert time.monotonic() < deadline, "The task does not end by itself."
        time.sleep(0.05)


def check(machines: Machines, line: Line, task: str, expected: list[Told]) -> None:
    """Each operation has one receipt, and that is true."""
    shown = told(line, task)
    receipts = sorted(receipts_of(line, task), key=lambda receipt: receipt["index"])
    assert [receipt["index"] for receipt in receipts] == [*range(len(expected))], shown
    assert [(one["id"], one["outcome"]) for one in receipts] == expected
    counts = Counter(receipt["outcome"].lower() for receipt in receipts)
    assert {name: n for name, n in shown["progress"]["counts"].items() if n} == counts
    assert shown["progress"]["done"] == shown["progress"]["total"] == len(expected)
    effects: dict[Key, list[str]] = defaultdict(list)
    for receipt in receipts:
        if receipt["outcome"] in EFFECTS:
            key = Key(receipt["targetType"], receipt["type"], receipt["id"])
            effects[key].append(receipt["action"])
    assert changes_of(machines, task) == effects


def receipts_of(line: Line, task: str) -> Iterator[Any]:
    cursor = ""
    while True:
        path = f"/sources/{SOURCE}/v1/tasks/{task}?withReceipts=true&perPage=1000{cursor}"
        page = line.send("GET", path).body
        yield from page["receipts"]
        if "cursor" not in page["meta"]:
            return
        cursor = f"&cursor={page['meta']['cursor']}"


def changes_of(machines: Machines, task: str) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = defaultdict(list)
    with psycopg.connect(machines.database.url) as connection:
        for *key, action, _ in connection.execute(CHANGES, [task]):
            found[Key(*key)].append(action)
    return found


def check_rows(machines: Machines, bulks: Bulks) -> None:
    """The rows are what the operations amount to, and what history tells."""
    with psycopg.connect(machines.database.url) as connection:
        ((id,),) = connection.execute("SELECT id FROM profiles_source WHERE key = %s", [SOURCE])
        check_history(Source(pk=id), connection)
        rows = live(Source(pk=id), connection)
    assert {key for key in rows if "end-" not in key.public_id or key.target != "RESOURCE"} == {
        *bulks.there
    }


@contextmanager
def told_by_seed() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        error.add_note(f"TASK_SEED={SEED} TASK_KILLS={KILLS} does this again.")
        raise
