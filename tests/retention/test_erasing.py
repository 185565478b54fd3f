"""An erased record is found nowhere, whichever way it came in; what others sent stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase, override_settings

from ingestion.erasing import uploads as erasing_uploads
from ingestion.erasing.records import erasable, subject_of
from ingestion.erasing.requests import chunks_telling_of
from ingestion.models import Change, ErasureScope, Resource
from ingestion.operations import Target
from ingestion.tasks import uploads
from profiles.models import Source
from tests.admin.conftest import signed_in
from tests.admin.pages import Pages
from tests.clients import Answer, Api
from tests.feed.reading import page as feed_page
from tests.feed.seeing import own_changes_are_seen
from tests.history.past import operations
from tests.retention.searching import places_of
from tests.tasks.doing import NDJSON, done, lines, send, upsert, work
from tests.tasks.doors import load_door
from tests.undo.undoing import plan, reasons, undo

pytestmark = pytest.mark.django_db

MARK, OTHER, NEWEST = "mArk7Zq", "oTher8Xw", "nEwest9Yv"
ADA, BO, WEST = "resources/provider/ada", "resources/provider/bo", "resources/office/west"
LINK = "relationships/many/ada.west"
WHY = {"x_change_reason": "Asked for by the person"}


@pytest.fixture(autouse=True)
def _as_if_alone(uploads_folder: Path) -> Iterator[None]:
    """Each upload counts as sent long ago, each task is done by one."""
    with (
        patch.object(erasing_uploads, "UNDER_WAY", timedelta(0)),
        override_settings(BULK_SHARES=1),
        own_changes_are_seen(),
    ):
        yield


def erase(api: Api, path: str = ADA, query: str = "") -> Answer:
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = api.post(f"history/{path}/erase{query}", None, **WHY)
    assert answer.status == 200, answer.text
    return answer


def by_single_requests(api: Api, mark: str, id: str) -> None:
    path = f"resources/provider/{id}"
    body = {"id": id, "type": "provider", "data": {"name": mark}}
    assert api.post("resources/provider", body, idempotency_key=f"single-{id}").status == 201
    api.patch(path, {"data": {"specialities": [mark]}})
    assert api.put(path, {"data": {mark: 1}}).status == 400
    assert api.put(path, {"data": {"practiceNumber": mark}}).status == 400
    identifier = [{"system": "urn:x", "value": mark, "use": "official"}]
    api.put(path, {"data": {"name": mark}, "meta": {"identifier": identifier}})
    assert api.put(path, {"data": {}}).status == 200


def by_restoring(api: Api, id: str) -> None:
    path = f"resources/provider/{id}"
    *_, first = operations(api, path)
    address = f"history/{path}/operations/{first['operationId']}/restore"
    assert api.post(address, None, idempotency_key=f"restored-{id}").status == 200
    api.delete(path)
    assert api.post(address, None).status == 201


def by_links(api: Api, mark: str, id: str) -> None:
    path = f"relationships/many/{id}.west"
    assert api.put(path, {"data": {"note": mark}}).status == 201
    api.put(path, {"data": {}})
    api.delete(path)
    assert api.put(path, {"data": {"note": mark}}).status == 201
    assert api.put(f"relationships/many/{id}.nowhere", {"data": {"note": mark}}).status == 409


def by_tasks(source: Source, api: Api, mark: str, id: str) -> None:
    sent = [
        upsert(id, name=mark),
        upsert(id, practiceNumber=mark),
        {"action": "CREATE", "create": {"type": "provider", "id": id, "data": {"name": mark}}},
        b'{"action": "UPSERT", "upsert": {"type": "provider", "id": "%b", "data": {"name": "%b"}'
        % (id.encode(), mark.encode()),
    ]
    work(send(api, sent))
    link = {
        "type": "many",
        "from": {"type": "provider", "id": id},
        "to": {"type": "office", "id": "gone"},
        "data": {"note": mark},
    }
    work(send(api, [{"action": "CREATE", "create": link}], "relationships/bulk"))
    load_door(source, api, "resources", [json.dumps(upsert(id, name=mark + "!")).encode()])
    bundled = {"resourceOperations": [upsert(id, name=mark)]}
    assert api.post("bundle", bundled, idempotency_key=f"bundle-{id}").status == 200


def by_undoing(api: Api, mark: str, id: str) -> None:
    """One that goes back and forth, and one that is in conflict with what came since."""
    shown = done(api, [upsert(id, name=f"{mark}#")])
    back = undo(api, undo(api, shown["taskId"])["taskId"])
    api.put(f"resources/provider/{id}", {"data": {"name": f"{mark}%"}})
    assert reasons(api, undo(api, back["taskId"])) == {id: "CHANGED_SINCE"}
    assert reasons(api, plan(api, shown["taskId"])) == {id: "CHANGED_SINCE"}


def by_what_waits(source: Source, api: Api, mark: str, id: str) -> str:
    """A plan, as lines and as a document, and a draft of the admin; the id of the first plan."""
    body = lines([upsert(id, name=mark, specialities=[mark])])
    planned = api.post("resources/bulk?mode=plan", body, content_type=NDJSON).json["taskId"]
    work(planned)
    table = f"id,name\n{id},{mark}\n".encode()
    csv = api.post("resources/bulk?mode=plan&type=provider", table, content_type="text/csv")
    work(csv.json["taskId"])
    document = {"operations": [upsert(id, name=mark)]}
    work(api.post("resources/bulk?mode=plan", document).json["taskId"])
    pages = Pages(signed_in(username=f"sue-{id}", is_superuser=True))
    upload = {
        "of": f"RESOURCE:{source.key}/provider",
        "file": SimpleUploadedFile("a.csv", table),
    }
    assert pages.send("/admin/ingestion/task/add/", upload).status == 200
    resource = Resource.objects.get(source=source, public_id=id)
    pages.change(resource, data=json.dumps({"name": mark + "?"}))
    return str(planned)


@pytest.fixture
def everywhere(world: Source, api: Api) -> Source:
    """Of two providers something is in every place that there is."""
    api.put(WEST, {"data": {}})
    for id, mark in (("ada", MARK), ("bo", OTHER)):
        by_single_requests(api, mark, id)
        by_restoring(api, id)
        by_links(api, mark, id)
        by_tasks(world, api, mark, id)
        by_undoing(api, mark, id)
        by_what_waits(world, api, mark, id)
    return world


def test_nothing_of_it_is_found_anywhere(
    everywhere: Source, api: Api, uploads_folder: Path
) -> None:
    before, others = places_of(MARK, uploads_folder), places_of(OTHER, uploads_folder)
    assert {place.partition(":")[0] for place in before} >= {
        "ingestion_resource.data",
        "relationships_relationship.data",
        "ingestion_change.data",
        "ingestion_change.identifiers",
        "ingestion_receipt.error",
        "ingestion_taskchunk.rejects",
        "ingestion_keptanswer.body",
    }
    assert len([place for place in before if place.startswith("bk_")]) >= 4
    told = erase(api).json["erased"]
    assert places_of(MARK, uploads_folder) == []
    assert all(told.values()), told
    assert places_of(OTHER, uploads_folder) == others
    check_asked_again(api)
    check_not_done_again(api)


def check_asked_again(api: Api) -> None:
    assert erase(api).json == {
        "scope": "all",
        "reason": WHY["x_change_reason"],
        "erased": dict.fromkeys(("changes", "receipts", "rejects", "answers", "uploads"), 0),
    }


def check_not_done_again(api: Api) -> None:
    body = {"id": "ada", "type": "provider", "data": {"name": MARK}}
    again = api.post("resources/provider", body, idempotency_key="single-ada")
    assert (again.status, again.faults) == (410, [("", "erased")])
    assert api.get(ADA).status == 404


def test_the_past_alone_is_erased(world: Source, api: Api, uploads_folder: Path) -> None:
    api.put(WEST, {"data": {}})
    by_single_requests(api, MARK, "ada")
    by_restoring(api, "ada")
    by_links(api, MARK, "ada")
    api.put(ADA, {"data": {"name": NEWEST}})
    api.put(LINK, {"data": {"note": NEWEST}})
    erase(api, ADA, "?scope=past")
    assert places_of(MARK, uploads_folder) == []
    assert api.get(ADA).json["data"] == {"name": NEWEST}
    assert api.get(LINK).json["data"] == {"note": NEWEST}
    newest, *older = operations(api, ADA)
    assert "erased" not in newest
    assert all(each["erased"] for each in older)


def test_rejects_may_still_be_sent_again(world: Source, api: Api) -> None:
    api.put(ADA, {"data": {}})
    body = [upsert("ada", practiceNumber=MARK), upsert("cy", practiceNumber=OTHER)]
    task_id = send(api, body)
    work(task_id)
    erase(api)
    rejects = api.get_stream(f"tasks/{task_id}/rejects").splitlines()
    assert [line[:1] for line in sorted(rejects)] == [b"#", b"{"]
    receipts = api.get(f"tasks/{task_id}?withReceipts=true").json["receipts"]
    assert {one["id"]: one["error"]["details"][0]["rule"] for one in receipts} == {
        "ada": "erased",
        "cy": "type",
    }


def test_receipts_of_what_was_done_need_no_look(world: Source, api: Api) -> None:
    """There may be a million of them, and they tell nothing but that it was done."""
    done(api, [upsert("ada"), upsert("bo")])
    record = erasable(world.key, Target.RESOURCE, "provider", "ada")
    assert not list(chunks_telling_of(subject_of(record, ErasureScope.ALL)))
    done(api, [upsert("ada", practiceNumber=MARK)])
    assert len(list(chunks_telling_of(subject_of(record, ErasureScope.ALL)))) == 1


def test_a_plan_whose_upload_went_says_so(world: Source, api: Api) -> None:
    api.put(ADA, {"data": {}})
    plan = by_what_waits(world, api, MARK, "ada")
    erase(api)
    assert api.post(f"tasks/{plan}/apply", None).status == 409
    assert api.get(f"tasks/{plan}").json["error"]["details"][0]["rule"] == "erased"


def test_a_task_that_has_not_ended_stands_in_the_way(world: Source, api: Api) -> None:
    api.put(ADA, {"data": {"name": MARK}})
    other = send(api, [upsert("bo")])
    task_id = send(api, [upsert("ada", name=MARK)])
    answer = api.post(f"history/{ADA}/erase", None, **WHY)
    assert (answer.status, answer.faults) == (409, [("", "busy")])
    assert answer.json["details"][0]["expected"] == [task_id]
    assert api.get(ADA).json["data"] == {"name": MARK}
    work(task_id)
    erase(api)
    work(other)
    assert api.get(BO).status == 200


def test_what_is_just_being_sent_stands_in_the_way(world: Source, api: Api) -> None:
    api.put(ADA, {"data": {}})
    uploads.storage().save("bk_0", SimpleUploadedFile("x", b'{"id": "ada"}'))
    with patch.object(erasing_uploads, "UNDER_WAY", timedelta(hours=1)):
        answer = api.post(f"history/{ADA}/erase", None, **WHY)
    assert (answer.status, answer.faults) == (409, [("", "busy")])


def test_that_it_was_there_stays(world: Source, api: Api) -> None:
    api.put(WEST, {"data": {}})
    api.put(ADA, {"data": {"name": MARK}})
    api.put(LINK, {"data": {"note": MARK}})
    before, _ = feed_page(api)
    assert erase(api).json["taskId"] == operations(api, ADA)[0]["taskId"]
    after, _ = feed_page(api)
    told = [(one["action"], one["id"], one.get("erased", False)) for one in after[-4:]]
    link = "provider.ada,office.west"
    assert told == [
        ("UPSERT", "ada", True),
        ("UPSERT", link, True),
        ("DELETE", "ada", True),
        ("DELETE", link, True),
    ]
    assert [one["id"] for one in after[:-2]] == [one["id"] for one in before]
    assert {one.get("resource", one.get("relationship")) for one in after[-4:]} == {None}
    assert [one["reason"] for one in after[-2:]] == [WHY["x_change_reason"]] * 2
    bare, _ = feed_page(api, None, "payload=none")
    assert "resource" not in bare[-2]
    assert bare[-2]["erased"] is True


def test_history_says_that_it_was_erased(world: Source, api: Api) -> None:
    api.put(ADA, {"data": {"name": "a"}})
    api.put(ADA, {"data": {"name": "b"}})
    erase(api, ADA, "?scope=past")
    newest, oldest = operations(api, ADA)
    one = f"history/{ADA}/operations/{oldest['operationId']}"
    assert api.get(one).json == oldest
    assert api.get(f"{one}?withPayload=true").json == {**oldest, "payload": None}
    for answer in (
        api.get(f"{one}/diff/{newest['operationId']}"),
        api.post(f"{one}/restore", None),
        api.get(f"{ADA}?at={oldest['timestamp']}"),
    ):
        assert (answer.status, answer.faults) == (410, [("", "erased")])
    then = api.get(f"resources/provider?at={oldest['timestamp']}").json
    assert "ada" not in [one["id"] for one in then["data"]]
    assert then["meta"]["erased"] == 1
    assert api.get(ADA).json["data"] == {"name": "b"}


def test_included_records_that_were_erased_are_counted(world: Source, api: Api) -> None:
    api.put(WEST, {"data": {}})
    api.put(ADA, {"data": {"name": MARK}})
    api.put(LINK, {"data": {}})
    linked = operations(api, LINK)[0]["timestamp"]
    erase(api)
    answer = api.get(f"{WEST}?at={linked}&include=many-from")
    assert answer.json["included"] == {"relationships": [], "resources": []}
    assert answer.json["erased"] == 2
    page = api.get(f"resources/office?at={linked}&include=many-from").json
    assert page["meta"]["erased"] == 2


def test_what_went_along_does_not_come_back_empty(world: Source, api: Api) -> None:
    """The office is restored; its link to somebody who was erased is not."""
    api.put(WEST, {"data": {"name": "West"}})
    api.put(ADA, {"data": {}})
    api.put(LINK, {"data": {"note": MARK}})
    api.delete(WEST)
    erase(api)
    newest = operations(api, WEST)[0]["operationId"]
    answer = api.post(f"history/{WEST}/operations/{newest}/restore", None)
    assert answer.status == 201
    assert answer.json["restored"] == []
    (lost,) = answer.json["notRestored"]
    assert lost["error"]["code"] == 410


def test_a_relationship_is_erased_alone(world: Source, api: Api, uploads_folder: Path) -> None:
    api.put(WEST, {"data": {}})
    api.put(ADA, {"data": {"name": OTHER}})
    api.put(LINK, {"data": {"note": MARK}})
    erase(api, LINK)
    assert places_of(MARK, uploads_folder) == []
    assert api.get(ADA).json["data"] == {"name": OTHER}
    assert api.get(LINK).status == 404


def test_it_is_for_admins_and_needs_a_reason(world: Source, api: Api) -> None:
    api.put(ADA, {"data": {}})
    path = f"history/{ADA}/erase"
    assert api.post(path, None).error == (400, "INVALID_ARGUMENT")
    for body in ({}, {"reason": ""}, {"reason": 1}, {"reason": "a", "b": 1}, {"reason": "a\nb"}):
        assert api.post(path, body).status == 400, body
        assert api.post(path, body, **WHY).status == 400, body
    assert api.get(ADA).status == 200
    assert api.post(path, {"reason": "Why not"}).json["reason"] == "Why not"
    assert Change.objects.filter(public_id="ada", is_erased=False).count() == 0


def test_preconditions_hold(world: Source, api: Api) -> None:
    etag = api.put(ADA, {"data": {}}).etag
    api.put(ADA, {"data": {"name": "b"}})
    assert api.post(f"history/{ADA}/erase", None, if_match=etag, **WHY).status == 412
    assert api.get(ADA).status == 200


def test_what_never_was_is_not_found(world: Source, api: Api) -> None:
    assert api.post("history/resources/provider/nobody/erase", None, **WHY).status == 404


def test_what_was_refused_is_erased_where_nothing_else_is_left(
    world: Source, api: Api, uploads_folder: Path
) -> None:
    """Of who never was there, and of who was, but of that nothing is kept any more."""
    work(send(api, [upsert("ada", practiceNumber=MARK)]))
    assert places_of(MARK, uploads_folder)
    told = erase(api).json
    assert "taskId" not in told
    assert (told["erased"]["changes"], told["erased"]["rejects"]) == (0, 1)
    assert places_of(MARK, uploads_folder) == []


def test_a_new_life_begins_after_it(world: Source, api: Api) -> None:
    api.put(ADA, {"data": {"name": MARK}})
    erase(api)
    assert api.put(ADA, {"data": {"name": "new"}}).status == 201
    newest, *older = operations(api, ADA)
    assert "erased" not in newest
    assert [one["action"] for one in older] == ["DELETE", "UPSERT"]
