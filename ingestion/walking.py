"""Many rows, a few at a time: read by a cursor of the database, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from ingestion.sql import run

AT_A_TIME = 200


def walked(sql: str, parameters: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of one statement, as they were when it began. For use in a transaction."""
    assert connection.in_atomic_block, "or the database would keep a copy of all rows"
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(AT_A_TIME):
            yield from rows


@contextmanager
def in_index_order() -> Iterator[None]:
    """Statements in here take their order from an index, and sort only if there is no other way.

    With old statistics the planner takes a table for empty and any index for as good as the right
    one. It then sorts what a wrong index finds, which is everything, again for each row. JIT is off
    too: a sort that cannot be avoided looks so expensive that it would be compiled, which takes
    longest.
    """
    now, off = "current_setting(%s)", "set_config(%s, 'off', TRUE)"
    names = ["enable_sort", "jit"]
    with transaction.atomic():
        ((sort, jit, *_),) = run(f"SELECT {now}, {now}, {off}, {off}", [*names, *names])
        yield
        run("SELECT set_config('enable_sort', %s, TRUE), set_config('jit', %s, TRUE)", [sort, jit])


def are_few(table: str, condition: str, parameters: Sequence[Any]) -> bool:
    """Whether so few rows fulfil a condition that a request may look at each of them."""
    most = settings.CHECK_AT_ONCE
    ((count,),) = run(
        f"SELECT count(*) FROM (SELECT FROM {table} WHERE {condition} LIMIT %s) AS found",
        [*parameters, most + 1],
    )
    return bool(count <= most)


def are_few_resources(source_id: int, profile_ids: Collection[int]) -> bool:
    condition = "source_id = %s AND profile_id = ANY(%s)"
    return are_few("ingestion_resource", condition, [source_id, list(profile_ids)])
