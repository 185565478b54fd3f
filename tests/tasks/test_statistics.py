"""After a task that wrote many records the planner knows of them."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from ingestion import queueing, statistics
from ingestion.estimates import estimated_rows
from ingestion.jobs import refresh_statistics
from ingestion.models import Change, Resource
from profiles.models import Source
from tests.clients import Api
from tests.tasks.doing import done, send, upsert, work
from tests.workers import empty_queue

MANY = 5


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "MANY", MANY)


def is_asked_for() -> bool:
    return ProcrastinateJob.objects.filter(task_name=queueing.STATISTICS).exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_filled_is_known_to_the_planner(world: Source, api: Api) -> None:
    empty_queue()
    before = {model: model.objects.filter(source=world).count() for model in (Resource, Change)}
    done(api, [upsert(f"id-{number}") for number in range(MANY)])
    assert is_asked_for()
    refresh_statistics(world.pk)
    for model, count in before.items():
        assert estimated_rows(model, "source_id")[world.pk] == count + MANY
    assert statistics.outdated(world.pk) == []
    empty_queue()


@pytest.mark.django_db(transaction=True)
def test_a_source_that_is_new_beside_a_large_one_is_known_too(
    world: Source, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though it is a small part of the tables."""
    done(api, [upsert(f"id-{number}") for number in range(MANY)])
    refresh_statistics(world.pk)
    monkeypatch.setattr(statistics, "SHARE", 1_000)
    done(api, [upsert(f"more-{number}") for number in range(MANY)])
    assert statistics.outdated(world.pk) == []
    other = world.pk + 1
    assert {"ingestion_change", "ingestion_resource"} <= {*statistics.outdated(other)}
    empty_queue()


@pytest.mark.django_db
def test_few_records_are_left_to_the_database(world: Source, api: Api) -> None:
    done(api, [upsert(f"id-{number}") for number in range(MANY - 1)])
    done(api, [upsert(f"id-{number}") for number in range(MANY - 1)] * 2)
    assert not is_asked_for()


@pytest.mark.django_db
def test_a_plan_writes_none(world: Source, api: Api) -> None:
    operations = [upsert(f"id-{number}") for number in range(MANY)]
    work(send(api, operations, "resources/bulk?mode=plan"))
    assert not is_asked_for()
