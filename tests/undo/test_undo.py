"""What a task did goes back, whatever kind of task it was."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from ingestion.models import UndoneRecord
from profiles.models import Source
from tests.clients import Api
from tests.tasks.doing import done, upsert, work
from tests.undo.undoing import kept, plan, undo
from tests.writing.asking import ask, delete, link, put, put_link, unlink

pytestmark = pytest.mark.django_db


def outcomes(shown: dict[str, object]) -> dict[str, str]:
    receipts = shown["receipts"]
    assert isinstance(receipts, list)
    return {one["id"]: one["outcome"] for one in receipts}


def test_what_a_load_made_changed_and_deleted_goes_back(world: Source, api: Api) -> None:
    ask(world, put("clerk", "c", {"fee": Decimal("1.10")}), link("many", "p0.o0", {"note": "a"}))
    before = kept(world)
    removal = {"action": "DELETE", "delete": {"type": "provider", "id": "p0"}}
    shown = done(api, [upsert("new"), upsert("p1", name="Changed"), removal, upsert("p1")])
    back = undo(api, shown["taskId"])
    assert (back["status"], back["kind"], back["undoes"]) == ("SUCCESS", "UNDO", shown["taskId"])
    assert outcomes(back) == {
        "new": "DELETED",
        "p0": "CREATED",
        "p1": "CHANGED",
        "provider.p0,office.o0": "CREATED",
    }
    assert kept(world) == before
    assert not UndoneRecord.objects.exists()


def test_a_purge_comes_back_with_what_went_along(world: Source, api: Api) -> None:
    ask(world, link("pair", "p0.o0"), link("few", "p1.o0"), link("many", "p1.o1"))
    before = kept(world)
    answer = api.post("purge", {"collectionType": "resources", "collectionKey": "provider"})
    work(answer.json["taskId"])
    assert kept(world) != before
    undo(api, answer.json["taskId"])
    assert kept(world) == before


def test_a_single_write_is_undone_by_the_task_that_it_told(world: Source, api: Api) -> None:
    before = kept(world)
    for write in (
        partial(api.put, "resources/provider/p0", {"data": {"name": "Other"}}),
        partial(api.delete, "resources/provider/p1"),
        partial(api.post, "resources/provider", {"id": "new", "data": {}}),
    ):
        answer = write()
        assert kept(world) != before
        undo(api, answer.json["taskId"])
        assert kept(world) == before


def test_a_bundle_is_undone(world: Source, api: Api) -> None:
    before = kept(world)
    link = {
        "type": "many",
        "from": {"type": "provider", "id": "new"},
        "to": {"type": "office", "id": "o0"},
    }
    answer = api.post(
        "bundle",
        {
            "resourceOperations": [upsert("new"), upsert("p0", name="Other")],
            "relationshipOperations": [{"action": "CREATE", "create": link}],
        },
    )
    assert answer.status == 200, answer.text
    back = undo(api, answer.json["taskId"])
    assert [one["targetType"] for one in back["receipts"]] == [
        "RELATIONSHIP",
        "RESOURCE",
        "RESOURCE",
    ]
    assert kept(world) == before


def test_an_undo_is_undone_and_that_again(world: Source, api: Api) -> None:
    ask(world, link("many", "p0.o0"))
    before = kept(world)
    removal = {"action": "DELETE", "delete": {"type": "provider", "id": "p0"}}
    shown = done(api, [upsert("new"), removal])
    after = kept(world)
    back = undo(api, shown["taskId"])
    again = undo(api, back["taskId"])
    assert kept(world) == after
    undo(api, again["taskId"])
    assert kept(world) == before


def test_what_is_as_it_was_before_is_passed_over(world: Source, api: Api) -> None:
    """Whoever undid it: an undo before, or somebody by hand."""
    shown = done(api, [upsert("new"), upsert("p0", name="Other"), upsert("p1", name="Other")])
    ask(world, delete("provider", "new"))
    ask(world, put("provider", "p0", {}))
    back = undo(api, shown["taskId"])
    assert outcomes(back) == {"p1": "CHANGED"}
    assert undo(api, shown["taskId"])["receipts"] == []


def test_what_came_and_went_within_the_task_is_no_record_of_it(world: Source, api: Api) -> None:
    removal = {"action": "DELETE", "delete": {"type": "provider", "id": "new"}}
    shown = done(api, [upsert("new"), removal, upsert("p0")])
    assert outcomes(undo(api, shown["taskId"])).keys() == {"p0"}


def test_a_place_for_one_goes_back_to_who_had_it(world: Source, api: Api) -> None:
    ask(world, link("few", "p0.o0"))
    before = kept(world)
    ends = {"from": {"type": "provider", "id": "p0"}, "to": {"type": "office", "id": "o1"}}
    moved = [
        {"action": "DELETE", "delete": {"type": "few", "id": "provider.p0,office.o0"}},
        {"action": "CREATE", "create": {"type": "few", **ends}},
    ]
    shown = done(api, moved, "relationships/bulk")
    planned = plan(api, shown["taskId"])
    assert planned["progress"]["counts"]["refused"] == 0
    undo(api, shown["taskId"])
    assert kept(world) == before


def test_links_that_changed_become_what_they_were(world: Source, api: Api) -> None:
    ask(world, put_link("many", "p0.o0", {"note": "a"}), put_link("many", "p0.o1", {"note": "a"}))
    before = kept(world)
    ends = {"from": {"type": "provider", "id": "p0"}, "to": {"type": "office", "id": "o0"}}
    change = {"action": "UPSERT", "upsert": {"type": "many", **ends, "data": {"note": "b"}}}
    removal = {"action": "DELETE", "delete": {"type": "many", "id": "provider.p0,office.o1"}}
    shown = done(api, [change, removal], "relationships/bulk")
    undo(api, shown["taskId"])
    assert kept(world) == before
    ask(world, unlink("many", "p0.o0"))
