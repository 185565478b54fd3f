"""The number of SQL statements does not grow with the number of records (design.md, section 2, 8).

`counts.json` has the number for each request and for each sort of batch. It is the same for 1, 10
and 100 records, pages of the admin are measured with 10, 1,000 and 30,000; whoever changes it
changes the table. Statements that only begin and end transactions are not counted: in a test they
are savepoints. Caches are warm.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ingestion.models import Change, Resource
from profiles.models import Source
from tests.clients import Api
from tests.sql_counts import (
    admin,
    batches,
    definitions,
    feed,
    history,
    relationships,
    resources,
)
from tests.sql_counts.cases import Cases, Measured, Prepare, filled
from tests.sql_counts.desk import Desk

TABLE: dict[str, int] = json.loads(Path(__file__).with_name("counts.json").read_text())
TO_WARM = 1
SIZES = (1, 10, 100)
LARGE = (10, 1_000, 30_000)
FULL = (1_000, 30_000)
MOST_OF_THE_ADMIN = 12
TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")

CASES: Cases = {
    **definitions.CASES,
    **resources.CASES,
    **history.CASES,
    **feed.CASES,
    **relationships.CASES,
    **batches.CASES,
}
PAGES = {**admin.PAGES, **admin.FULL_PAGES}


@pytest.fixture
def desk(api: Api, source: Source, settings: Any, uploads_folder: Path) -> Desk:
    """A search that is given up makes another number of statements, and so do uploads of others."""
    settings.SEARCH_SECONDS = 600
    return Desk(api, source)


@pytest.mark.parametrize("name", CASES)
def test_the_number_of_statements_is_that_of_the_table(desk: Desk, name: str) -> None:
    assert measure(desk, CASES[name]) == dict.fromkeys(SIZES, TABLE.get(name))


def test_pages_of_the_admin_take_as_many_as_the_table_says(
    desk: Desk, subtests: pytest.Subtests
) -> None:
    client = admin.signed_in(desk)
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for size in (TO_WARM, *LARGE):
        desk.lot = f"n{size}"
        crowd = admin.crowd(desk, size)
        desk.warm()
        for name, page in PAGES.items():
            opened = admin.opens(client, filled(page, crowd))
            found[name][size] = len(statements(opened))
    for name, counts in found.items():
        sizes = FULL if name in admin.FULL_PAGES else LARGE
        with subtests.test(name):
            assert {size: counts[size] for size in sizes} == dict.fromkeys(sizes, TABLE.get(name))


def test_a_page_of_the_admin_takes_few_statements() -> None:
    assert max(TABLE[name] for name in PAGES) <= MOST_OF_THE_ADMIN


def test_the_table_has_what_is_measured() -> None:
    assert sorted(TABLE) == sorted([*CASES, *PAGES])


def test_a_loop_of_statements_would_be_found(desk: Desk) -> None:
    def prepare(desk: Desk, count: int) -> Measured:
        def loop() -> None:
            for _ in range(count):
                Resource.objects.exists()

        return loop

    assert measure(desk, prepare) == {1: 1, 10: 10, 100: 100}


def test_what_is_measured_has_an_effect(desk: Desk) -> None:
    """Batches of 1, 10 and 100, and the one that warms the caches."""
    before = Change.objects.count()
    measure(desk, CASES["write CREATE resources"])
    assert Change.objects.count() == before + 1 + 1 + 10 + 100


def measure(desk: Desk, prepare: Prepare) -> dict[int, int]:
    desk.lot = "warm"
    prepare(desk, TO_WARM)()
    counts = {}
    for size in SIZES:
        desk.lot = f"n{size}"
        action = prepare(desk, size)
        counts[size] = len(statements(action))
    return counts


def statements(action: Measured) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        action()
    return [query["sql"] for query in queries if not query["sql"].startswith(TRANSACTIONS)]
