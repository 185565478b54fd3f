"""The API of subscriptions: what it takes, what it refuses, and who may."""

from __future__ import annotations

import pytest

from ingestion.models import DeadLetter, Subscription
from ingestion.webhooks.saving import save_subscription
from profiles.faults import Refused
from profiles.models import Source
from profiles.sources import retire_source
from tests import factories
from tests.clients import Api
from tests.webhooks.conftest import deliver, subscribe, write
from tests.webhooks.receiving import Receiver, status
from tests.writing.threads import COMMIT, Threads, is_waiting

BODY = {"url": "https://crm.example.org/hook"}
PATH = "subscriptions/crm"


@pytest.mark.parametrize("role", ["reader", "writer"])
def test_only_admins_see_where_messages_go(source: Source, role: str) -> None:
    api = Api(factories.make_key(role), source.key)
    for method, path in (
        ("GET", "subscriptions"),
        ("POST", "subscriptions"),
        ("GET", PATH),
        ("GET", f"{PATH}/dead-letters"),
        ("POST", f"{PATH}/test"),
        ("DELETE", PATH),
    ):
        assert api.send(method, path, BODY).error == (403, "PERMISSION_DENIED"), path


def test_the_secret_is_shown_once(api: Api) -> None:
    created = api.put(PATH, BODY)
    assert (created.status, created.json["secret"][:6]) == (201, "whsec_")
    assert "secret" not in api.put(PATH, {**BODY, "batch": 2}).json
    assert "secret" not in api.get(PATH).json


@pytest.mark.django_db(transaction=True)
def test_a_source_that_is_being_deleted_gets_none(threads: Threads) -> None:
    """It would be told of whatever a source of this key is told later."""
    source = factories.SourceFactory.create()
    deleting = threads.pause(lambda: retire_source(source.key, actor="test"), before=COMMIT)
    subscribing = threads.start(lambda: save_subscription(source.key, "crm", BODY, actor="test"))
    assert is_waiting(subscribing)
    deleting.go_on()
    with pytest.raises(Refused) as refused:
        subscribing.result(30)
    assert refused.value.status == 404
    assert not Subscription.objects.exists()


def test_what_was_shown_may_be_sent_again(api: Api) -> None:
    api.put(PATH, BODY)
    shown = api.get(PATH)
    again = api.put(PATH, shown.json)
    assert (again.status, again.etag) == (200, shown.etag)


def test_a_change_raises_the_version(api: Api) -> None:
    etag = api.put(PATH, BODY).etag
    changed = api.put(PATH, {**BODY, "payload": "none"}, if_match=etag)
    assert (changed.status, changed.json["version"]) == (200, 2)
    assert api.put(PATH, BODY, if_match=etag).status == 412
    assert api.put(PATH, {**BODY, "version": 1}).status == 412
    assert api.put(PATH, BODY, if_none_match="*").status == 412
    assert api.delete(PATH, if_match=etag).status == 412
    assert api.delete(PATH, if_match=changed.etag).status == 204
    assert api.put(PATH, BODY).etag != etag


def test_every_fault_is_told(api: Api) -> None:
    answer = api.put(
        "subscriptions/tasks",
        {"url": "https://10.0.0.1/", "types": ["nothing"], "batch": 101, "retries": 3},
    )
    assert answer.error == (400, "INVALID_ARGUMENT")
    found = {path for path, _ in answer.faults}
    assert found == {"/batch", "/retries", "", "/url", "/types"}


def test_a_type_is_named_once(api: Api) -> None:
    twice = {**BODY, "types": ["provider", "provider"]}
    assert api.put(PATH, twice).faults == [("/types", "unique")]


@pytest.mark.parametrize("body", [[], "text", {"key": 1}, {}, {"key": "_"}])
def test_a_body_that_is_none_is_refused(api: Api, body: object) -> None:
    assert api.post("subscriptions", body).status == 400
    assert api.put(PATH, body).status == 400


def test_a_new_one_has_no_version(api: Api) -> None:
    body = {**BODY, "key": "crm", "version": 1}
    assert api.post("subscriptions", body).faults == [("/version", "absent")]
    assert api.put(PATH, body).status == 412


def test_where_it_began_stays(api: Api) -> None:
    api.put(PATH, {**BODY, "from": "beginning"})
    assert api.put(PATH, {**BODY, "from": "beginning"}).status == 200
    assert api.put(PATH, BODY).json["from"] == "beginning"
    assert api.put(PATH, {**BODY, "from": "now"}).faults == [("/from", "fixed")]


def test_it_begins_behind_a_cursor(source: Source, api: Api) -> None:
    cursor = api.get("changes").json["meta"]["cursor"]
    assert api.put(PATH, {**BODY, "from": cursor}).status == 201
    other = Api(factories.make_key("admin"), factories.SourceFactory.create().key)
    assert other.put(PATH, {**BODY, "from": cursor}).faults == [("/from", "cursor")]


def test_types_that_are_gone_may_stay(source: Source, api: Api) -> None:
    api.put("profiles/guest", {"properties": {}})
    api.put(PATH, {**BODY, "types": ["guest"]})
    api.delete("profiles/guest")
    assert api.put(PATH, {**BODY, "types": ["guest"], "batch": 2}).status == 200
    assert api.put(PATH, {**BODY, "types": ["guest", "ghost"]}).faults == [("/types", "exists")]


def test_how_far_behind_it_is_is_told(clinic: Source, receiver: Receiver) -> None:
    api = Api(factories.make_key("admin"), clinic.key)
    subscribe(clinic, receiver)
    write(clinic, "han", 3)
    assert api.get(PATH).json["state"]["behind"] == 3
    api.post(f"{PATH}/pause", None)
    deliver()
    assert receiver.got == []
    api.post(f"{PATH}/resume", None)
    deliver()
    state = api.get(PATH).json["state"]
    assert (state["behind"], state["status"], "lastSuccessAt" in state) == (0, "ACTIVE", True)


def test_dead_letters_are_listed_page_by_page_and_replayed(
    clinic: Source, receiver: Receiver
) -> None:
    api = Api(factories.make_key("admin"), clinic.key)
    subscribe(clinic, receiver)
    receiver.otherwise = status(400)
    write(clinic, "han", 2)
    write(clinic, "leia")
    deliver()
    first = api.get(f"{PATH}/dead-letters?perPage=2").json
    last = api.get(f"{PATH}/dead-letters?perPage=2&cursor={first['meta']['cursor']}").json
    names = [(one["recordId"], one["version"]) for one in first["data"] + last["data"]]
    assert names == [("han", 1), ("han", 2), ("leia", 1)]
    assert "cursor" not in last["meta"]
    id = first["data"][0]["id"]
    assert api.post(f"{PATH}/dead-letters/{id}/replay", None).json == {"asked": 2}
    assert api.delete(f"{PATH}/dead-letters/{last['data'][0]['id']}").status == 204
    receiver.choose = None
    receiver.otherwise = Receiver().otherwise
    deliver()
    assert receiver.versions("provider/han") == [1, 2]
    assert not DeadLetter.objects.exists()


def test_a_test_is_sent_once_also_while_it_is_paused(clinic: Source, receiver: Receiver) -> None:
    api = Api(factories.make_key("admin"), clinic.key)
    subscribe(clinic, receiver)
    write(clinic, "han")
    api.post(f"{PATH}/pause", None)
    assert api.post(f"{PATH}/test", None).status == 202
    deliver()
    (got,) = receiver.got
    assert (got.json["type"], got.json["data"]) == ("test", [])
    assert api.get(PATH).json["state"]["test"].keys() == {"sentAt"}
    receiver.otherwise = status(500)
    api.post(f"{PATH}/test", None)
    deliver()
    assert api.get(PATH).json["state"]["test"]["error"] == "Answered 500."


def test_a_betrayed_secret_ends_at_once(api: Api) -> None:
    created = api.put(PATH, BODY)
    path = f"{PATH}/rotate-secret"
    assert api.post(path, {"formerHours": 9999}).faults == [("/formerHours", "max")]
    assert api.post(path, None, if_match='"other"').status == 412
    rotated = api.post(path, {"formerHours": 0}, if_match=created.etag)
    assert rotated.json["secret"] != created.json["secret"]
    assert "formerSecretUntil" not in rotated.json["state"]
    assert Subscription.objects.get().former_salt is None


def test_a_source_that_is_followed_is_not_deleted(api: Api) -> None:
    api.put("/catalog/v1/sources/other", {"type": "registry"})
    api.put("/sources/other/v1/subscriptions/crm", BODY)
    assert "1 subscription" in api.delete("/catalog/v1/sources/other").json["message"]


def test_what_is_done_to_a_subscription_heeds_if_match(api: Api, clinic: Source) -> None:
    """Somebody else may have paused it for a reason."""
    seen = api.put(PATH, BODY).etag
    paused = api.post(f"{PATH}/pause", None, if_match=seen)
    assert (paused.status, paused.json["state"]["status"]) == (200, "PAUSED")
    for done in ("pause", "resume", "give-up"):
        assert api.post(f"{PATH}/{done}", None, if_match=seen).status == 412
    assert api.get(PATH).json["state"]["status"] == "PAUSED"
    assert api.post(f"{PATH}/resume", None, if_match=paused.etag).status == 200
    assert api.post(f"{PATH}/give-up", None, if_match="*").status == 409
