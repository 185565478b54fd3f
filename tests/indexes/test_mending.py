"""Whatever went wrong, or was stopped half way, the next run mends."""

from __future__ import annotations

import asyncio
import signal

import psycopg
import pytest
from django.db import connection, connections
from procrastinate.contrib.django.utils import connector_params

from ingestion.indexes.building import follow_rows
from ingestion.indexes.profiles import shown_indexes
from ingestion.models import DataIndex
from ingestion.operations import Target
from profiles.models import Source
from tests import factories
from tests.indexes.worker import (
    indexes,
    jobs,
    marked,
    save,
    somebody_reading,
    states,
    work,
)
from tests.waiting import SECONDS, soon
from tests.workers import working
from tests.writing.threads import Threads

BUILDING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE 'CREATE INDEX%%' AND state = 'active'
"""


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def count_of(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def builds() -> bool:
    """Whether it comes to that, as a thread of its own sees it."""
    try:
        return soon(lambda: count_of(BUILDING) > 0)
    finally:
        connections.close_all()


def name_of_only_index() -> str:
    return f"data_index_{DataIndex.objects.get().pk}"


def test_what_cannot_be_built_says_why_and_stays_so(source: Source) -> None:
    """The reason tells nothing of the record that it fails at."""
    profile = save(source, {"age": marked("integer"), "size": marked("integer")})
    factories.ResourceFactory.create(profile=profile, data={"age": 7})
    DataIndex.objects.filter(path="age").update(expression="(1 / ((data->>'age')::int - 7))::text")
    work()
    assert states() == {"age:least": "failed", "size:least": "ready"}
    age, _ = shown_indexes(Target.RESOURCE, profile.pk)
    assert age["problem"] == "The database could not build it: division by zero (22012)."
    assert len(indexes()) == 1
    work()
    assert states() == {"age:least": "failed", "size:least": "ready"}


def test_what_failed_is_tried_again_when_its_definition_is_saved(source: Source) -> None:
    save(source, {"age": marked("integer")})
    DataIndex.objects.update(state="failed", problem="Once.")
    save(source, {"age": marked("integer")}, description="Again.")
    assert states() == {"age:least": "building"}
    work()
    assert states() == {"age:least": "ready"}
    assert DataIndex.objects.get().problem == ""


def test_an_index_that_is_not_whole_is_built_again(source: Source) -> None:
    profile = save(source, {"age": marked("integer")})
    for _ in range(2):
        factories.ResourceFactory.create(profile=profile, data={"age": 1})
    with (
        pytest.raises(psycopg.errors.UniqueViolation),
        psycopg.connect(**connector_params(), autocommit=True) as other,
    ):
        other.execute(
            f"CREATE UNIQUE INDEX CONCURRENTLY {name_of_only_index()}"
            " ON ingestion_resource ((data->>'age'))"
        )
    with pytest.raises(AssertionError):
        indexes()
    work()
    assert states() == {"age:least": "ready"}
    assert "UNIQUE" not in indexes()[name_of_only_index()]


def test_an_index_without_a_row_is_dropped(source: Source) -> None:
    run("CREATE INDEX data_index_999999999 ON ingestion_resource (version)")
    run("CREATE INDEX somebody_elses_index ON ingestion_resource (version)")
    work()
    assert indexes() == {}
    run("DROP INDEX somebody_elses_index")


def test_an_index_that_somebody_dropped_is_built_again(source: Source) -> None:
    save(source, {"age": marked("integer")})
    work()
    run(f"DROP INDEX {name_of_only_index()}")
    work()
    assert states() == {"age:least": "ready"}
    assert len(indexes()) == 1


def test_a_worker_that_ends_before_it_says_so_has_built_it(source: Source) -> None:
    save(source, {"age": marked("integer")})
    work()
    DataIndex.objects.update(state="building")
    before = indexes()
    work()
    assert states() == {"age:least": "ready"}
    assert indexes() == before


def test_a_build_that_is_stopped_ends_at_once_and_is_done_again(source: Source) -> None:
    save(source, {"age": marked("integer")})

    async def stopped() -> None:
        building = asyncio.create_task(follow_rows())
        assert await asyncio.to_thread(builds)
        building.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(building, 10)

    with somebody_reading():
        asyncio.run(stopped())
        assert count_of(BUILDING) == 0
    assert states() == {"age:least": "building"}
    work()
    assert states() == {"age:least": "ready"}
    assert len(indexes()) == 1


def test_a_worker_that_is_told_to_stop_leaves_its_build_to_the_next(source: Source) -> None:
    save(source, {"age": marked("integer")})
    with somebody_reading(), working() as process:
        assert builds()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=SECONDS)
        assert (process.returncode, log) == (0, "")
        assert count_of(BUILDING) == 0
    assert jobs() == 1
    assert states() == {"age:least": "building"}
    work()
    assert states() == {"age:least": "ready"}


def test_a_build_ends_after_its_worker_was_killed_and_is_done_again(source: Source) -> None:
    save(source, {"age": marked("integer")})
    with somebody_reading(), working() as process:
        assert builds()
        process.kill()
        assert soon(lambda: count_of(BUILDING) == 0)
    work()
    assert states() == {"age:least": "ready"}
    assert len(indexes()) == 1


def test_the_worker_builds_what_a_definition_asks_for(source: Source) -> None:
    with working():
        save(source, {"age": marked("integer")})
        assert soon(lambda: states() == {"age:least": "ready"})
        save(source, {"age": {"type": "integer"}})
        assert soon(lambda: states() == {})
    assert indexes() == {}


def test_two_workers_build_one_after_the_other(source: Source, threads: Threads) -> None:
    save(source, {"age": marked("integer"), "name": marked("symbol")})
    threads.together(work, work, work)
    assert set(states().values()) == {"ready"}
    assert len(indexes()) == 3


def test_records_that_are_written_meanwhile_are_in_the_index(
    source: Source, threads: Threads
) -> None:
    profile = save(source, {"age": marked("integer")})
    for age in range(5):
        factories.ResourceFactory.create(profile=profile, data={"age": age})
    with somebody_reading() as end_it:
        built = threads.start(work)
        assert soon(lambda: count_of(BUILDING) > 0)
        for age in range(5, 10):
            factories.ResourceFactory.create(profile=profile, data={"age": age})
        assert not built.done()
        end_it()
        built.result(20)
    found = "SELECT count(*) FROM ingestion_resource WHERE profile_id = {} AND {} >= 0"
    expression = DataIndex.objects.get().expression
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("EXPLAIN " + found.format(profile.pk, expression))
        assert name_of_only_index() in str(cursor.fetchall())
        cursor.execute(found.format(profile.pk, expression))
        assert cursor.fetchone() == (10,)
        cursor.execute("RESET enable_seqscan")


def test_what_is_unmarked_while_it_is_built_is_not_ready(source: Source, threads: Threads) -> None:
    save(source, {"age": marked("integer")})
    with somebody_reading() as end_it:
        built = threads.start(work)
        assert soon(lambda: count_of(BUILDING) > 0)
        save(source, {"age": {"type": "integer"}})
        end_it()
        built.result(20)
    assert states() == {"age:least": "dropping"}
    work()
    assert (states(), indexes()) == ({}, {})
