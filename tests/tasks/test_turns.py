"""Who works on a long task lets others have their turn, and goes on behind them."""

from __future__ import annotations

from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from config import worker
from ingestion import jobs, queueing
from ingestion.jobs import resume_tasks
from ingestion.models import Change
from ingestion.tasks import running
from tests.clients import Api
from tests.tasks.doing import send, task, upsert

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def one_worker_that_is_impatient(
    queue: None, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.BULK_SHARES = 1
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0)
    for name in ("FIRST_CHUNK", "LEAST_CHUNK", "MOST_CHUNK"):
        monkeypatch.setattr(running, name, 1)


def test_two_tasks_take_turns(api: Api, uploads_folder: Any) -> None:
    tasks = [send(api, [upsert(f"{name}-{n}") for n in range(3)]) for name in "ab"]
    worker.run(wait=False)
    assert {task(api, id)["status"] for id in tasks} == {"SUCCESS"}
    changes = Change.objects.filter(task_id__in=tasks).order_by("seq")
    done = list(changes.values_list("public_id", flat=True))
    assert done == ["a-0", "b-0", "a-1", "b-1", "a-2", "b-2"]


def test_what_lost_its_job_is_asked_for_once(api: Api, uploads_folder: Any) -> None:
    send(api, [upsert("one")])
    waiting = ProcrastinateJob.objects.filter(task_name=queueing.SHARE)
    resume_tasks.func()
    assert waiting.count() == 1
    waiting.update(status="doing")
    resume_tasks.func()
    assert waiting.count() == 1
    waiting.update(status="failed")
    resume_tasks.func()
    assert list(waiting.order_by("id").values_list("status", flat=True)) == ["failed", "todo"]
