"""Whatever writers and definers do at once, every invariant holds at every moment.

A round is told by its number, which a failure names: `HUNT_SEED=<number> HUNT_ROUNDS=1` does it
again, though threads may meet otherwise. `HUNT_ROUNDS=500` hunts for a quarter of an hour.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from random import Random, randrange
from threading import Event

import pytest

from profiles.models import Source
from tests.writing.hunting import Attempt, Definer, Writer, prepare
from tests.writing.invariants import check_invariants
from tests.writing.pausing import slow_rows
from tests.writing.receipts import check_receipts, check_refusals
from tests.writing.replaying import check_history
from tests.writing.threads import Threads

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = int(os.environ.get("HUNT_ROUNDS", "6"))
SEED = int(os.environ.get("HUNT_SEED") or randrange(10**9))
WRITERS, BATCHES, DEFINITIONS = 6, 14, 8


@pytest.mark.parametrize("number", range(ROUNDS))
def test_no_round_of_writers_and_definers_breaks_an_invariant(
    source: Source, threads: Threads, number: int
) -> None:
    seed = SEED + number
    prepare(source)
    with told_by(seed), slow_rows():
        with watched(source, threads):
            definer = Definer(source, Random(f"{seed} definer"))
            defining = threads.start(partial(definer.define, DEFINITIONS))
            attempts = write_together(source, threads, seed)
            defining.result()
        check_invariants(source)
        check_history(source)
        check_receipts(source, attempts)
        assert check_refusals(source, attempts) > 0


def write_together(source: Source, threads: Threads, seed: int) -> list[Attempt]:
    writers = [Writer(source, Random(f"{seed} {name}"), f"w{name}") for name in range(WRITERS)]
    found = threads.together(*(partial(writer.write, BATCHES) for writer in writers))
    return [attempt for attempts in found for attempt in attempts]


@contextmanager
def watched(source: Source, threads: Threads) -> Iterator[None]:
    """All the while somebody looks for what breaks an invariant."""
    over = Event()
    watch = threads.start(partial(look_until, over, source))
    try:
        yield
    finally:
        over.set()
    assert watch.result() > 0


def look_until(over: Event, source: Source) -> int:
    """How often nothing was found."""
    looks = 0
    while not over.wait(0.02):
        check_invariants(source)
        looks += 1
    return looks


@contextmanager
def told_by(seed: int) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        error.add_note(f"HUNT_SEED={seed} HUNT_ROUNDS=1 does this round again.")
        raise
