"""Parallel batches: what waits in a circle, and what is done again, is answered all the same."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

import pytest
from django.db import DatabaseError, connection, transaction

from ingestion import writing
from ingestion.history import record_changes
from ingestion.operations import Operation
from profiles.faults import Refused
from profiles.models import Source
from relationships.models import Relationship
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
    resource,
    unlink,
)
from tests.writing.threads import COMMIT, Threads, is_waiting

pytestmark = pytest.mark.django_db(transaction=True)

LINK = "provider-office"
UNORDERED = "zkbqtyfwhacxmoe"
T = TypeVar("T")


def test_batches_in_opposite_order_wait_for_each_other_but_not_in_a_circle(
    source: Source, threads: Threads, without_retries: None
) -> None:
    ids = [f"o{number}" for number in range(20)]
    ask(source, *(create("office", id) for id in ids))

    def put_all(order: int) -> set[str]:
        return {
            text
            for name in "abc"
            for text in answers(source, *(put("office", id, {"name": name}) for id in ids[::order]))
        }

    said = threads.together(*[partial(put_all, order) for order in (1, -1)] * 4)
    assert set().union(*said) <= {"CHANGED", "UNCHANGED"}


def rename(id: str, name: str) -> Operation:
    return put("office", id, {"name": name})


def note(id: str, text: str) -> Operation:
    return patch_link("noted", f"p0.{id}", {"data": {"note": text}})


@pytest.mark.parametrize("change", [rename, note])
def test_rows_are_locked_in_the_order_of_their_keys(
    source: Source,
    threads: Threads,
    without_retries: None,
    change: Callable[[str, str], Operation],
) -> None:
    """Who waits for the first one does not hold any other yet."""
    make(source, providers=1)
    define_link(source, "noted")
    for id in UNORDERED:
        ask(source, create("office", id), link("noted", f"p0.{id}"))
    all_changes, others = (
        partial(answers, source, *(change(id, text) for id in ids))
        for ids, text in ((UNORDERED, "b"), (UNORDERED.replace("a", ""), "c"))
    )
    first = threads.pause(partial(answer, source, change("a", "b")), before=COMMIT)
    second = threads.start(in_table_order(all_changes))
    assert is_waiting(second)
    third = threads.start(others)
    assert not is_waiting(third, count=2)
    assert (first.go_on(), set(third.result())) == ("CHANGED", {"CHANGED"})
    assert Counter(second.result()) == {"CHANGED": len(UNORDERED) - 1, "UNCHANGED": 1}


def test_ends_are_locked_in_the_order_of_their_keys(
    source: Source, threads: Threads, without_retries: None
) -> None:
    make(source, providers=2)
    define_link(source, "few", "0:*", "0:1")
    ask(source, *(create("office", id) for id in UNORDERED))
    all_links, others = (
        partial(answers, source, *(link("few", f"{provider}.{id}") for id in ids))
        for ids, provider in ((UNORDERED, "p0"), (UNORDERED.replace("a", ""), "p1"))
    )
    first = threads.pause(partial(answer, source, link("few", "p0.a")), before=COMMIT)
    second = threads.start(in_table_order(all_links))
    assert is_waiting(second)
    third = threads.start(others)
    assert not is_waiting(third, count=2)
    assert (first.go_on(), set(third.result())) == ("CREATED", {"CREATED"})
    assert "CREATED" not in second.result()


def test_what_goes_along_is_locked_in_the_order_of_its_keys(
    source: Source, threads: Threads, without_retries: None
) -> None:
    make(source, providers=1)
    define_link(source, "noted")
    for id in UNORDERED:
        ask(source, create("office", id), link("noted", f"p0.{id}"))
    others = partial(answers, source, *(note(id, "b") for id in UNORDERED if id != "a"))
    first = threads.pause(partial(answer, source, note("a", "b")), before=COMMIT)
    second = threads.start(in_table_order(partial(answer, source, delete("provider", "p0"))))
    assert is_waiting(second)
    third = threads.start(others)
    assert not is_waiting(third, count=2)
    assert (first.go_on(), set(third.result())) == ("CHANGED", {"CHANGED"})
    assert second.result() == "DELETED"


def in_table_order(job: Callable[[], T]) -> Callable[[], T]:
    """The job, which gets its rows as they lie in the table unless it asks for an order."""

    def scan_and_do() -> T:
        with transaction.atomic(), connection.cursor() as cursor:
            for way in ("indexscan", "bitmapscan", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
            return job()

    return scan_and_do


@pytest.fixture
def slow_inserts(history_is_replayed: None) -> Iterator[None]:
    """So slow that two batches of new resources are certain to meet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN PERFORM pg_sleep(0.005); RETURN NEW; END';
            CREATE TRIGGER sleep BEFORE INSERT ON ingestion_resource
            FOR EACH ROW EXECUTE FUNCTION sleep();
            """
        )
        yield
        cursor.execute("DROP FUNCTION sleep CASCADE")


def test_new_ids_in_opposite_order_are_made_once_and_without_a_deadlock(
    source: Source, slow_inserts: None, threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.writing.CONFLICTS", {"23505"})
    jobs = [
        partial(answers, source, *(create("office", id) for id in UNORDERED[::order]))
        for order in (1, -1)
    ]
    found = threads.together(*jobs)
    each = len(UNORDERED)
    assert Counter(text for texts in found for text in texts) == {
        "CREATED": each,
        "409 /id unique": each,
    }


def test_a_deadlock_is_answered(source: Source, threads: Threads) -> None:
    """Each deletes the end to which the other, in the same batch, links."""
    make(source, providers=1, offices=2)
    jobs = [
        partial(answers, source, delete("office", gone), link(LINK, f"p0.{wanted}"))
        for gone, wanted in (("o0", "o1"), ("o1", "o0"))
    ]
    first = threads.pause(jobs[0], before="relationships.relationship_rows:lock_ends")
    second = threads.start(jobs[1])
    assert is_waiting(second)
    texts = [first.go_on(), second.result()]
    assert sorted(texts) == [["DELETED", "409 /to/id exists"], ["DELETED", "CREATED"]]


class Trouble:
    """What the database answers the first time that changes are to be recorded."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
        self.code = code
        self.times = 0
        monkeypatch.setattr("ingestion.writing.record_changes", self.record_changes)

    def record_changes(self, *args: Any, **kwargs: Any) -> None:
        self.times += 1
        if self.times == 1:
            with connection.cursor() as cursor:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION SQLSTATE '{self.code}'; END $$")
        record_changes(*args, **kwargs)


@pytest.mark.parametrize("code", ["23503", "23505", "40001", "40P01"])
def test_a_batch_that_others_came_between_is_done_again(
    source: Source, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    ask(source, create("provider", "p", {"specialities": ["a"]}))
    trouble = Trouble(monkeypatch, code)
    append = [{"op": "add", "path": "/data/specialities/-", "value": "b"}]
    assert answer(source, patch("provider", "p", append)) == "CHANGED"
    assert trouble.times == 2
    assert resource(source, "provider", "p").data == {"specialities": ["a", "b"]}


def test_another_error_is_no_reason_to_do_it_again(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(monkeypatch, "23514")
    with pytest.raises(DatabaseError):
        ask(source, create("provider", "p"))
    assert trouble.times == 1


def test_a_batch_that_never_comes_through_is_refused_as_too_many(
    source: Source, threads: Threads, without_retries: None
) -> None:
    first = threads.pause(partial(answer, source, create("office", "o")), before=COMMIT)
    second = threads.start(partial(answer, source, create("office", "o")))
    assert is_waiting(second)
    assert first.go_on() == "CREATED"
    error = second.exception()
    assert isinstance(error, Refused)
    assert error.status == 429


def test_a_batch_that_lost_often_is_done_alone(
    source: Source, threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert writing.ATTEMPTS_BESIDE_OTHERS < writing.ATTEMPTS
    monkeypatch.setattr("ingestion.writing.ATTEMPTS_BESIDE_OTHERS", 1)
    first = threads.pause(partial(answer, source, create("office", "a")), before=COMMIT)
    other = threads.pause(partial(answer, source, create("office", "b")), before=COMMIT)
    second = threads.start(partial(answer, source, put("office", "a", {"name": "a"})))
    assert is_waiting(second)
    assert first.go_on() == "CREATED"
    assert is_waiting(second)
    assert (other.go_on(), second.result()) == ("CREATED", "CHANGED")


def test_any_parallel_batches_leave_sound_tables_and_a_whole_history(
    source: Source, threads: Threads
) -> None:
    """What is left is compared with the history after the test (conftest.py)."""
    define_link(source, "few", "0:1")
    define_link(source, "pair", "0:1", "0:1")
    seed = random.randrange(2**32)

    def write(number: int) -> int:
        dice = random.Random(f"{seed} {number}")
        batches = ([_any_operation(dice) for _ in range(dice.randint(1, 8))] for _ in range(12))
        return sum(len(answers(source, *batch)) for batch in batches)

    assert min(threads.together(*(partial(write, number) for number in range(8)))) >= 12
    for key, sides in (("few", ("from",)), ("pair", ("from", "to"))):
        rows = Relationship.objects.filter(source=source, definition__key=key)
        for side in sides:
            ends = rows.values_list(f"{side}_resource_id", f"{side}_single")
            assert all(resource == single for resource, single in ends)


def _any_operation(dice: random.Random) -> Operation:
    type = dice.choice(["provider", "office"])
    id, from_id, to_id = (dice.choice("abc") for _ in range(3))
    definition, ends = dice.choice([LINK, "few", "pair"]), f"{from_id}.{to_id}"
    data = {"name": dice.choice("xyz")}
    choices = [
        create(type, id, data),
        put(type, id, data),
        patch(type, id, {"data": data}),
        delete(type, id),
        link(definition, ends),
        put_link(definition, ends),
        unlink(definition, ends),
    ]
    return dice.choices(choices, weights=[2, 3, 2, 1, 3, 3, 2])[0]
