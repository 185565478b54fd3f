"""The connections that are kept between requests, when the server has ended them meanwhile."""

from __future__ import annotations

import time
from typing import Any, cast

import psycopg
import pytest
from django.db import connection as django_connection

from config.database.base import DatabaseWrapper, lives

connection = cast(DatabaseWrapper, django_connection)
pytestmark = pytest.mark.django_db(transaction=True)

KEPT = 4
END_ALL = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def another() -> psycopg.Connection[Any]:
    """To the same database, but none of the pool's."""
    return psycopg.connect(**connection.get_connection_params(), autocommit=True)


def keep_connections() -> None:
    connection.close()
    assert connection.pool is not None
    held = [connection.pool.getconn() for _ in range(KEPT)]
    for one in held:
        connection.pool.putconn(one)


def backend() -> int:
    """What serves a request that comes now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    connection.close()
    return int(pid)


def test_no_kept_connection_fails_after_a_restart() -> None:
    keep_connections()
    with another() as other:
        other.execute(END_ALL)
    start = time.monotonic()
    for _ in range(KEPT + 1):
        backend()
    assert time.monotonic() - start < 3.5, "waits for each of them"


def test_a_connection_that_lives_is_kept() -> None:
    pool = connection.pool
    assert pool is not None
    before = pool.get_stats()["connections_num"]
    for _ in range(KEPT):
        backend()
    assert pool.get_stats()["connections_num"] == before


def test_a_connection_that_was_told_something_lives() -> None:
    with another() as told, another() as other:
        told.execute("LISTEN gossip")
        other.execute("NOTIFY gossip")
        time.sleep(0.1)
        assert lives(told)
        assert [notice.channel for notice in told.notifies(timeout=0)] == ["gossip"]


def test_a_closed_connection_does_not_live() -> None:
    with another() as closed:
        pass
    assert not lives(closed)
