"""What tests of indexes do in place of the worker, and look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.contrib.django.utils import connector_params

from ingestion.indexes.building import follow_rows
from ingestion.models import DataIndex
from profiles.definitions import profiles
from profiles.models import Profile, Source

INDEXES = """
SELECT index.relname, pg_get_indexdef(index.oid), indisvalid
FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
WHERE index.relname ~ '^data_index_[0-9]+$'
"""


def work() -> None:
    """What the worker does, here and now."""
    async_to_sync(follow_rows)()


def save(source: Source, properties: Any, key: str = "provider", **body: Any) -> Profile:
    return profiles.save(
        source.key, key, {"properties": properties, **body}, actor="test"
    ).definition


def marked(type: str) -> Any:
    return {"type": type, "indexed": True}


def states() -> dict[str, str]:
    """Of every row, by path and kind."""
    return {str(row): row.state for row in DataIndex.objects.all()}


def indexes() -> dict[str, str]:
    """What the indexes in the database are made of, by name. All of them are whole."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        rows = cursor.fetchall()
    assert all(is_valid for _, _, is_valid in rows)
    return {name: definition for name, definition, _ in rows}


def definition_of(name: str) -> str:
    """What the index of a row is made of."""
    path, _, kind = name.rpartition(":")
    return indexes()[f"data_index_{DataIndex.objects.get(path=path, kind=kind).pk}"]


def jobs() -> int:
    """That wait for a worker; not those that come by the hour."""
    waiting = ProcrastinateJob.objects.filter(status="todo", args={})
    return waiting.filter(task_name="ingestion.jobs.build_data_indexes").count()


@contextmanager
def somebody_reading() -> Iterator[Callable[[], None]]:
    """A transaction that sees the rows as they are: no index is whole before it is over."""
    with psycopg.connect(**connector_params()) as other:
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT count(*) FROM ingestion_resource")
        yield other.rollback
