"""Django's PostgreSQL backend, which notices when the database was restarted behind its back."""

from __future__ import annotations

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """One that lives, from the pool.

        Django's health check asks the server before every request, and the pool waits longer with
        each connection that fails it. Here the first one that is dead has all others looked at.
        """
        connection = super().get_new_connection(conn_params)
        pool = self.pool
        if pool is None or lives(connection):
            return connection
        connection.close()
        pool.putconn(connection)
        pool.check()
        return super().get_new_connection(conn_params)


def lives(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server is still there. Asks it only if there is something to read already.

    It says nothing unasked but that it goes, or that a setting was changed.
    """
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if not poll.poll(0):
        return True
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return False
    return True
