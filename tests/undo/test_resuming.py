"""An undo that breaks off anywhere goes on there, and nothing of it is done twice."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from ingestion.models import Change, Task, TaskShare, UndoneRecord
from ingestion.tasks import running
from ingestion.tasks.running import run_share
from ingestion.undoing.listing import list_records
from profiles.models import Source
from tests.clients import Api
from tests.tasks.doing import done, task, upsert
from tests.undo.undoing import ask_undo, foretold, kept
from tests.writing.asking import ask, link, put

COUNT, CHUNK = 6, 3


class Died(Exception):
    """In place of a signal that kills."""


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.BULK_SHARES = 1
    for name in ("FIRST_CHUNK", "LEAST_CHUNK", "MOST_CHUNK"):
        monkeypatch.setattr(running, name, CHUNK)


@pytest.fixture
def loaded(world: Source, api: Api) -> str:
    """A load that made, changed and deleted resources with their relationships."""
    ask(world, *(put("provider", f"old-{n}", {"name": "a"}) for n in range(4)))
    ask(world, *(link("many", f"old-{n}.o0") for n in range(4)), link("few", "p0.o1"))
    gone = [
        {"action": "DELETE", "delete": {"type": "provider", "id": id}}
        for id in ("old-0", "old-1", "p0")
    ]
    shown = done(api, [upsert(f"id-{n}") for n in range(COUNT)] + gone + [upsert("old-2")])
    return str(shown["taskId"])


def run(id: str, must_stop: bool = False) -> bool:
    return run_share(UUID(hex=id.partition("_")[2]), 0, lambda: must_stop)


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["write", "plan"])
def test_a_worker_may_die_behind_each_chunk(
    world: Source, api: Api, loaded: str, mode: str
) -> None:
    became = kept(world)
    whole = ask_undo(api, loaded, "?mode=plan")
    run(whole)
    id = ask_undo(api, loaded, f"?mode={mode}")
    turns = 1
    while not run(id, must_stop=True):
        turns += 1
    assert turns > COUNT / CHUNK
    assert foretold(task(api, id)) == foretold(task(api, whole))
    counts = task(api, id)["progress"]["counts"]
    assert counts["refused"] == 0
    assert Change.objects.filter(task_id=id).count() == (
        sum(counts.values()) if mode == "write" else 0
    )
    assert (kept(world) == became) == (mode == "plan")


@pytest.mark.django_db
def test_a_worker_may_die_within_a_chunk(
    world: Source, api: Api, loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is undone by the database, and done again by the next."""
    id = ask_undo(api, loaded)
    advance = running._advance
    left = [1, 0, 1]

    def die_at_times(*args: object) -> None:
        advance(*args)  # type: ignore[arg-type]
        if left and not left[0]:
            left.pop(0)
            raise Died
        if left:
            left[0] -= 1

    monkeypatch.setattr(running, "_advance", die_at_times)
    deaths = 0
    while True:
        try:
            assert run(id)
            break
        except Died:
            deaths += 1
    assert deaths == 3
    counts = task(api, id)["progress"]["counts"]
    assert Change.objects.filter(task_id=id).count() == sum(counts.values())
    assert counts["refused"] == counts["unchanged"] == 0


@pytest.mark.django_db
def test_who_comes_late_lists_nothing_anew(world: Source, api: Api, loaded: str) -> None:
    """The list of what is left would have other numbers."""
    id = ask_undo(api, loaded)
    run(id, must_stop=True)
    undo = Task.objects.latest("id")
    rows = UndoneRecord.objects.filter(task=undo).order_by("number")
    listed = [*rows.values_list("number", "public_id")]
    assert list_records(undo) == len(listed)
    assert [*rows.values_list("number", "public_id")] == listed


@pytest.mark.django_db
def test_what_is_cancelled_while_it_is_listed_leaves_no_list(
    world: Source, api: Api, loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = ask_undo(api, loaded)

    def list_then_cancel(task: Task) -> int:
        count = list_records(task)
        Task.objects.filter(pk=task.pk).update(
            status="CANCELLED", completed_at=timezone.now(), is_cancelled=True
        )
        return count

    monkeypatch.setattr("ingestion.undoing.work.list_records", list_then_cancel)
    run(id)
    assert not UndoneRecord.objects.exists()
    assert not Change.objects.filter(task_id=id).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_one_undo_one_stops(world: Source, api: Api, loaded: str) -> None:
    id = ask_undo(api, loaded)
    together = threading.Barrier(2)

    def work() -> None:
        try:
            together.wait(10)
            assert run(id)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    shown = task(api, id)
    assert [one["index"] for one in shown["receipts"]] == [*range(shown["progress"]["total"])]
    assert shown["status"] == "SUCCESS"
    assert TaskShare.objects.get(task_id=UUID(hex=id[3:])).is_finished
    assert not {key.public_id for key in kept(world)} & {f"id-{n}" for n in range(COUNT)}
