"""A bundle is written all or not at all, and says what became of each operation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingestion.models import Change, Resource, Task, TaskChunk, TaskShare
from profiles.models import Source
from relationships.models import Relationship
from tests import factories
from tests.bundle.asking import create, delete, faults, ids, link, outcomes, put, send
from tests.clients import Api
from tests.writing.replaying import check_history


def test_resources_and_relationships_are_written_together(api: Api, source: Source) -> None:
    answer = send(api, [create("provider", "ada"), put("office", "west")], [link("ada", "west")])
    assert (answer.status, answer.json["status"]) == (200, "PERSISTED")
    assert ids(answer) == ["ada", "west", "provider.ada,office.west"]
    assert outcomes(answer) == ["CREATED"] * 3
    assert api.get("relationships/provider-office/ada.west").status == 200
    check_history(source)


def test_every_change_has_the_one_task(api: Api) -> None:
    answer = send(api, [create("provider", "ada"), put("office", "west")], [link("ada", "west")])
    task = answer.json["taskId"]
    assert task.startswith("bd_")
    assert set(Change.objects.values_list("task_id", flat=True)) == {task}
    assert Change.objects.count() == 3


def test_a_receipt_tells_all_of_its_operation(api: Api) -> None:
    send(api, [put("office", "west")])
    answer = send(api, [put("office", "west"), put("office", "east")])
    first, second = answer.json["receipts"]
    assert first.pop("receivedAt") <= first.pop("completedAt")
    assert first == {
        "index": 0,
        "action": "UPSERT",
        "targetType": "RESOURCE",
        "id": "west",
        "type": "office",
        "status": "SUCCESS",
        "outcome": "UNCHANGED",
    }
    assert (second["index"], second["outcome"]) == (1, "CREATED")


def test_a_bundle_leaves_a_finished_task_with_its_receipts(api: Api) -> None:
    answer = send(api, [create("provider", "ada"), put("office", "west")], [link("ada", "west")])
    task = api.get(f"tasks/{answer.json['taskId']}?withReceipts=true").json
    assert (task["kind"], task["status"]) == ("BUNDLE", "SUCCESS")
    assert task["receipts"] == answer.json["receipts"]
    assert task["progress"]["total"] == task["progress"]["done"] == 3
    assert task["progress"]["counts"]["created"] == 3


def test_a_refused_bundle_leaves_a_task_that_failed(api: Api) -> None:
    resources = [put("office", "west"), put("provider", "ada", {"name": 1}), put("office", "west")]
    send(api, resources)
    (task,) = api.get("tasks").json["data"]
    assert (task["kind"], task["status"]) == ("BUNDLE", "FAILURE")
    assert task["progress"]["counts"]["refused"] == 3
    receipts = api.get(f"tasks/{task['taskId']}?withReceipts=true").json["receipts"]
    errors = [receipt["error"] for receipt in receipts]
    assert [error["type"] for error in errors] == [
        "FAILED_PRECONDITION",
        "INVALID_ARGUMENT",
        "INVALID_ARGUMENT",
    ]
    assert errors[1]["details"][0]["path"] == "/data/name"
    assert not Resource.objects.exists()


def test_a_task_of_a_bundle_holds_nothing_of_what_was_sent(api: Api) -> None:
    secret = "zzz-secret"
    send(api, [put("provider", "ada", {"practiceNumber": secret, "name": secret})])
    send(api, [put("provider", "ada", {"name": secret})])
    for model in (Task, TaskShare, TaskChunk):
        assert secret not in str(list(model.objects.values()))


def test_every_action_has_its_outcome(api: Api) -> None:
    send(api, [put("office", "west"), put("provider", "ada")], [link("ada", "west")])
    resources = [put("office", "west", {"name": "W"}), delete("provider", "ada")]
    assert outcomes(send(api, resources)) == ["CHANGED", "DELETED"]
    assert not Relationship.objects.exists()


def test_one_fault_keeps_all_from_being_done(api: Api) -> None:
    answer = send(api, [put("office", "west"), put("provider", "ada", {"name": 1})])
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert faults(answer) == [("resource", 1, "/data/name", "type")]
    assert not Resource.objects.exists()
    assert not Change.objects.exists()


def test_the_faults_of_all_operations_are_told(api: Api) -> None:
    operations = [
        put("office", "west", {"name": 1, "note": 2}),
        put("office", "east"),
        {"action": "PLACE"},
        "none",
        create("nurse"),
    ]
    links = [link("ada", "east"), link("bob", "a b")]
    answer = send(api, operations, links)
    assert answer.status == 400
    assert faults(answer) == [
        ("resource", 0, "/data/name", "type"),
        ("resource", 0, "/data/note", "type"),
        ("resource", 2, "/action", "enum"),
        ("resource", 3, "", "type"),
        ("resource", 4, "", "exists"),
        ("relationship", 0, "/from/id", "exists"),
        ("relationship", 1, "/to/id", "id"),
    ]


def test_an_end_is_not_missed_whose_own_operation_was_refused(api: Api) -> None:
    resources = [create("provider", "ada", {"name": 1}), put("office", "west")]
    answer = send(api, resources, [link("ada", "west"), link("bob", "west")])
    assert faults(answer) == [
        ("resource", 0, "/data/name", "type"),
        ("relationship", 1, "/from/id", "exists"),
    ]


@pytest.mark.parametrize(
    ("operation", "told", "error"),
    [
        (create("office", "west"), "/id unique", (409, "ALREADY_EXISTS")),
        (delete("office", "east"), " exists", (409, "FAILED_PRECONDITION")),
        (create("nurse"), " exists", (409, "FAILED_PRECONDITION")),
    ],
)
def test_what_stands_in_the_way_is_a_conflict(
    api: Api, operation: Any, told: str, error: tuple[int, str]
) -> None:
    send(api, [put("office", "west")])
    answer = send(api, [operation])
    assert answer.error == error
    assert [f"{path} {rule}" for _, _, path, rule in faults(answer)] == [told]


@pytest.mark.parametrize(
    "second",
    [put("office", "west"), create("office", "west"), delete("office", "west")],
)
def test_a_second_operation_on_a_resource_is_a_fault(api: Api, second: Any) -> None:
    answer = send(api, [put("office", "west"), second])
    assert answer.status == 400
    assert faults(answer) == [("resource", 1, "/id", "unique")]
    assert not Resource.objects.exists()


@pytest.mark.parametrize(
    "second",
    [
        link("ada", "west"),
        {"action": "UPSERT", "upsert": {"type": "provider-office", "id": "ada.west"}},
        {
            "action": "DELETE",
            "delete": {"type": "provider-office", "id": "provider.ada,office.west"},
        },
    ],
)
def test_a_second_operation_on_a_relationship_is_a_fault(api: Api, second: Any) -> None:
    send(api, [put("provider", "ada"), put("office", "west")])
    answer = send(api, [], [link("ada", "west"), second])
    assert answer.status == 400
    assert faults(answer) == [("relationship", 1, "/id", "unique")]
    assert not Relationship.objects.exists()


def test_the_same_id_of_another_type_is_another_record(api: Api) -> None:
    assert outcomes(send(api, [put("office", "a"), put("provider", "a")])) == ["CREATED"] * 2


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("[]", [("", "type")]),
        ("{", [("", "json")]),
        ({"operations": []}, [("/operations", "unknown")]),
        ({"resourceOperations": {}}, [("/resourceOperations", "type")]),
        (
            {"resourceOperations": 1, "relationshipOperations": "a"},
            [("/resourceOperations", "type"), ("/relationshipOperations", "type")],
        ),
    ],
)
def test_what_is_no_bundle_is_refused(api: Api, body: Any, expected: list[tuple[str, str]]) -> None:
    answer = api.post("bundle", body)
    assert answer.status == 400
    assert answer.faults == expected


@pytest.mark.parametrize("body", [{}, {"resourceOperations": None}, {"relationshipOperations": []}])
def test_an_empty_bundle_does_nothing(api: Api, body: Any) -> None:
    answer = api.post("bundle", body)
    assert (answer.status, answer.json["receipts"]) == (200, [])


def test_every_digit_of_a_bundle_comes_back(api: Api, source: Source) -> None:
    body = {"properties": {"part": {"type": "decimal"}}}
    factories.ProfileFactory.create(source=source, key="share", body=body)
    text = '{"type": "share", "id": "a", "data": {"part": 1.10}}'
    api.post("bundle", f'{{"resourceOperations": [{{"action": "UPSERT", "upsert": {text}}}]}}')
    assert '"part": 1.10' in api.get("resources/share/a").text


def test_a_bundle_may_be_so_large(api: Api, settings: Any) -> None:
    settings.MAX_BUNDLE_BYTES = 100
    body = json.dumps({"resourceOperations": []})
    assert api.post("bundle", body.ljust(100)).status == 200
    assert api.post("bundle", body.ljust(101)).error == (413, "CONTENT_TOO_LARGE")


def test_a_reader_sends_no_bundle(source: Source) -> None:
    assert send(Api(factories.make_key("reader"), source.key)).status == 403
    assert send(Api(factories.make_key("writer"), source.key)).status == 200


def test_a_bundle_that_is_sent_again_is_done_once(api: Api) -> None:
    first = send(api, [create("provider", "@rootId1")], idempotency_key="k")
    second = send(api, [create("provider", "@rootId1")], idempotency_key="k")
    assert second.text == first.text
    assert Resource.objects.count() == 1


def test_a_refused_bundle_that_is_sent_again_is_refused_again(api: Api) -> None:
    send(api, [put("office", "west")])
    first = send(api, [put("provider", "ada"), create("office", "west")], idempotency_key="k")
    api.delete("resources/office/west")
    second = send(api, [put("provider", "ada"), create("office", "west")], idempotency_key="k")
    assert (first.status, second.text) == (409, first.text)
    assert not Resource.objects.exists()


def test_what_stands_in_the_wrong_list_hears_where_it_belongs(api: Api) -> None:
    answer = send(api, [link("ada", "west")], [create("provider", "ada")])
    assert answer.status == 400
    assert [(one["path"], one["expected"]) for one in answer.json["details"]] == [
        ("/type", "relationshipOperations"),
        ("/type", "resourceOperations"),
    ]
