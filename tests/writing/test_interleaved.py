"""Any two batches, the first standing still at any of its statements, do as one after the other.

Nothing here depends on luck: each pair of batches meets at each statement of the first. As a rule
only some pairs are tried, others each time; `HUNT_PAIRS=all` tries every one, in ten minutes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from itertools import product
from random import sample
from threading import Event
from typing import Any, NamedTuple

import pytest
from django.db import connection, connections

from ingestion.operations import Operation
from profiles.definitions import profiles
from profiles.exact import Json
from profiles.models import Source
from relationships.definitions import relationship_definitions
from tests import factories
from tests.writing.asking import (
    answers,
    ask,
    create,
    define_link,
    delete,
    link,
    patch,
    patch_link,
    put,
    put_link,
    retire,
    save,
    unlink,
)
from tests.writing.invariants import check_invariants
from tests.writing.replaying import Key, told
from tests.writing.threads import SECONDS, Threads, is_waiting

pytestmark = pytest.mark.django_db(transaction=True)

Job = Callable[[Source], list[str]]
Told = dict[Key, list[tuple[str, int, str]]]
"""Of each record: what was done to it, its version, its data."""


class Ended(NamedTuple):
    """What two jobs answered, and what was left."""

    first: list[str]
    second: list[str]
    told: Told


def writing(*operations: Operation) -> Job:
    return lambda source: answers(source, *operations)


def wholly(*operations: Operation) -> Job:
    return lambda source: answers(source, *operations, all_or_nothing=True)


def defining(key: str, from_side: str, to_side: str) -> Job:
    return lambda source: [define_link(source, key, from_side, to_side)]


WITHOUT_NAME: Json = {"properties": {"note": {"type": "symbol"}}}
WITH_NAME: Json = {"properties": {**WITHOUT_NAME["properties"], "name": {"type": "symbol"}}}
NAMED, NOTED = {"name": "new"}, {"note": "new"}
JOBS: dict[str, Job] = {
    "create": writing(create("office", "new", NAMED)),
    "put": writing(put("office", "o", NAMED)),
    "put a new one": writing(put("office", "new", {"name": "put"})),
    "patch": writing(patch("office", "o", {"data": {"note": "patched"}})),
    "patch a new one": writing(patch("office", "new", {"data": {"note": "patched"}})),
    "delete": writing(delete("office", "o")),
    "delete a new one": writing(delete("office", "new")),
    "delete the other end": writing(delete("provider", "p")),
    "remake": writing(delete("office", "o"), create("office", "o", {"name": "again"})),
    "come and go": writing(create("office", "new"), delete("office", "new")),
    "change two": writing(put("office", "o", {"name": "two"}), put("provider", "p", NAMED)),
    "link": writing(link("many", "q.o")),
    "link to a new one": writing(create("office", "new"), link("few", "q.new")),
    "take the place": wholly(link("few", "q.o"), put("office", "o", {"name": "taken"})),
    "give the place on": writing(unlink("few", "p.o"), link("few", "q.o")),
    "put link": writing(put_link("few", "p.o", NOTED)),
    "patch link": writing(patch_link("few", "p.o", {"data": {"note": "patched"}})),
    "unlink": writing(unlink("few", "p.o")),
    "relink": writing(unlink("few", "p.o"), link("few", "p.o", {"note": "again"})),
    "remake and link": writing(
        delete("office", "o"), create("office", "o"), link("few", "p.o", {"note": "again"})
    ),
    "tighten": defining("many", "0:*", "0:1"),
    "loosen": defining("few", "0:*", "0:*"),
    "redefine": lambda source: [save(profiles, source, "office", WITHOUT_NAME)],
    "retire": lambda source: [retire(relationship_definitions, source, "unused")],
    "use": writing(link("unused", "q.o")),
}
ALL = sorted(product(JOBS, JOBS))
PAIRS = os.environ.get("HUNT_PAIRS", "10")
CHOSEN = ALL if PAIRS == "all" else sample(ALL, int(PAIRS))


@pytest.mark.parametrize("place", range(len(CHOSEN)))
def test_two_jobs_that_meet_do_as_one_after_the_other(
    source: Source, threads: Threads, place: int
) -> None:
    names = CHOSEN[place]
    first, second = (JOBS[name] for name in names)
    orders = [in_turn(first, second), turned(in_turn(second, first))]
    for point, ended in enumerate(meetings(threads, first, second), 1):
        assert ended in orders, f"{names} at statement {point} of the first"


def in_turn(first: Job, second: Job) -> Ended:
    source = prepared()
    return Ended(first(source), second(source), history(source))


def turned(ended: Ended) -> Ended:
    return Ended(ended.second, ended.first, ended.told)


def meetings(threads: Threads, first: Job, second: Job) -> Iterator[Ended]:
    """What comes of each, until the first has no further statement to stand still at."""
    for point in range(1, 200):
        source = prepared()
        still = Still(point)
        going = threads.start(partial(still.do, first, source))
        if not still.is_reached_by(going):
            return
        coming = threads.start(partial(second, source))
        is_waiting(coming)
        still.over.set()
        yield Ended(going.result(SECONDS), coming.result(SECONDS), history(source))


def prepared() -> Source:
    """A source where two providers share an office, and one has the only place there."""
    source: Source = factories.SourceFactory.create()
    for key in ("provider", "office"):
        save(profiles, source, key, WITH_NAME)
    define_link(source, "many")
    define_link(source, "few", "0:*", "0:1")
    define_link(source, "unused")
    ask(source, create("provider", "p"), create("provider", "q"), create("office", "o"))
    ask(source, link("many", "p.o"), link("few", "p.o"))
    return source


def history(source: Source) -> Told:
    check_invariants(source)
    return {
        key: [(one.action, one.state.version, one.state.data) for one in changes]
        for key, changes in told(source).items()
    }


class Still:
    """A job that stands still before one of its statements; a commit counts as one."""

    def __init__(self, point: int) -> None:
        self.over = Event()
        self._left = point
        self._reached: Future[None] = Future()

    def do(self, job: Job, source: Source) -> list[str]:
        own: Any = connections["default"]
        commit = own.commit

        def commit_later() -> None:
            self._step()
            commit()

        own.commit = commit_later
        try:
            with connection.execute_wrapper(self._execute):
                return job(source)
        finally:
            del own.commit

    def is_reached_by(self, going: Future[Any]) -> bool:
        """Whether the job came to stand still; False if it came to its end."""
        either: list[Future[Any]] = [self._reached, going]
        wait(either, SECONDS, FIRST_COMPLETED)
        return self._reached.done()

    def _execute(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self._step()
        return execute(sql, params, many, context)

    def _step(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._reached.set_result(None)
            assert self.over.wait(SECONDS)
