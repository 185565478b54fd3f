"""Arrays as the write path hands them over, and plans that are kept."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from ingestion.sql import columns, run
from profiles.models import Source
from tests.writing.asking import (
    answers,
    create,
    define_link,
    delete,
    link,
    patch_link,
    put,
    unlink,
)

pytestmark = pytest.mark.django_db

ID = uuid.uuid4()
NOW = datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=UTC)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("type", "values"),
    [
        (
            "text",
            ["a", "", "NULL", "null", None, " a ", "{}", "a,b", 'a"b', "a\\", '\\"', "é😀", "\n"],
        ),
        ("uuid", [ID, None]),
        ("timestamptz", [NOW, None, LONG_AGO]),
        ("bigint", [0, -1, 2**62, None]),
    ],
)
def test_a_column_holds_what_was_put_in(type: str, values: list[Any]) -> None:
    rows = [(value,) for value in values]
    found = run(f"SELECT * FROM unnest(%s::{type}[])", columns(rows, 1))
    assert found == rows


def test_json_texts_come_one_by_one() -> None:
    rows = [(b'{"a":"\\u001e, \\"b\\""}',), (b"[]",)]
    found = run("SELECT * FROM unnest(string_to_array(%s, chr(30)))", columns(rows, 1))
    assert found == [(text.decode(),) for (text,) in rows]


def test_no_rows_are_empty_columns() -> None:
    assert run("SELECT * FROM unnest(%s::uuid[], %s::int[])", columns([], 2)) == []


def test_statements_that_look_rows_up_keep_their_plans(source: Source) -> None:
    """To plan the one that records changes takes a fifth of a millisecond."""
    define_link(source, "few", "0:1")

    def work(name: str) -> None:
        assert set(
            answers(
                source,
                put("office", name),
                create("office", None),
                create("provider", name),
                link("few", f"{name}.{name}"),
                patch_link("few", f"{name}.{name}", {"data": {"note": "b"}}),
            )
        ) == {"CREATED", "CHANGED"}
        assert answers(source, unlink("few", f"{name}.{name}")) == ["DELETED"]
        assert answers(source, delete("office", name)) == ["DELETED"]

    for number in range(10):
        work(f"{number}")
    before = plans_made()
    work("again")
    assert before
    assert plans_made() == before


def plans_made() -> dict[str, int]:
    """How often this connection planned anew what looks rows up one by one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT statement, sum(custom_plans)::int FROM pg_prepared_statements
            WHERE statement LIKE '%LATERAL%LIMIT $%' OR statement LIKE '%LIMIT $%LATERAL%'
            GROUP BY statement
            """
        )
        return dict(cursor.fetchall())
