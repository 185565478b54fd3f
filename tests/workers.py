"""Workers as processes, before the database of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import connection

from config.postgres import local_database_url
from config.postgres.folders import PROJECT

SERVER = os.environ.get("DATABASE_URL") or local_database_url()


@contextmanager
def working(*arguments: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "manage.py", "worker", *arguments],
        cwd=PROJECT,
        env=os.environ | {"DATABASE_URL": _address(), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _address() -> str:
    database = f"/{connection.settings_dict['NAME']}"
    return urlsplit(SERVER)._replace(path=database).geturl()


def empty_queue() -> None:
    """Django empties only the tables that it made."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
