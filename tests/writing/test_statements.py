"""The number of SQL statements of a write does not depend on the number of operations."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ingestion.operations import Operation
from profiles.models import Source
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
    unlink,
)

pytestmark = pytest.mark.django_db

LENGTHS = (1, 10, 100, 200)
Make = Callable[[str], Operation]


def statements(source: Source, operations: list[Operation], outcome: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        said = answers(source, *operations)
    assert set(said) == {outcome}
    return len(queries)


def most_statements(source: Source, prepare: list[Make], make: Make, outcome: str) -> int:
    """What it costs at most, for whatever number of operations."""
    warm_up(source)
    names = iter([f"{number:03}" for number in range(sum(LENGTHS))])
    counts = []
    for length in LENGTHS:
        batch = list(islice(names, length))
        for one in prepare:
            ask(source, *map(one, batch))
        counts.append(statements(source, [make(name) for name in batch], outcome))
    assert_constant(counts)
    return max(counts)


def assert_constant(counts: list[int]) -> None:
    """In a long batch one statement more may ask for plans that are made anew."""
    few, some, many, more = counts
    assert few == some
    assert many == more
    assert many - some in (0, 1)


def warm_up(source: Source) -> None:
    """The contract is read and compiled once."""
    define_link(source, "few", "0:1")
    ask(source, create("office", "warm"), create("provider", "warm"), few("warm.warm"))


def office(id: str) -> Operation:
    return create("office", id, {"name": "a"})


def provider(id: str) -> Operation:
    return create("provider", id)


def few(id: str) -> Operation:
    return link("few", f"{id}.{id}")


@pytest.mark.parametrize(
    ("prepare", "make", "outcome"),
    [
        ([], office, "CREATED"),
        ([], lambda n: create("office", None), "CREATED"),
        ([office], office, "409 /id unique"),
        ([], lambda n: put("office", n), "CREATED"),
        ([office], lambda n: put("office", n), "CHANGED"),
        ([office], lambda n: put("office", n, {"name": "a"}), "UNCHANGED"),
        ([office], lambda n: patch("office", n, {"data": {"name": "b"}}), "CHANGED"),
        ([office], lambda n: delete("office", n), "DELETED"),
        ([], lambda n: delete("office", n), "404"),
    ],
)
def test_resources_cost_the_same_one_or_many(
    source: Source, prepare: list[Make], make: Make, outcome: str
) -> None:
    assert most_statements(source, prepare, make, outcome) <= 11


@pytest.mark.parametrize(
    ("prepare", "make", "outcome"),
    [
        ([office, provider], few, "CREATED"),
        ([office, provider, few], few, "409 /id unique"),
        ([office, provider, few], lambda n: link("few", f"{n}.warm"), "409 /from/id cardinality"),
        ([office, provider, few], lambda n: put_link("few", f"{n}.{n}", {"note": "a"}), "CHANGED"),
        ([office, provider, few], lambda n: put_link("few", f"{n}.{n}"), "UNCHANGED"),
        (
            [office, provider, few],
            lambda n: patch_link("few", f"{n}.{n}", {"data": {"note": "b"}}),
            "CHANGED",
        ),
        ([office, provider, few], lambda n: unlink("few", f"{n}.{n}"), "DELETED"),
        ([office, provider, few], lambda n: delete("office", n), "DELETED"),
        ([provider], lambda n: link("few", f"{n}.nowhere"), "409 /to/id exists"),
        ([office, provider], lambda n: unlink("few", f"{n}.{n}"), "404"),
    ],
)
def test_relationships_cost_the_same_one_or_many(
    source: Source, prepare: list[Make], make: Make, outcome: str
) -> None:
    assert most_statements(source, prepare, make, outcome) <= 11


def test_a_batch_of_everything_costs_the_same_short_or_long(source: Source) -> None:
    warm_up(source)
    counts = []
    for round, length in enumerate(LENGTHS):
        ids = [f"{round}-{number}" for number in range(length)]
        ask(source, *map(office, ids), *map(provider, ids))
        operations = [
            operation
            for id in ids
            for operation in (
                create("office", f"{id}-new"),
                create("office", f"{id}-passing"),
                delete("office", f"{id}-passing"),
                put("office", id, {"name": "b"}),
                delete("provider", id),
                create("provider", id),
                few(id),
                unlink("few", f"{id}.{id}"),
                few(id),
            )
        ]
        with CaptureQueriesContext(connection) as queries:
            assert set(answers(source, *operations)) <= {"CREATED", "CHANGED", "DELETED"}
        counts.append(len(queries))
    assert_constant(counts)
