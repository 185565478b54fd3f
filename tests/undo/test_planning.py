"""How the database finds what an undo is about, where its statistics know nothing of the source."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import transaction

from ingestion.models import UndoneRecord
from ingestion.sql import expect_many, run
from ingestion.undoing import listing, operations
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.tasks.doing import done, upsert

pytestmark = pytest.mark.django_db
INDEXES = {"change_of_task", "change_by_seq", "change_of_record", "ingestion_change_pkey"}


@pytest.fixture
def newcomer(world: Source, api: Api) -> int:
    """The id of a source that is new beside a large one."""
    done(api, [upsert(f"id-{number}") for number in range(100)])
    run("ANALYZE ingestion_change", [])
    return int(factories.SourceFactory.create().pk)


@transaction.atomic
def indexes_of(sql: str, parameters: object) -> set[str]:
    """Those of the changes that a statement reads, one change by each look."""
    expect_many()
    plan = "\n".join(line for (line,) in run(f"EXPLAIN {sql}", parameters))  # type: ignore[arg-type]
    return set(re.findall(r"using (\w+) on ingestion_change", plan))


def test_records_are_listed_by_the_keys_of_their_changes(newcomer: int) -> None:
    asked = {"source": newcomer, "task": uuid4(), "undone": "bk_x", "mixed": ""}
    assert indexes_of(listing.LISTING, asked) == INDEXES


def test_their_states_are_read_by_their_ids(newcomer: int) -> None:
    assert not UndoneRecord.objects.exists()
    sql = operations.STATES.format(listed=operations.BEHIND)
    found = indexes_of(sql, [uuid4(), 0, 200, *[newcomer] * 3])
    assert found == {"change_of_record", "ingestion_change_pkey"}
