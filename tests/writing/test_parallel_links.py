"""Parallel writers of relationships: no broken cardinality, and nothing that dangles."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from profiles.models import Source
from tests.writing.asking import (
    answer,
    answers,
    ask,
    create,
    define_link,
    delete,
    link,
    make,
    patch_link,
    put,
    relationships,
    said,
    unlink,
)
from tests.writing.threads import COMMIT, FOLD, Threads, is_waiting

pytestmark = pytest.mark.django_db(transaction=True)

LINK = "provider-office"
WRITERS = 8


@pytest.mark.parametrize(
    ("from_side", "to_side", "ends"),
    [
        ("0:1", "0:*", [f"p0.o{number}" for number in range(WRITERS)]),
        ("0:*", "0:1", [f"p{number}.o0" for number in range(WRITERS)]),
        ("1:1", "1:*", [f"p0.o{number}" for number in range(WRITERS)]),
        ("1:1", "1:1", ["p0.o0", "p0.o1", "p1.o0", "p1.o1", "p2.o0", "p0.o2", "p1.o2", "p2.o1"]),
    ],
)
def test_no_parallel_links_break_at_most_one(
    source: Source, threads: Threads, from_side: str, to_side: str, ends: list[str]
) -> None:
    make(source, providers=WRITERS, offices=WRITERS)
    define_link(source, "few", from_side, to_side)
    said = threads.together(*(partial(answer, source, link("few", pair)) for pair in ends))
    made = relationships(source, "few")
    assert said.count("CREATED") == len(made) > 0
    assert all("cardinality" in text for text in said if text != "CREATED")
    assert_at_most_one(made, from_side, to_side)


@pytest.mark.parametrize(
    ("sides", "first", "second", "refusal"),
    [
        (("0:1", "0:*"), "p0.o0", "p0.o1", "409 /from/id cardinality"),
        (("0:*", "0:1"), "p0.o0", "p1.o0", "409 /to/id cardinality"),
    ],
)
def test_a_link_waits_for_whoever_takes_the_only_place(
    source: Source,
    threads: Threads,
    without_retries: None,
    sides: tuple[str, str],
    first: str,
    second: str,
    refusal: str,
) -> None:
    make(source, providers=2, offices=2)
    define_link(source, "few", *sides)
    taking = threads.pause(partial(answer, source, link("few", first)), before=FOLD)
    late = threads.start(partial(answer, source, link("few", second)))
    assert is_waiting(late)
    assert taking.go_on() == "CREATED"
    assert late.result() == refusal


def test_a_place_that_is_given_on_in_a_batch_goes_to_one(source: Source, threads: Threads) -> None:
    make(source, providers=1, offices=WRITERS + 1)
    define_link(source, "few", "0:1")
    ask(source, link("few", f"p0.o{WRITERS}"))
    jobs = [
        partial(answers, source, unlink("few", f"p0.o{WRITERS}"), link("few", f"p0.o{number}"))
        for number in range(WRITERS)
    ]
    said = Counter(tuple(texts) for texts in threads.together(*jobs))
    assert said[("DELETED", "CREATED")] == 1
    assert len(relationships(source, "few")) == 1


def test_links_of_an_end_with_many_partners_do_not_wait_for_each_other(
    source: Source, threads: Threads
) -> None:
    make(source, providers=1, offices=2)
    first = threads.pause(partial(answer, source, link(LINK, "p0.o0")), before=COMMIT)
    second = threads.start(partial(answer, source, link(LINK, "p0.o1")))
    assert not is_waiting(second)
    assert first.go_on() == second.result() == "CREATED"


def test_a_change_of_a_resource_does_not_wait_for_links_to_it(
    source: Source, threads: Threads
) -> None:
    make(source, providers=1, offices=1)
    first = threads.pause(partial(answer, source, link(LINK, "p0.o0")), before=COMMIT)
    second = threads.start(partial(answer, source, put("office", "o0", {"name": "b"})))
    assert not is_waiting(second)
    assert (first.go_on(), second.result()) == ("CREATED", "CHANGED")


def test_a_link_waits_for_the_deletion_of_its_end(
    source: Source, threads: Threads, without_retries: None
) -> None:
    make(source, providers=1, offices=1)
    deleting = threads.pause(partial(answer, source, delete("office", "o0")), before=COMMIT)
    linking = threads.start(partial(answer, source, link(LINK, "p0.o0")))
    assert is_waiting(linking)
    assert deleting.go_on() == "DELETED"
    assert linking.result() == "409 /to/id exists"


def test_a_deletion_waits_for_links_and_takes_them_along(
    source: Source, threads: Threads, without_retries: None
) -> None:
    make(source, providers=1, offices=1)
    linking = threads.pause(partial(answer, source, link(LINK, "p0.o0")), before=FOLD)
    deleting = threads.start(partial(ask, source, delete("office", "o0")))
    assert is_waiting(deleting)
    assert linking.go_on() == "CREATED"
    (receipt,) = deleting.result()
    assert (said(receipt), receipt.deleted_relationships) == ("DELETED", 1)


def test_a_relationship_that_goes_along_is_waited_for(
    source: Source, threads: Threads, without_retries: None
) -> None:
    make(source, providers=1, offices=1)
    define_link(source, "noted")
    ask(source, link("noted", "p0.o0"))
    change = partial(answer, source, patch_link("noted", "p0.o0", {"data": {"note": "a"}}))
    changing = threads.pause(change, before=FOLD)
    deleting = threads.start(partial(answer, source, delete("office", "o0")))
    assert is_waiting(deleting)
    assert (changing.go_on(), deleting.result()) == ("CHANGED", "DELETED")


def test_nothing_dangles_while_ends_are_deleted(source: Source, threads: Threads) -> None:
    make(source, providers=2, offices=2)
    pairs = [f"p{n}.o{m}" for n in range(2) for m in range(2)]

    def link_all() -> list[str]:
        return [text for _ in range(3) for text in answers(source, *[link(LINK, p) for p in pairs])]

    def make_anew(type: str, id: str) -> list[str]:
        return [
            answer(source, operation(type, id)) for _ in range(6) for operation in (delete, create)
        ]

    found = threads.together(
        *[link_all] * 4, partial(make_anew, "provider", "p0"), partial(make_anew, "office", "o1")
    )
    assert {text for texts in found[4:] for text in texts} == {"CREATED", "DELETED"}


def assert_at_most_one(ends: list[str], from_side: str, to_side: str) -> None:
    pairs = [pair.split(".") for pair in ends]
    for place, side in enumerate((from_side, to_side)):
        if side.endswith(":1"):
            ids = [pair[place] for pair in pairs]
            assert len(ids) == len(set(ids))
