"""Two workers at the same share, since one was taken for dead: nothing is done twice."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from pytest_django import Settings

from ingestion.models import Change, TaskChunk, TaskShare
from ingestion.tasks import running
from ingestion.tasks.planned_etags import PlannedEtags, planned_etags
from ingestion.tasks.running import run_share
from profiles.models import Source
from tests.clients import Api
from tests.tasks.doing import NDJSON, lines, task, upsert
from tests.writing.replaying import check_history

pytestmark = pytest.mark.django_db(transaction=True)

COUNT, CHUNK = 60, 5


class Worker(threading.Thread):
    """Does a share until somebody else came further."""

    def __init__(self, task_id: str, together: threading.Barrier) -> None:
        super().__init__()
        self._id = UUID(hex=task_id.partition("_")[2])
        self._together = together
        self.chunks = 0
        self.has_ended = False

    def run(self) -> None:
        try:
            self._together.wait(10)
            self.has_ended = run_share(self._id, 0, self._count)
        finally:
            connection.close()

    def _count(self) -> bool:
        self.chunks += 1
        return False


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.BULK_SHARES = 1
    for name in ("FIRST_CHUNK", "LEAST_CHUNK", "MOST_CHUNK"):
        monkeypatch.setattr(running, name, CHUNK)


@pytest.mark.parametrize("query", ["", "?mode=plan"])
def test_of_two_workers_at_one_share_one_stops(api: Api, source: Source, query: str) -> None:
    operations = [upsert(f"id-{n % 40}", name=str(n)) for n in range(COUNT)]
    answer = api.post(f"resources/bulk{query}", lines(operations), content_type=NDJSON)
    task_id = answer.json["taskId"]
    together = threading.Barrier(2)
    workers = [Worker(task_id, together) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert all(worker.has_ended for worker in workers)
    assert sum(worker.chunks for worker in workers) == COUNT // CHUNK
    shown = task(api, task_id)
    assert [receipt["index"] for receipt in shown["receipts"]] == [*range(COUNT)]
    assert shown["status"] == "SUCCESS"
    assert shown["progress"]["done"] == COUNT
    assert Change.objects.filter(task_id=task_id).count() == (0 if query else COUNT)
    check_history(source)


def test_who_is_overtaken_leaves_nothing_of_its_chunk(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = api.post("resources/bulk", lines([upsert("one"), upsert("two")]), content_type=NDJSON)
    id = UUID(hex=answer.json["taskId"].partition("_")[2])

    def somebody_is_faster(*args: Any) -> PlannedEtags:
        TaskShare.objects.filter(task_id=id).update(chunks=7)
        return planned_etags(*args)

    monkeypatch.setattr(running, "planned_etags", somebody_is_faster)
    assert run_share(id, 0, lambda: False)
    assert not Change.objects.filter(task_id=answer.json["taskId"]).exists()
    assert not TaskChunk.objects.exists()
