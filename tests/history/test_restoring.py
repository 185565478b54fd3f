"""An old state becomes the newest, through the write path; what was deleted comes back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ingestion.models import Change, Receipt
from ingestion.past.changes import last_change
from profiles.definitions import profiles
from profiles.models import Source
from relationships.models import Relationship
from tests import examples, factories
from tests.clients import Api
from tests.history.past import LINK, LINKED, newest, one, operations, restore
from tests.writing.asking import (
    ask,
    create,
    define_link,
    delete,
    link,
    make,
    put,
    resource,
    save,
    unlink,
)

pytestmark = pytest.mark.django_db

CLERK = "resources/clerk/c"


@pytest.fixture
def clerk(world: Source, api: Api) -> str:
    """The first operation of a clerk who was changed since."""
    part = {"id": "a", "type": "paymentMethod", "data": {"value": "x"}}
    meta = {"createdAt": "2001-02-03T04:05:06Z", "identifier": [{"system": "u:x", "value": "1"}]}
    body = {"data": {"fee": Decimal("1.10")}, "contained": {"parts": [part]}, "meta": meta}
    api.put(CLERK, body)
    first = newest(api, CLERK)
    api.put(CLERK, {"data": {"name": "b"}, "meta": {"identifier": []}})
    return first


def said(answer: Any) -> tuple[int, list[str], list[str]]:
    """The status, what came back along, and why the rest could not."""
    body = answer.json
    lost = [one["error"]["details"][0]["rule"] for one in body["notRestored"]]
    return answer.status, [one["id"] for one in body["restored"]], lost


def test_the_old_state_is_a_new_version_of_the_same_life(api: Api, clerk: str) -> None:
    old = api.get(f"{one(CLERK, clerk)}?withPayload=true").json["payload"]
    answer = restore(api, CLERK, clerk, x_change_reason="It was right.")
    assert said(answer) == (200, [], [])
    shown = api.get(CLERK)
    assert answer.resource == shown.json
    assert (answer.etag, shown.json["meta"]["version"]) == (shown.etag, 3)
    assert '"fee": 1.10' in shown.text
    for member in ("data", "contained"):
        assert shown.json[member] == old[member]
    for member in ("createdAt", "identifier"):
        assert shown.json["meta"][member] == old["meta"][member]
    change = operations(api, CLERK)[0]
    assert (change["action"], change["reason"]) == ("UPSERT", "It was right.")
    assert change["taskId"] == answer.json["taskId"]


def test_what_is_there_is_restored_without_a_change(api: Api, clerk: str) -> None:
    answer = restore(api, CLERK, newest(api, CLERK))
    assert (answer.status, answer.resource["meta"]["version"]) == (200, 2)
    assert len(operations(api, CLERK)) == 2


def test_if_match_holds(api: Api, clerk: str) -> None:
    assert restore(api, CLERK, clerk, if_match='"other"').status == 412
    assert restore(api, CLERK, clerk, if_match=api.get(CLERK).etag).status == 200
    api.delete(CLERK)
    assert restore(api, CLERK, clerk, if_match="*").status == 412


def test_a_key_has_it_done_once(api: Api, clerk: str) -> None:
    first, second = (restore(api, CLERK, clerk, idempotency_key="k") for _ in range(2))
    assert (first.status, first.text) == (second.status, second.text)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(operations(api, CLERK)) == 3


def test_a_reader_restores_nothing(world: Source, api: Api, clerk: str) -> None:
    reader = Api(factories.make_key("reader"), world.key)
    assert restore(reader, CLERK, clerk).error == (403, "PERMISSION_DENIED")


def test_what_was_deleted_comes_back_with_its_relationships(world: Source, api: Api) -> None:
    ask(world, link("many", "p0.o0", {"note": "a"}), link("few", "p0.o0"), link("many", "p1.o0"))
    ask(world, unlink("many", "p1.o0"))
    before = api.get("resources/office/o0").json
    api.delete("resources/office/o0")
    answer = restore(api, "resources/office/o0", newest(api, "resources/office/o0"))
    assert said(answer) == (201, [LINKED, LINKED], [])
    assert answer.headers["Location"].endswith("/resources/office/o0")
    shown = answer.resource
    assert shown["meta"]["createdAt"] == before["meta"]["createdAt"]
    assert (shown["meta"]["version"], shown["data"]) == (1, before["data"])
    assert api.get("relationships/many/p0.o0").json["data"] == {"note": "a"}
    assert Relationship.objects.filter(source=world).count() == 2
    tasks = set(Change.objects.filter(source=world).order_by("-seq")[:3].values_list("task_id"))
    assert tasks == {(answer.json["taskId"],)}


def test_what_does_not_fit_any_more_is_told(world: Source, api: Api) -> None:
    links = [link("many", "p0.o0"), link("many", "p1.o0"), link("few", "p0.o0")]
    ask(world, *links)
    ask(world, delete("office", "o0"))
    ask(world, delete("provider", "p1"), link("few", "p0.o1"))
    answer = restore(api, "resources/office/o0", newest(api, "resources/office/o0"))
    assert said(answer) == (201, [LINKED], ["exists", "cardinality"])
    told = [(lost["type"], lost["id"]) for lost in answer.json["notRestored"]]
    assert told == [("many", "provider.p1,office.o0"), ("few", LINKED)]


def test_of_two_that_went_together_the_second_brings_their_link(world: Source, api: Api) -> None:
    ask(world, link("many", "p0.o0"))
    ask(world, delete("provider", "p0"), delete("office", "o0"), task_id="bk_1")
    provider, office = "resources/provider/p0", "resources/office/o0"
    assert said(restore(api, provider, newest(api, provider))) == (201, [], ["exists"])
    assert said(restore(api, office, newest(api, office))) == (201, [LINKED], [])


def test_links_of_an_earlier_deletion_stay_away(world: Source, api: Api) -> None:
    ask(world, link("many", "p0.o0"))
    ask(world, delete("office", "o0"))
    ask(world, create("office", "o0"))
    ask(world, delete("office", "o0"))
    answer = restore(api, "resources/office/o0", newest(api, "resources/office/o0"))
    assert said(answer) == (201, [], [])


def test_ids_that_look_alike_are_told_apart(world: Source, api: Api) -> None:
    """In LIKE, `_` stands for any character."""
    ask(world, create("office", "a_b"), create("office", "axb"))
    ask(world, link("many", "p0.axb"), link("many", "p0.a_b"))
    ask(world, delete("office", "axb"), delete("office", "a_b"))
    answer = restore(api, "resources/office/a_b", newest(api, "resources/office/a_b"))
    assert said(answer) == (201, ["provider.p0,office.a_b"], [])


def test_a_relationship_comes_back_alone(world: Source, api: Api) -> None:
    path = f"relationships/{LINK}/p0.o0"
    ask(world, link(LINK, "p0.o0", {"effective": {"start": "2024"}}))
    before = api.get(path).json
    ask(world, unlink(LINK, "p0.o0"))
    answer = restore(api, path, newest(api, path))
    assert said(answer) == (201, [], [])
    assert answer.relationship["data"] == before["data"]
    assert answer.relationship["meta"]["createdAt"] == before["meta"]["createdAt"]
    ask(world, delete("office", "o0"))
    refused = restore(api, path, newest(api, path))
    assert (refused.status, refused.faults) == (409, [("/to/id", "exists")])


def test_the_present_profile_judges_and_nothing_comes_back(world: Source, api: Api) -> None:
    ask(world, link("many", "p0.o0"))
    ask(world, delete("office", "o0"))
    needed = {"phone": {"type": "symbol", "rules": [{"required": True}]}}
    save(profiles, world, "office", {**examples.OFFICE, "properties": needed})
    answer = restore(api, "resources/office/o0", newest(api, "resources/office/o0"))
    assert (answer.status, answer.faults) == (400, [("/data/phone", "required")])
    assert api.get("resources/office/o0").status == 404
    (task,) = api.get(f"tasks/{refused_task(world)}").json["receipts"]
    assert (task["status"], task["id"]) == ("FAILURE", "o0")


def refused_task(source: Source) -> str:
    return Receipt.objects.get(source=source).task_id


def test_what_was_made_anew_meanwhile_is_not_overwritten(
    world: Source, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(world, link("many", "p0.o0"))
    ask(world, delete("office", "o0"))

    def look_and_be_overtaken(record: Any) -> Change:
        found = last_change(record)
        ask(world, create("office", "o0", {"name": "new"}))
        return found

    deleted = newest(api, "resources/office/o0")
    monkeypatch.setattr("ingestion.past.restoring.last_change", look_and_be_overtaken)
    assert restore(api, "resources/office/o0", deleted).status == 412
    assert resource(world, "office", "o0").data == {"name": "new"}
    assert not Relationship.objects.filter(source=world).exists()


def test_what_was_deleted_meanwhile_does_not_come_back_by_itself(
    world: Source, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(world, put("office", "o0", {"name": "new"}))

    def look_and_be_overtaken(record: Any) -> Change:
        found = last_change(record)
        ask(world, delete("office", "o0"))
        return found

    id = newest(api, "resources/office/o0")
    monkeypatch.setattr("ingestion.past.restoring.last_change", look_and_be_overtaken)
    assert restore(api, "resources/office/o0", id).status == 412


def test_a_state_of_another_life_keeps_the_age_of_this_one(world: Source, api: Api) -> None:
    ask(world, put("office", "o0", {"name": "old"}))
    old = newest(api, "resources/office/o0")
    ask(world, delete("office", "o0"))
    ask(world, create("office", "o0", meta={"createdAt": "2001-02-03T04:05:06Z"}))
    answer = restore(api, "resources/office/o0", old)
    assert answer.status == 200
    assert answer.resource["data"] == {"name": "old"}
    assert answer.resource["meta"]["createdAt"].startswith("2001-02-03")


def test_what_was_of_a_retired_profile_is_not_restored(source: Source, api: Api) -> None:
    define_link(source, "gone")
    make(source, providers=1, offices=1)
    ask(source, link("gone", "p0.o0"), unlink("gone", "p0.o0"))
    api.delete("relationship-definitions/gone")
    answer = restore(api, "relationships/gone/p0.o0", newest(api, "relationships/gone/p0.o0"))
    assert answer.error == (404, "NOT_FOUND")
