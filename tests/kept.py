"""Worlds that are made through the write path once in a process, and put back row by row after it.

A database may be rolled back or emptied between two tests: the rows come again as they were, with
their ids and their contract version. No test gets another contract at that version, since a version
that was rolled back never comes again (`profiles.contract`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import connection, transaction

from profiles.contract import contract_at
from profiles.models import Source
from relationships.contract import definitions_of

Rows = Mapping[str, frozenset[str]]
"""The rows of each table, as text."""

APPS = "^(profiles|ingestion|relationships)_"


class KeptSource:
    """A source as `make` makes it, at most once in a test."""

    def __init__(self, make: Callable[[], Source]) -> None:
        self._make = make
        self._rows: Rows = {}
        self._id = 0

    def __call__(self) -> Source:
        with transaction.atomic():
            if self._rows:
                _insert(self._rows)
            else:
                self._learn()
        source: Source = Source.objects.get(pk=self._id)
        _read_contract(source)
        return source

    def _learn(self) -> None:
        before = _rows()
        self._id = self._make().pk
        self._rows = {
            table: new for table, rows in _rows().items() if (new := rows - before[table])
        }


def _read_contract(source: Source) -> None:
    """A contract reads its rows when it is first asked, and a test may change them before that."""
    contract = contract_at(source.pk, source.key, source.contract_version)
    assert contract.profiles
    definitions_of(contract)


def _rows() -> Rows:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables WHERE relname ~ %s", [APPS])
        tables = [name for (name,) in cursor.fetchall()]
        return {table: _rows_of(table) for table in tables}


def _rows_of(table: str) -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT one::text FROM {table} AS one")
        return frozenset(row for (row,) in cursor.fetchall())


def _insert(rows: Rows) -> None:
    """In one statement, so that keys are checked when all of them are there."""
    parts = [
        f"into_{table} AS (INSERT INTO {table} OVERRIDING SYSTEM VALUE"
        f" SELECT * FROM unnest(%s::{table}[]))"
        for table in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {', '.join(parts)} SELECT", [sorted(texts) for texts in rows.values()]
        )
