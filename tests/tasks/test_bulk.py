"""Bulks: in order, each operation with its receipt, whatever becomes of the others."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard
from django.test import override_settings

from ingestion.models import Change
from profiles.exact import encode
from tests.clients import Api
from tests.tasks.doing import NDJSON, done, lines, send, task, upsert, work

pytestmark = pytest.mark.django_db


def outcomes(shown: dict[str, list[dict[str, str]]]) -> list[str]:
    return [receipt["outcome"] for receipt in shown["receipts"]]


def test_every_operation_has_its_receipt(api: Api) -> None:
    shown = done(api, [upsert("one"), upsert("two", name=7), upsert("one")])
    assert outcomes(shown) == ["CREATED", "REFUSED", "UNCHANGED"]
    assert shown["status"] == "FAILURE"
    assert shown["progress"]["counts"] == {
        "created": 1,
        "changed": 0,
        "unchanged": 1,
        "deleted": 0,
        "refused": 1,
    }
    assert shown["progress"]["done"] == shown["progress"]["total"] == 3
    (fault,) = shown["receipts"][1]["error"]["details"]
    assert fault["path"] == "/data/name"


def test_operations_on_one_id_keep_their_order(api: Api) -> None:
    deleted = {"action": "DELETE", "delete": {"type": "provider", "id": "one"}}
    operations = [
        upsert("one", name="A"),
        deleted,
        upsert("one", name="B"),
        upsert("one", name="C"),
    ]
    assert outcomes(done(api, operations)) == ["CREATED", "DELETED", "CREATED", "CHANGED"]
    assert api.get("resources/provider/one").json["data"]["name"] == "C"
    assert Change.objects.filter(public_id="one").count() == 4


def test_an_envelope_is_taken_too(api: Api) -> None:
    body = {"operations": [upsert("one"), upsert("two")]}
    answer = api.post("resources/bulk", body)
    work(answer.json["taskId"])
    assert outcomes(task(api, answer.json["taskId"])) == ["CREATED", "CREATED"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"operations": {}}',
        b'{"operations": [1, 2}',
        b'{"operations": [], "more": 1}',
        b'{"operations": [], "operations": []}',
        b'{"operations": [{"a": 1]}',
    ],
)
def test_what_is_no_envelope_ends_the_task(api: Api, body: bytes) -> None:
    task_id = api.post("resources/bulk", body or b" ").json["taskId"]
    work(task_id)
    shown = task(api, task_id)
    assert (shown["status"], shown["error"]["code"]) == ("FAILURE", 400)


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)]
)
def test_a_body_may_be_packed(api: Api, encoding: str, pack: object) -> None:
    packed = pack(lines([upsert("one")])) + pack(lines([upsert("two")]))  # type: ignore[operator]
    answer = api.post("resources/bulk", packed, content_type=NDJSON, content_encoding=encoding)
    work(answer.json["taskId"])
    assert outcomes(task(api, answer.json["taskId"])) == ["CREATED", "CREATED"]


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)]
)
@pytest.mark.parametrize("part", ["cut", "spoiled", "followed"])
def test_a_broken_packed_body_is_refused_at_once(
    api: Api, uploads_folder: Path, encoding: str, pack: object, part: str
) -> None:
    packed: bytes = pack(lines([upsert(f"id-{number}") for number in range(100)]))  # type: ignore[operator]
    broken = {
        "cut": packed[:-9],
        "spoiled": packed[:20] + b"\xff\xff\xff\xff" + packed[24:],
        "followed": packed + b"more",
    }[part]
    answer = api.post("resources/bulk", broken, content_type=NDJSON, content_encoding=encoding)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert not list(uploads_folder.iterdir())
    assert api.get("tasks").json["data"] == []


@override_settings(MAX_BULK_STREAM_BYTES=1_000)
def test_a_body_is_measured_as_it_is_unpacked(api: Api, uploads_folder: Path) -> None:
    packed = gzip.compress(b" " * 10_000_000)
    answer = api.post("resources/bulk", packed, content_type=NDJSON, content_encoding="gzip")
    assert answer.error == (413, "CONTENT_TOO_LARGE")
    assert not list(uploads_folder.iterdir())


def test_what_is_kept_is_gone_when_it_is_done(api: Api, uploads_folder: Path) -> None:
    task_id = send(api, [upsert("one")])
    assert [file.name for file in uploads_folder.iterdir()] == [task_id]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda call: call())
        work(task_id)
    assert not list(uploads_folder.iterdir())


def test_a_line_that_is_too_long_takes_nothing_with_it(api: Api) -> None:
    long = b'{"action": "UPSERT", "upsert": {"id": "' + b"x" * 2_000_000 + b'"}}\n'
    body = lines([upsert("one")]) + long + lines([upsert("two")])
    answer = api.post("resources/bulk", body, content_type=NDJSON)
    work(answer.json["taskId"])
    shown = task(api, answer.json["taskId"])
    assert outcomes(shown) == ["CREATED", "REFUSED", "CREATED"]
    assert shown["receipts"][1]["error"]["code"] == 413


def test_rejects_are_corrected_and_sent_again(api: Api) -> None:
    shown = done(api, [upsert("one", name=7), upsert("two"), {"action": "UPSERT"}])
    text = api.get_stream(f"tasks/{shown['taskId']}/rejects")
    second, first = sorted(text.splitlines(), key=len)
    assert b'"faults":[{' in first
    again = done(api, [first.replace(b'"name":7', b'"name":"Ann"'), second])
    assert outcomes(again) == ["CREATED", "REFUSED"]
    (line,) = api.get_stream(f"tasks/{again['taskId']}/rejects").splitlines()
    assert line.count(b"faults") == 1


def test_a_plan_writes_nothing_and_says_what_would_be(api: Api) -> None:
    done(api, [upsert("one"), upsert("two")])
    before = Change.objects.count()
    operations = [upsert("one", name="New"), upsert("two"), upsert("three"), upsert("four", name=1)]
    answer = api.post("resources/bulk?mode=plan", lines(operations), content_type=NDJSON)
    work(answer.json["taskId"])
    shown = task(api, answer.json["taskId"])
    assert outcomes(shown) == ["CHANGED", "UNCHANGED", "CREATED", "REFUSED"]
    assert shown["receipts"][0]["changedPaths"] == ["/data/name"]
    assert Change.objects.count() == before


def test_a_plan_is_carried_out_but_for_what_has_moved(api: Api) -> None:
    done(api, [upsert("one"), upsert("two")])
    operations = [upsert("one", name="A"), upsert("two", name="B"), upsert("three"), upsert("four")]
    answer = api.post("resources/bulk?mode=plan", lines(operations), content_type=NDJSON)
    plan = answer.json["taskId"]
    assert api.post(f"tasks/{plan}/apply", b"").error == (409, "FAILED_PRECONDITION")
    work(plan)
    api.put("resources/provider/two", {"data": {"name": "Somebody else"}})
    api.put("resources/provider/four", {"data": {"name": "Somebody else"}})
    applied = api.post(f"tasks/{plan}/apply", b"")
    assert applied.status == 202
    work(applied.json["taskId"])
    shown = task(api, applied.json["taskId"])
    assert outcomes(shown) == ["CHANGED", "REFUSED", "CREATED", "REFUSED"]
    assert shown["receipts"][1]["error"]["code"] == 412
    assert shown["plan"] == plan
    assert api.post(f"tasks/{plan}/apply", b"").error == (409, "FAILED_PRECONDITION")


def test_a_task_is_cancelled_before_it_begins(api: Api, uploads_folder: Path) -> None:
    task_id = send(api, [upsert("one")])
    assert api.delete(f"tasks/{task_id}").json["status"] == "CANCELLED"
    work(task_id)
    assert api.get("resources/provider/one").status == 404
    assert api.delete(f"tasks/{task_id}").error == (409, "FAILED_PRECONDITION")


def test_relationships_have_a_bulk_of_their_own(api: Api) -> None:
    done(api, [upsert("one"), upsert("west", type="office")])
    link = {
        "type": "provider-office",
        "from": {"type": "provider", "id": "one"},
        "to": {"type": "office", "id": "west"},
    }
    shown = done(api, [{"action": "CREATE", "create": link}] * 2, "relationships/bulk")
    assert outcomes(shown) == ["CREATED", "REFUSED"]
    assert shown["receipts"][0]["id"] == "provider.one,office.west"


def test_receipts_come_page_by_page(api: Api) -> None:
    task_id = send(api, [upsert(f"id-{number}") for number in range(25)])
    work(task_id)
    found, cursor = [], ""
    while True:
        page = api.get(f"tasks/{task_id}?withReceipts=true&perPage=4{cursor}").json
        found += [receipt["index"] for receipt in page["receipts"]]
        if "cursor" not in page["meta"]:
            break
        cursor = f"&cursor={page['meta']['cursor']}"
    assert sorted(found) == list(range(25))


def test_a_lost_task_is_found_again(api: Api) -> None:
    first, second = send(api, [upsert("one")]), send(api, [upsert("two")])
    work(first)
    assert [row["taskId"] for row in api.get("tasks").json["data"]] == [second, first]
    assert [row["taskId"] for row in api.get("tasks?status=SUCCESS").json["data"]] == [first]
    page = api.get("tasks?perPage=1").json
    page = api.get(f"tasks?perPage=1&cursor={page['meta']['cursor']}").json
    assert [row["taskId"] for row in page["data"]] == [first]
    assert "cursor" not in page["meta"]


def test_a_single_write_is_told_by_its_change(api: Api) -> None:
    path = "resources/provider/one"
    for written, outcome in (
        (api.put(path, {"data": {"name": "Jane"}}), "CREATED"),
        (api.patch(path, {"data": {"name": "Jo"}}), "CHANGED"),
        (api.delete(path), "DELETED"),
        (api.post("resources/provider", {"id": "one", "data": {}}), "CREATED"),
    ):
        shown = api.get(f"tasks/{written.json['taskId']}").json
        (receipt,) = shown["receipts"]
        assert shown["status"] == receipt["status"] == "SUCCESS"
        assert (receipt["id"], receipt["outcome"]) == ("one", outcome)


def test_a_single_write_that_changed_nothing_left_no_task(api: Api) -> None:
    first, second = (api.put("resources/provider/one", {"data": {}}).json for _ in range(2))
    assert api.get(f"tasks/{first['taskId']}").status == 200
    assert api.get(f"tasks/{second['taskId']}").error == (404, "NOT_FOUND")


def test_what_is_no_format_of_ours_is_refused(api: Api) -> None:
    assert api.post("resources/bulk", b"x", content_type="text/plain").status == 415
    assert api.post("resources/bulk", b"x", content_encoding="br").status == 415
    assert api.post("resources/bulk?type=provider", encode({"operations": []})).status == 400
    assert api.post("resources/bulk", b"id\n", content_type="text/csv").status == 400
    assert api.post("resources/bulk?type=a/b", b"id\n", content_type="text/csv").status == 400


@pytest.mark.parametrize("query", ["perPage=1001", "cursor=x", "withReceipts=x"])
def test_every_parameter_of_a_task_is_judged(api: Api, query: str) -> None:
    written = api.put("resources/provider/one", {"data": {"name": "Jane"}}).json
    for task_id in (send(api, [upsert("one")]), written["taskId"]):
        assert api.get(f"tasks/{task_id}?{query}").status == 400


LINK = {"type": "provider-office", "id": "provider.ada,office.west"}
ENDS = {
    "type": "provider-office",
    "from": {"id": "ada", "type": "provider"},
    "to": {"id": "west", "type": "office"},
}


@pytest.mark.parametrize(
    ("path", "operation", "belongs"),
    [
        ("resources", {"action": "UPSERT", "upsert": ENDS}, "relationships"),
        ("resources", {"action": "DELETE", "delete": LINK}, "relationships"),
        ("relationships", upsert("ada"), "resources"),
        ("relationships", {"action": "CREATE", "create": {"type": "office"}}, "resources"),
    ],
)
def test_what_is_of_the_other_kind_hears_where_it_belongs(
    api: Api, path: str, operation: object, belongs: str
) -> None:
    (receipt,) = done(api, [operation], f"{path}/bulk")["receipts"]
    (fault,) = receipt["error"]["details"]
    assert (fault["path"], fault["rule"]) == ("/type", "place")
    assert fault["message"] == f"Names a {belongs[:-1]}, which belongs in `{belongs}/bulk`."


def test_a_type_of_no_kind_is_not_there(api: Api) -> None:
    shown = done(api, [{"action": "DELETE", "delete": {"type": "ghost", "id": "x"}}])
    assert shown["receipts"][0]["error"]["code"] == 404
