"""What a write leaves behind: one change, or one small receipt of its refusal."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from ingestion.models import Change, Receipt
from profiles.models import ApiKey, Source
from tests import factories
from tests.clients import Answer, Api

CARD = {"id": "visa", "type": "paymentMethod", "data": {"value": "Visa"}}
PROVIDER = "resources/provider/ada"
OFFICE = "resources/office/west"
LINK = "relationships/provider-office/ada.west"


def last_change() -> Change:
    return Change.objects.order_by("seq")[Change.objects.count() - 1]


def told(change: Change) -> tuple[str, str, str, str, int]:
    parts = (change.target, change.collection, change.public_id, change.action)
    return (*parts, change.version)


@pytest.fixture
def stored(api: Api) -> Api:
    api.put(PROVIDER, {"data": {"name": "Ada"}})
    api.put(OFFICE, {"data": {}, "contained": {"primaryPaymentMethod": [CARD]}})
    api.put(LINK, {"data": {"effective": {}}})
    return api


WRITES: list[tuple[str, str, Any, tuple[str, str, str, str, int]]] = [
    ("POST", "resources/provider", {"id": "b", "data": {}},
     ("RESOURCE", "provider", "b", "CREATE", 1)),
    ("PUT", "resources/provider/b", {"data": {}}, ("RESOURCE", "provider", "b", "UPSERT", 1)),
    ("PUT", PROVIDER, {"data": {}}, ("RESOURCE", "provider", "ada", "UPSERT", 2)),
    ("PATCH", PROVIDER, {"data": {"name": "B"}}, ("RESOURCE", "provider", "ada", "UPDATE", 2)),
    ("PATCH", PROVIDER, [{"op": "remove", "path": "/data/name"}],
     ("RESOURCE", "provider", "ada", "UPDATE", 2)),
    ("POST", f"{OFFICE}/alternativePaymentMethods", CARD,
     ("RESOURCE", "office", "west", "UPDATE", 2)),
    ("PUT", f"{OFFICE}/primaryPaymentMethod/visa", {**CARD, "data": {}},
     ("RESOURCE", "office", "west", "UPDATE", 2)),
    ("DELETE", f"{OFFICE}/primaryPaymentMethod/visa", None,
     ("RESOURCE", "office", "west", "UPDATE", 2)),
    ("PUT", LINK, {}, ("RELATIONSHIP", "provider-office", "provider.ada,office.west", "UPSERT", 2)),
    ("PATCH", LINK, {"data": None},
     ("RELATIONSHIP", "provider-office", "provider.ada,office.west", "UPDATE", 2)),
    ("DELETE", LINK, None,
     ("RELATIONSHIP", "provider-office", "provider.ada,office.west", "DELETE", 1)),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "expected"), WRITES)
def test_a_write_leaves_one_change(
    stored: Api, method: str, path: str, body: Any, expected: tuple[str, str, str, str, int]
) -> None:
    before = Change.objects.count()
    answer = stored.send(method, path, body)
    assert answer.status in (200, 201), answer.text
    assert Change.objects.count() == before + 1
    change = last_change()
    assert told(change) == expected
    assert change.task_id == answer.json["taskId"]
    assert not Receipt.objects.exists()


def test_a_change_names_who_wrote(source: Source) -> None:
    key = factories.make_key("writer")
    Api(key, source.key).put(PROVIDER, {"data": {}})
    row = ApiKey.objects.get()
    assert last_change().actor == f"key:{row.prefix} {row.name}"
    assert key.partition(".")[2] not in last_change().actor


def test_a_change_holds_the_whole_record_as_it_then_was(api: Api) -> None:
    meta = {"identifier": [{"value": "1"}], "createdAt": "2001-02-03T04:05:06Z"}
    api.put(OFFICE, {"data": {"name": "A"}, "meta": meta})
    shown = api.put(f"{OFFICE}/primaryPaymentMethod/visa", CARD).resource
    api.put(OFFICE, {"data": {"name": "C"}})
    first, second, third = Change.objects.order_by("seq")
    assert first.data == {"name": "A"}
    assert first.contained == {}
    assert (second.data, second.contained) == (shown["data"], shown["contained"])
    assert third.data == {"name": "C"}
    assert {change.created_at.year for change in (first, second, third)} == {2001}
    assert [change.identifiers for change in (first, third)] == [meta["identifier"]] * 2
    assert second.updated_at.isoformat().replace("+00:00", "Z") == shown["meta"]["updatedAt"]
    assert {change.record_id for change in (first, second, third)} == {first.record_id}


def test_a_change_keeps_every_digit(api: Api, source: Source) -> None:
    factories.ProfileFactory.create(
        source=source, key="share", body={"properties": {"part": {"type": "decimal"}}}
    )
    api.put("resources/share/a", '{"data":{"part":1.10}}')
    assert str(last_change().data["part"]) == "1.10"


def test_the_change_of_a_deletion_holds_the_last_state(stored: Api) -> None:
    stored.put(PROVIDER, {"data": {"name": "Last"}})
    stored.delete(PROVIDER)
    resource, link = Change.objects.order_by("seq")[Change.objects.count() - 2 :]
    assert (resource.target, resource.action, resource.version) == ("RESOURCE", "DELETE", 2)
    assert resource.data == {"name": "Last"}
    assert (link.target, link.action) == ("RELATIONSHIP", "DELETE")
    assert link.public_id == "provider.ada,office.west"
    assert link.data == {"effective": {}}


def test_what_goes_along_with_a_deletion_has_its_task_and_its_actor(stored: Api) -> None:
    answer = stored.delete(PROVIDER)
    along = Change.objects.get(target="RELATIONSHIP", action="DELETE")
    assert along.task_id == answer.json["taskId"]
    assert along.actor == Change.objects.get(target="RESOURCE", action="DELETE").actor


def test_the_times_of_a_records_changes_rise(api: Api) -> None:
    for n in range(5):
        api.put(PROVIDER, {"data": {"practiceNumber": n}})
    changes = list(Change.objects.order_by("seq"))
    steps = [b.at - a.at for a, b in pairwise(changes)]
    assert min(steps) >= timedelta(microseconds=1)
    assert [change.version for change in changes] == [1, 2, 3, 4, 5]


def test_an_imported_time_does_not_move_the_time_of_the_change(api: Api) -> None:
    meta = {"createdAt": "2001-01-01T00:00:00Z", "updatedAt": "2001-01-01T00:00:00Z"}
    api.put(PROVIDER, {"data": {}, "meta": meta})
    assert last_change().at.year > 2001
    assert last_change().updated_at.year == 2001


def test_every_write_is_a_task_of_its_own(stored: Api) -> None:
    tasks = [
        stored.put(PROVIDER, {"data": {"name": "B"}}).json["taskId"],
        stored.put(PROVIDER, {"data": {"name": "B"}}).json["taskId"],
        stored.patch(LINK, {}).json["taskId"],
        stored.delete(LINK).json["taskId"],
    ]
    assert len(set(tasks)) == 4
    assert all(task.startswith("s_") and len(task) == 34 for task in tasks)


def test_a_write_without_effect_leaves_neither_change_nor_receipt(stored: Api) -> None:
    before = Change.objects.count()
    stored.put(PROVIDER, {"data": {"name": "Ada"}})
    assert Change.objects.count() == before
    assert not Receipt.objects.exists()


def test_a_read_leaves_nothing(stored: Api) -> None:
    before = Change.objects.count()
    stored.get(PROVIDER)
    stored.get("resources/provider/nobody")
    assert (Change.objects.count(), Receipt.objects.count()) == (before, 0)


Refusal = tuple[str, str, Any, str, tuple[str, str, str, str], int]
"""Method, path, body, If-Match; target, collection, id and action of its receipt; its status."""

REFUSALS: list[Refusal] = [
    ("POST", "resources/provider", {"id": "ada", "data": {}}, "",
     ("RESOURCE", "provider", "ada", "CREATE"), 409),
    ("PUT", PROVIDER, {"data": {"name": 1}}, "", ("RESOURCE", "provider", "ada", "UPSERT"), 400),
    ("PUT", PROVIDER, {"data": {}}, '"x"', ("RESOURCE", "provider", "ada", "UPSERT"), 412),
    ("PATCH", PROVIDER, {"data": 1}, "", ("RESOURCE", "provider", "ada", "UPDATE"), 400),
    ("PATCH", PROVIDER, [{"op": "remove", "path": "/data/x"}], "",
     ("RESOURCE", "provider", "ada", "UPDATE"), 400),
    ("DELETE", "resources/provider/no", None, "", ("RESOURCE", "provider", "no", "DELETE"), 404),
    ("PUT", "resources/nurse/a", {"data": {}}, "", ("RESOURCE", "nurse", "a", "UPSERT"), 404),
    ("POST", f"{OFFICE}/primaryPaymentMethod", CARD, "",
     ("RESOURCE", "office", "west", "UPDATE"), 409),
    ("POST", "relationships/provider-office", {}, "",
     ("RELATIONSHIP", "provider-office", "", "CREATE"), 400),
    ("PUT", "relationships/provider-office/no.west", {}, "",
     ("RELATIONSHIP", "provider-office", "provider.no,office.west", "UPSERT"), 409),
    ("DELETE", LINK, None, '"x"',
     ("RELATIONSHIP", "provider-office", "provider.ada,office.west", "DELETE"), 412),
]  # fmt: skip


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal[0]} {refusal[1]}")
def test_a_refused_write_leaves_one_receipt_and_no_change(stored: Api, refusal: Refusal) -> None:
    method, path, body, etag, expected, status = refusal
    before = Change.objects.count()
    headers = {"if_match": etag} if etag else {}
    answer = stored.send(method, path, body, **headers)
    assert answer.status == status
    receipt = Receipt.objects.get()
    parts = (receipt.target, receipt.collection, receipt.public_id, receipt.action)
    assert parts == expected
    assert receipt.task_id.startswith("s_")
    assert receipt.received_at <= receipt.completed_at
    assert receipt.actor == last_change().actor
    assert Change.objects.count() == before


def test_a_receipt_holds_the_error_that_was_answered(stored: Api) -> None:
    answer = stored.put(PROVIDER, {"data": {"name": 1, "x": 2}})
    assert Receipt.objects.get().error == answer.json


def test_a_receipt_holds_nothing_of_what_was_sent(stored: Api) -> None:
    secret = "zzz-secret"
    stored.put(PROVIDER, {"data": {"practiceNumber": secret}, "meta": {"createdAt": secret}})
    row = Receipt.objects.values().get()
    assert secret not in str(row)


@pytest.mark.parametrize("id", ["x" * 5_000, "é" * 400, "a.b", "%01"])
def test_a_receipt_has_room_for_any_address(api: Api, id: str) -> None:
    answer: Answer = api.put(f"resources/{id}/{id}", {"data": {}})
    assert answer.status in (400, 404)
    assert Receipt.objects.count() == 1


def test_who_may_not_write_leaves_no_receipt(stored: Api, source: Source) -> None:
    """Otherwise anybody could fill the database."""
    Api(factories.make_key("reader"), source.key).put(PROVIDER, {"data": {}})
    Api(None, source.key).put(PROVIDER, {"data": {}})
    stored.put("/sources/nowhere/v1/resources/provider/a", {"data": {}})
    assert not Receipt.objects.exists()
