"""Reading many records as they all were at one moment, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from ingestion.sql import run


@contextmanager
def snapshot() -> Iterator[None]:
    """All statements in here see the same. In a transaction that began before, they see what it
    sees, which may be less.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", [])
        yield
