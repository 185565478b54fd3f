"""Who may ask for an undo, when, and what the answer is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from ingestion.jobs import resume_tasks
from ingestion.loading.files import begin, load
from ingestion.models import Change, Receipt, Task, TaskChunk, UndoneRecord
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.tasks.doing import done, lines, send, task, upsert, work
from tests.tasks.doors import work as work_a_little
from tests.undo.undoing import ask_undo, foretold, kept, plan, undo

pytestmark = pytest.mark.django_db

FAILED = (409, "FAILED_PRECONDITION")


def test_a_task_that_has_not_ended_cannot_be_undone(world: Source, api: Api) -> None:
    assert api.post(f"tasks/{send(api, [upsert('new')])}/undo", None).error == FAILED


def test_a_plan_has_nothing_to_undo(world: Source, api: Api) -> None:
    planned = send(api, [upsert("new")], "resources/bulk?mode=plan")
    work(planned)
    assert api.post(f"tasks/{planned}/undo", None).error == FAILED


def test_a_task_that_was_cancelled_is_undone_as_far_as_it_came(world: Source, api: Api) -> None:
    before = kept(world)
    id = send(api, [upsert(f"id-{n}") for n in range(9)])
    work_a_little(id, 2, must_stop=True)
    api.delete(f"tasks/{id}")
    work(id)
    assert task(api, id)["status"] == "CANCELLED"
    assert kept(world) != before
    undo(api, id)
    assert kept(world) == before


def test_a_load_that_broke_off_is_cancelled_and_undone(
    world: Source, api: Api, tmp_path: Path
) -> None:
    """Nobody is left who would end it, as a worker ends what was sent."""
    before = kept(world)
    file = tmp_path / "wrong.ndjson"
    file.write_bytes(lines([upsert(f"id-{n}") for n in range(9)]))
    begun = begin(world.key, file, shares=1, resume=False)
    next(load(begun, 0, file, chunk_size=3))
    cancel = f"tasks/{begun.public_id}"
    assert api.delete(cancel).json["status"] == "PENDING"
    resume_tasks.func()
    assert api.get(cancel).json["status"] == "PENDING"
    TaskChunk.objects.update(completed_at=timezone.now() - timedelta(minutes=6))
    resume_tasks.func()
    assert api.get(cancel).json["status"] == "CANCELLED"
    assert kept(world) != before
    undo(api, begun.public_id)
    assert kept(world) == before


def test_a_single_write_that_was_refused_has_changed_nothing(world: Source, api: Api) -> None:
    refused = api.put("resources/provider/p0", {"data": {"name": 1}})
    assert refused.status == 400
    id = Receipt.objects.get(source=world).task_id
    assert undo(api, id)["progress"]["total"] == 0


def test_what_is_no_task_is_not_found(world: Source, api: Api) -> None:
    for id in ("bk_missing", "s_missing", "s_", "un_" + "0" * 32, "xx"):
        assert api.post(f"tasks/{id}/undo", None).status == 404, id
        assert api.get(f"tasks/{id}/conflicts").status == 404, id


def test_another_task_has_no_conflicts(world: Source, api: Api) -> None:
    shown = done(api, [upsert("new")])
    assert api.get(f"tasks/{shown['taskId']}/conflicts").status == 404


def test_ones_own_is_for_a_writer_and_that_of_others_for_an_admin(world: Source, api: Api) -> None:
    writer = Api(factories.make_key("writer"), world.key)
    other = Api(factories.make_key("writer"), world.key)
    reader = Api(factories.make_key("reader"), world.key)
    stranger = Api(factories.make_key("admin", sources=[]), world.key)
    own = [
        done(writer, [upsert("new")])["taskId"],
        writer.put("resources/provider/p0", {"data": {"name": "Other"}}).json["taskId"],
    ]
    for id in own:
        answers = [one.post(f"tasks/{id}/undo", None).status for one in (reader, other, stranger)]
        assert answers == [403, 403, 404]
        first = ask_undo(writer, id)
        assert writer.post(f"tasks/{id}/undo", None).error == FAILED
        work(first)
        work(ask_undo(api, id))


def test_a_mode_that_there_is_not_is_refused(world: Source, api: Api) -> None:
    shown = done(api, [upsert("new")])
    assert api.post(f"tasks/{shown['taskId']}/undo?mode=dry", None).status == 400
    assert api.post(f"tasks/{shown['taskId']}/undo?more=1", None).status == 400
    assert api.get(f"tasks/{shown['taskId']}/conflicts?more=1").status == 400


def test_the_reason_stands_with_every_change(world: Source, api: Api) -> None:
    shown = done(api, [upsert("new"), upsert("p0", name="Other")])
    id = ask_undo(api, shown["taskId"], x_change_reason="It was the wrong file.")
    work(id)
    assert task(api, id)["reason"] == "It was the wrong file."
    changes = Change.objects.filter(task_id=id)
    assert [*changes.values_list("reason", flat=True)] == ["It was the wrong file."] * 2


def test_what_is_sent_again_with_its_key_is_done_once(world: Source, api: Api) -> None:
    shown = done(api, [upsert("new")])
    path = f"tasks/{shown['taskId']}/undo"
    first, second = (api.post(path, None, idempotency_key="one") for _ in range(2))
    assert (first.status, first.json) == (second.status, second.json)
    assert Task.objects.filter(undoes=shown["taskId"]).count() == 1
    assert api.post(f"{path}?mode=plan", None, idempotency_key="one").status == 422


def test_a_plan_is_carried_out_once(world: Source, api: Api) -> None:
    before = kept(world)
    shown = done(api, [upsert("new"), upsert("p0", name="Other"), upsert("p1", name="Other")])
    planned = plan(api, shown["taskId"])
    applied = api.post(f"tasks/{planned['taskId']}/apply", None)
    assert applied.status == 202
    work(applied.json["taskId"])
    told = task(api, applied.json["taskId"])
    assert (told["plan"], told["undoes"]) == (planned["taskId"], shown["taskId"])
    assert foretold(told) == foretold(planned)
    assert kept(world) == before
    assert api.post(f"tasks/{planned['taskId']}/apply", None).error == FAILED


def test_what_moves_behind_a_plan_is_left_alone(world: Source, api: Api) -> None:
    shown = done(api, [upsert("new"), upsert("p0", name="Other")])
    planned = plan(api, shown["taskId"])
    api.put("resources/provider/p0", {"data": {"name": "Somebody else"}})
    applied = api.post(f"tasks/{planned['taskId']}/apply", None).json["taskId"]
    work(applied)
    refused = [one["id"] for one in task(api, applied)["receipts"] if "error" in one]
    assert refused == ["p0"]
    (conflict,) = api.get(f"tasks/{applied}/conflicts").json["data"]
    assert (conflict["id"], conflict["conflict"]) == ("p0", "CHANGED_SINCE")


def test_an_undo_that_is_cancelled_leaves_the_rest_and_no_list(world: Source, api: Api) -> None:
    shown = done(api, [upsert(f"id-{n}") for n in range(6)])
    id = ask_undo(api, shown["taskId"])
    work_a_little(id, 2, must_stop=True)
    assert UndoneRecord.objects.count() == 6
    api.delete(f"tasks/{id}")
    work(id)
    told = task(api, id)
    assert (told["status"], len(told["receipts"])) == ("CANCELLED", 2)
    assert not UndoneRecord.objects.exists()
    assert undo(api, shown["taskId"])["progress"]["counts"]["deleted"] == 4


def test_an_undo_of_lines_that_were_refused_undoes_the_others(world: Source, api: Api) -> None:
    shown = done(api, [upsert("a", name=1), upsert("b")])
    assert shown["status"] == "FAILURE"
    assert [one["id"] for one in undo(api, shown["taskId"])["receipts"]] == ["b"]
