"""What another batch deletes and makes again is there all the time, also for those who waited.

PostgreSQL gives a statement that waited for a row what became of that row, and no other: of one
that was deleted and made again, nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from msgspec.structs import replace

from ingestion.operations import Operation
from profiles.models import Source
from profiles.preconditions import Preconditions
from tests.writing.asking import (
    answer,
    answers,
    ask,
    create,
    define_link,
    delete,
    link,
    make,
    patch,
    patch_link,
    put,
    put_link,
    relationships,
    unlink,
)
from tests.writing.threads import COMMIT, Threads, is_waiting

pytestmark = pytest.mark.django_db(transaction=True)

NAME_IT = {"data": {"name": "new"}}
NOTE_IT = {"data": {"note": "new"}}


def with_any(operation: Operation) -> Operation:
    return replace(operation, preconditions=Preconditions(if_match=("*",)))


@pytest.fixture
def remaking(source: Source) -> Callable[[], list[str]]:
    """Deletes an office with its relationship, and makes both again, in one batch."""
    make(source, providers=1, offices=1)
    define_link(source, "noted")
    ask(source, link("noted", "p0.o0"))
    again = (delete("office", "o0"), create("office", "o0"), link("noted", "p0.o0"))
    return partial(answers, source, *again)


@pytest.mark.parametrize(
    ("operation", "outcome"),
    [
        (patch("office", "o0", NAME_IT), "CHANGED"),
        (put("office", "o0", {"name": "new"}), "CHANGED"),
        (with_any(put("office", "o0", {"name": "new"})), "CHANGED"),
        (create("office", "o0"), "409 /id unique"),
        (delete("office", "o0"), "DELETED"),
        (link("provider-office", "p0.o0"), "CREATED"),
        (put_link("provider-office", "p0.o0"), "CREATED"),
        (patch_link("noted", "p0.o0", NOTE_IT), "CHANGED"),
        (put_link("noted", "p0.o0", {"note": "new"}), "CHANGED"),
        (link("noted", "p0.o0"), "409 /id unique"),
        (unlink("noted", "p0.o0"), "DELETED"),
    ],
    ids=lambda value: f"{value.action} {value.target}" if isinstance(value, Operation) else value,
)
def test_whoever_waited_for_it_finds_it(
    source: Source,
    threads: Threads,
    remaking: Callable[[], list[str]],
    operation: Operation,
    outcome: str,
) -> None:
    first = threads.pause(remaking, before=COMMIT)
    second = threads.start(partial(answer, source, operation))
    assert is_waiting(second)
    assert first.go_on() == ["DELETED", "CREATED", "CREATED"]
    assert second.result() == outcome


@pytest.mark.parametrize("ends", ["p0.o0", "p1.o0"])
def test_a_single_place_that_was_made_again_is_found(
    source: Source, threads: Threads, ends: str
) -> None:
    make(source, providers=2, offices=1)
    define_link(source, "few", "0:1", "0:1")
    again = (delete("office", "o0"), create("office", "o0"), link("few", "p0.o0"))
    first = threads.pause(partial(answers, source, *again), before=COMMIT)
    second = threads.start(partial(answer, source, put_link("few", ends)))
    assert is_waiting(second)
    first.go_on()
    assert second.result() == ("UNCHANGED" if ends == "p0.o0" else "409 /to/id cardinality")
    assert relationships(source, "few") == ["p0.o0"]


def test_an_end_is_found_again_where_the_relationship_was(source: Source, threads: Threads) -> None:
    """The relationship is looked for after its ends, so it was found and they were not."""
    make(source, providers=1, offices=1)
    ask(source, link("provider-office", "p0.o0"))
    again = (delete("office", "o0"), create("office", "o0"), link("provider-office", "p0.o0"))
    relinking = (unlink("provider-office", "p0.o0"), link("provider-office", "p0.o0"))
    first = threads.pause(partial(answers, source, *again), before=COMMIT)
    second = threads.start(partial(answers, source, *relinking))
    assert is_waiting(second)
    first.go_on()
    assert second.result() == ["DELETED", "CREATED"]


def test_what_is_gone_for_good_is_not_looked_for_again_and_again(
    source: Source, threads: Threads, without_retries: None
) -> None:
    make(source, offices=1)
    first = threads.pause(partial(answer, source, delete("office", "o0")), before=COMMIT)
    second = threads.start(partial(answer, source, patch("office", "o0", NAME_IT)))
    assert is_waiting(second)
    assert (first.go_on(), second.result()) == ("DELETED", "404")


def test_what_comes_while_others_are_waited_for_is_found(source: Source, threads: Threads) -> None:
    """Else the second batch would come before the first for one office, and after it for the other.

    The missing office is looked for first, since rows are locked in key order.
    """
    make(source, offices=2)
    ask(source, delete("office", "o0"))
    both = (put("office", "o0", {"name": "old"}), put("office", "o1", {"name": "old"}))
    later = (patch("office", "o0", NAME_IT), patch("office", "o1", NAME_IT))
    first = threads.pause(partial(answers, source, *both), before=COMMIT)
    second = threads.start(partial(answers, source, *later))
    assert is_waiting(second)
    assert first.go_on() == ["CREATED", "CHANGED"]
    assert second.result() == ["CHANGED", "CHANGED"]
