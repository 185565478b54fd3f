"""Records that were stored before their profile was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests import examples
from tests.clients import Api


def with_property(**definition: Any) -> dict[str, Any]:
    """The provider with another property `email`."""
    return {
        **examples.PROVIDER,
        "properties": {**examples.PROVIDER["properties"], "email": definition},
    }


NEEDS_EMAIL = with_property(type="symbol", rules=[{"required": True}])


@pytest.fixture
def providers(api: Api) -> list[str]:
    """The ids of three stored providers, none of which has an email."""
    ids = ["ada", "bob", "cyd"]
    for id in ids:
        api.put(f"resources/provider/{id}", {"data": {"name": id}})
    return ids


@pytest.fixture
def in_background(settings: Any) -> None:
    """Even one record is too many for a request."""
    settings.CHECK_AT_ONCE = 0


Work = Callable[[], list[str]]


@pytest.fixture
def work(db: None) -> Iterator[Work]:
    """Does the jobs that are waiting, as a worker would; answers their names."""
    _empty()
    yield do_jobs
    _empty()


def do_jobs() -> list[str]:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    waiting = list(ProcrastinateJob.objects.filter(status="todo").order_by("id"))
    for job in waiting:
        app.tasks[job.task_name].func(**job.args)
    _empty()
    return [job.task_name for job in waiting]


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def listed(api: Api, path: str, per_page: int = 2) -> list[Any]:
    """Every row of a keyset list, page by page."""
    rows: list[Any] = []
    sign = "&" if "?" in path else "?"
    cursor = ""
    while True:
        page = api.get(f"{path}{sign}perPage={per_page}{cursor}").json
        rows += page["data"]
        if "cursor" not in page["meta"]:
            return rows
        cursor = f"&cursor={page['meta']['cursor']}"
