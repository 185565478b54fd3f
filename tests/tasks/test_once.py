"""A bulk, the carrying out of a plan, and a purge are started once for each Idempotency-Key."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ingestion.models import Task
from tests.clients import Answer, Api
from tests.tasks.doing import NDJSON, lines, send, upsert, work
from tests.writing.threads import COMMIT, Threads, is_waiting


def bulk(api: Api, name: str = "A", query: str = "") -> Answer:
    body = lines([upsert("one", name=name)])
    path = f"resources/bulk{query}"
    return api.post(path, body, content_type=NDJSON, idempotency_key="k")


def kept(folder: Path) -> int:
    return len(list(folder.iterdir()))


@pytest.mark.django_db
def test_a_bulk_that_is_sent_again_is_taken_once(api: Api, uploads_folder: Path) -> None:
    first, second = bulk(api), bulk(api)
    assert first.status == 202
    assert (second.text, second.headers["Location"]) == (first.text, first.headers["Location"])
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (Task.objects.count(), kept(uploads_folder)) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"name": "B"}, {"query": "?mode=plan"}])
def test_another_bulk_with_the_key_is_refused_and_not_kept(
    api: Api, uploads_folder: Path, other: Any
) -> None:
    bulk(api)
    assert bulk(api, **other).error == (422, "INVALID_ARGUMENT")
    assert (Task.objects.count(), kept(uploads_folder)) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_bulk_that_is_sent_at_the_same_time_waits(
    api: Api, uploads_folder: Path, threads: Threads
) -> None:
    first = threads.pause(partial(bulk, api), before=COMMIT)
    second = threads.start(partial(bulk, api))
    assert is_waiting(second)
    assert first.go_on().text == second.result().text
    assert (Task.objects.count(), kept(uploads_folder)) == (1, 1)


@pytest.mark.django_db
def test_a_plan_is_carried_out_once(api: Api) -> None:
    plan = send(api, [upsert("one")], "resources/bulk?mode=plan")
    work(plan)
    first, second = [api.send("POST", f"tasks/{plan}/apply", idempotency_key="k") for _ in range(2)]
    assert (first.status, second.text) == (202, first.text)
    assert api.send("POST", f"tasks/{plan}/apply").status == 409
