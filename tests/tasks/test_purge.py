"""A purge deletes what was there when it was asked, in the background, and keeps history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from ingestion.models import Change, Resource, TaskShare
from ingestion.operations import Target
from ingestion.records import new_row_id
from ingestion.tasks.purging import Collection, find, walk
from ingestion.tasks.running import run_share
from profiles.contract import current_contract
from profiles.models import Source
from relationships.models import Relationship
from tests import factories
from tests.clients import Api
from tests.tasks.doing import task, work
from tests.writing.asking import ask, delete, link, make
from tests.writing.replaying import check_history

pytestmark = pytest.mark.django_db

OFFICES = {"collectionType": "resources", "collectionKey": "office"}
LINKS = {"collectionType": "relationships", "collectionKey": "provider-office"}


@pytest.fixture
def linked(source: Source) -> Source:
    """Two providers, each of whom works at each of three offices."""
    make(source, providers=2, offices=3)
    ends = [f"p{provider}.o{office}" for provider in range(2) for office in range(3)]
    ask(source, *(link("provider-office", each) for each in ends))
    return source


def purge(api: Api, body: Any) -> str:
    answer = api.post("purge", body)
    assert answer.status == 202, answer.text
    return str(answer.json["taskId"])


def purged(api: Api, body: Any) -> Any:
    task_id = purge(api, body)
    work(task_id)
    return task(api, task_id)


def left() -> tuple[int, int]:
    return Resource.objects.count(), Relationship.objects.count()


def test_all_resources_of_a_profile_go_with_their_relationships(api: Api, linked: Source) -> None:
    shown = purged(api, OFFICES)
    assert (shown["kind"], shown["status"]) == ("PURGE", "SUCCESS")
    assert shown["taskId"].startswith("pg_")
    assert (shown["deletedCount"], shown["deletedRelationships"]) == (3, 6)
    assert shown["progress"]["total"] == shown["progress"]["done"] == 3
    assert [receipt["id"] for receipt in shown["receipts"]] == ["o0", "o1", "o2"]
    assert left() == (2, 0)


def test_relationships_go_alone(api: Api, linked: Source) -> None:
    shown = purged(api, LINKS)
    assert (shown["deletedCount"], left()) == (6, (5, 0))


def test_history_is_kept_and_names_the_task(api: Api, linked: Source) -> None:
    task_id = purged(api, OFFICES)["taskId"]
    changes = Change.objects.filter(action="DELETE")
    assert changes.count() == 9
    assert set(changes.values_list("task_id", flat=True)) == {task_id}
    check_history(linked)


def test_another_source_is_left_alone(api: Api, linked: Source) -> None:
    other = factories.clinic()
    make(other, offices=1)
    purged(api, OFFICES)
    assert Resource.objects.filter(source=other).count() == 1


def test_what_is_made_after_it_was_asked_stays(api: Api, linked: Source) -> None:
    task_id = purge(api, OFFICES)
    api.put("resources/office/later", {"data": {}})
    api.delete("resources/office/o1")
    api.put("resources/office/o1", {"data": {}})
    work(task_id)
    shown = task(api, task_id)
    assert (shown["status"], shown["deletedCount"]) == ("SUCCESS", 2)
    ids = Resource.objects.filter(profile__key="office").values_list("public_id", flat=True)
    assert set(ids) == {"later", "o1"}


@pytest.mark.parametrize(("remake", "expected"), [(True, (3, 2)), (False, (2, 2))])
def test_what_goes_or_is_made_again_while_it_runs_is_no_failure(
    api: Api, linked: Source, monkeypatch: pytest.MonkeyPatch, remake: bool, expected: Any
) -> None:
    """Between finding a record and deleting it."""

    def found_and_changed(*args: Any) -> Any:
        rows = find(*args)
        if rows:
            ask(linked, delete("office", "o1"))
            if remake:
                api.put("resources/office/o1", {"data": {}})
        return rows

    task_id = purge(api, OFFICES)
    monkeypatch.setattr("ingestion.tasks.purging.find", found_and_changed)
    work(task_id)
    shown = task(api, task_id)
    assert shown["status"] == "SUCCESS"
    assert [receipt["outcome"] for receipt in shown["receipts"]].count("REFUSED") == 1
    assert (left()[0], shown["deletedCount"]) == expected


def test_it_goes_on_after_a_worker_that_stopped(
    api: Api, linked: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.tasks.running.FIRST_CHUNK", 2)
    monkeypatch.setattr("ingestion.tasks.running.LEAST_CHUNK", 2)
    task_id = purge(api, LINKS)
    assert not run_share(UUID(hex=task_id[3:]), 0, lambda: True)
    assert left() == (5, 4)
    assert TaskShare.objects.get().next_index == 2
    work(task_id)
    shown = task(api, task_id)
    assert (shown["deletedCount"], shown["progress"]["done"]) == (6, 6)
    assert [receipt["index"] for receipt in shown["receipts"]] == list(range(6))


def test_an_empty_collection_is_purged(api: Api) -> None:
    shown = purged(api, OFFICES)
    assert (shown["status"], shown["deletedCount"]) == ("SUCCESS", 0)


def test_a_preview_tells_how_many_would_go_and_deletes_nothing(api: Api, linked: Source) -> None:
    answer = api.post("purge?mode=plan", OFFICES)
    assert answer.json == {"mode": "plan", **OFFICES, "resources": 3, "relationships": 6}
    answer = api.post("purge?mode=plan", LINKS)
    assert answer.json == {"mode": "plan", **LINKS, "resources": 0, "relationships": 6}
    assert left() == (5, 6)
    assert api.get("tasks").json["data"] == []


def test_a_definition_from_a_profile_to_itself_counts_once(api: Api, source: Source) -> None:
    side = {"profileKey": "provider", "includeCardinality": "0:*"}
    body = {"from": {**side, "includeKey": "leads"}, "to": {**side, "includeKey": "ledBy"}}
    factories.RelationshipDefinitionFactory.create(source=source, key="leads", body=body)
    make(source, providers=2)
    ask(source, link("leads", "p0.p1"), link("leads", "p0.p0"))
    providers = {**OFFICES, "collectionKey": "provider"}
    preview = api.post("purge?mode=plan", providers).json
    assert (preview["resources"], preview["relationships"]) == (2, 2)
    assert purged(api, providers)["deletedRelationships"] == 2


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, [("/collectionType", "enum"), ("/collectionKey", "type")]),
        ({**OFFICES, "all": True}, [("/all", "unknown")]),
        ({**OFFICES, "collectionType": "offices"}, [("/collectionType", "enum")]),
        ({**OFFICES, "collectionKey": 1}, [("/collectionKey", "type")]),
        ({**OFFICES, "collectionKey": "nurse"}, [("/collectionKey", "exists")]),
        ({**LINKS, "collectionKey": "office"}, [("/collectionKey", "exists")]),
        ([], [("", "type")]),
    ],
)
@pytest.mark.parametrize("path", ["purge", "purge?mode=plan"])
def test_what_is_no_collection_is_refused(api: Api, path: str, body: Any, faults: Any) -> None:
    answer = api.post(path, body)
    assert answer.status == 400
    assert answer.faults == faults


def test_another_mode_is_refused(api: Api) -> None:
    assert api.post("purge?mode=dry", OFFICES).faults == [("?mode", "parameter")]


def test_a_reader_purges_nothing(source: Source) -> None:
    assert Api(factories.make_key("reader"), source.key).post("purge", OFFICES).status == 403


def test_a_purge_that_is_sent_again_is_started_once(api: Api, linked: Source) -> None:
    first, second = [api.post("purge", OFFICES, idempotency_key="k") for _ in range(2)]
    assert second.text == first.text
    assert len(api.get("tasks").json["data"]) == 1


def test_a_preview_takes_no_part_in_keys(api: Api, linked: Source) -> None:
    preview = api.post("purge?mode=plan", OFFICES, idempotency_key="k")
    assert (preview.status, api.post("purge", OFFICES, idempotency_key="k").status) == (200, 202)


@pytest.mark.parametrize(
    ("collection", "expected"),
    [
        (Collection(Target.RESOURCE, "office"), ["o0", "o1", "o2"]),
        (
            Collection(Target.RELATIONSHIP, "provider-office"),
            ["p0.o0", "p0.o1", "p0.o2", "p1.o0", "p1.o1", "p1.o2"],
        ),
    ],
)
def test_the_walk_finds_each_record_once_whatever_the_page(
    linked: Source, monkeypatch: pytest.MonkeyPatch, collection: Collection, expected: list[str]
) -> None:
    contract = current_contract(linked.key)
    for size in (1, 2, 4, 100):
        monkeypatch.setattr("ingestion.tasks.purging.AT_A_TIME", size)
        found = walk(contract, collection, new_row_id())
        assert [".".join(each.ids) for each in found] == expected
