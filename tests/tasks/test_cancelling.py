"""A task that is cancelled in the midst: what is told as done is done, and nothing more is."""

from __future__ import annotations

from uuid import UUID

import pytest
from pytest_django import Settings

from ingestion.models import Change, Task
from ingestion.tasks import running
from ingestion.tasks.ending import cancel
from ingestion.tasks.running import run_share
from tests.clients import Api
from tests.tasks.doing import NDJSON, lines, send, task, upsert, work

pytestmark = pytest.mark.django_db

OPERATIONS = [upsert(f"id-{number}") for number in range(10)]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_CHUNK", "LEAST_CHUNK", "MOST_CHUNK"):
        monkeypatch.setattr(running, name, 2)


def run(task_id: str, *, until: int, share: int = 0) -> None:
    """So many chunks of a share; then somebody cancels the task."""
    id = UUID(hex=task_id.partition("_")[2])
    done = 0

    def after_a_chunk() -> bool:
        nonlocal done
        done += 1
        if done == until:
            cancel(Task.objects.get(pk=id))
        return False

    assert run_share(id, share, after_a_chunk)


@pytest.mark.parametrize("chunks", [1, 3])
def test_what_is_told_as_done_is_done_and_nothing_more(
    api: Api, settings: Settings, chunks: int
) -> None:
    settings.BULK_SHARES = 1
    task_id = send(api, OPERATIONS)
    run(task_id, until=chunks)
    shown = task(api, task_id)
    assert shown["status"] == "CANCELLED"
    told = [receipt["id"] for receipt in shown["receipts"]]
    assert told == [f"id-{number}" for number in range(chunks * 2)]
    assert shown["progress"]["done"] == shown["progress"]["counts"]["created"] == len(told)
    changed = Change.objects.filter(task_id=task_id).order_by("seq")
    assert list(changed.values_list("public_id", flat=True)) == told
    assert Change.objects.filter(public_id__startswith="id-").count() == len(told)


def test_each_share_stops(api: Api, settings: Settings) -> None:
    settings.BULK_SHARES = 2
    task_id = send(api, OPERATIONS)
    run(task_id, until=1)
    assert task(api, task_id)["status"] == "PENDING"
    work(task_id)
    shown = task(api, task_id)
    assert (shown["status"], shown["progress"]["done"]) == ("CANCELLED", 2)


def test_it_ends_even_if_the_worker_of_a_share_is_gone(api: Api, settings: Settings) -> None:
    """The share is taken up as any other, and ends at once."""
    settings.BULK_SHARES = 1
    task_id = send(api, OPERATIONS)
    id = UUID(hex=task_id.partition("_")[2])
    assert not run_share(id, 0, lambda: True)
    api.delete(f"tasks/{task_id}")
    assert task(api, task_id)["status"] == "PENDING"
    work(task_id)
    assert task(api, task_id)["status"] == "CANCELLED"


def test_a_plan_that_was_cancelled_cannot_be_carried_out(api: Api, settings: Settings) -> None:
    settings.BULK_SHARES = 1
    answer = api.post("resources/bulk?mode=plan", lines(OPERATIONS), content_type=NDJSON)
    plan = answer.json["taskId"]
    run(plan, until=1)
    assert task(api, plan)["status"] == "CANCELLED"
    assert api.post(f"tasks/{plan}/apply", b"").error == (409, "FAILED_PRECONDITION")
