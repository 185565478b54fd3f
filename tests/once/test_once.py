"""A POST with an Idempotency-Key is done once, and answered the same each time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from ingestion import jobs
from ingestion.models import Change, KeptAnswer, Receipt, Resource
from profiles.faults import ErrorType, Refused
from profiles.models import Source
from tests import factories
from tests.clients import Answer, Api
from tests.describing import OPERATIONS

PROVIDERS = "resources/provider"
BODY = {"data": {"name": "Ada"}}
DEFINITIONS = {"Profiles", "Relationship definitions"}
CARD = {"id": "visa", "type": "paymentMethod", "data": {"value": "Visa"}}
ENDS = {"from": {"id": "ada", "type": "provider"}, "to": {"id": "west", "type": "office"}}


def post(api: Api, key: str, body: Any = BODY, path: str = PROVIDERS) -> Answer:
    return api.post(path, body, idempotency_key=key)


def is_replayed(answer: Answer) -> bool:
    return "Idempotency-Replayed" in answer.headers


def told(answer: Answer) -> tuple[int, str, Any, Any]:
    headers = answer.headers
    return answer.status, answer.text, headers.get("ETag"), headers.get("Location")


def grow_older(hours: int) -> None:
    KeptAnswer.objects.update(asked_at=F("asked_at") - timedelta(hours=hours))


@pytest.fixture
def stored(api: Api) -> Api:
    api.put("resources/provider/ada", {"data": {}})
    api.put("resources/office/west", {"data": {}})
    return api


def test_the_same_request_is_answered_the_same_and_done_once(api: Api) -> None:
    first, second = post(api, "k"), post(api, "k")
    assert first.status == 201
    assert told(second) == told(first)
    assert (is_replayed(first), is_replayed(second)) == (False, True)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["Content-Type"] == "application/json"
    assert Change.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("resources/office/west/alternativePaymentMethods", CARD),
        ("relationships/provider-office", ENDS),
    ],
)
def test_every_record_is_made_once(stored: Api, path: str, body: Any) -> None:
    before = Change.objects.count()
    first, second = post(stored, "k", body, path), post(stored, "k", body, path)
    assert first.status == 201
    assert told(second) == told(first)
    assert Change.objects.count() == before + 1


def test_the_answer_stays_whatever_becomes_of_the_record(api: Api) -> None:
    first = post(api, "k", {"id": "ada", **BODY})
    api.put(f"{PROVIDERS}/ada", {"data": {"name": "Later"}})
    assert told(post(api, "k", {"id": "ada", **BODY})) == told(first)
    api.delete(f"{PROVIDERS}/ada")
    assert told(post(api, "k", {"id": "ada", **BODY})) == told(first)
    assert not Resource.objects.exists()


def test_without_a_key_nothing_is_kept(api: Api) -> None:
    api.post(PROVIDERS, BODY)
    api.post(PROVIDERS, BODY)
    assert Resource.objects.count() == 2
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize(
    "other", [{"data": {"name": "Eve"}}, '{"data": {"name": "Ada"} }', b"no json"]
)
def test_another_body_is_refused(api: Api, other: Any) -> None:
    first = post(api, "k")
    refused = post(api, "k", other)
    assert refused.error == (422, "INVALID_ARGUMENT")
    assert refused.json == OPERATIONS["createResource"].examples("422")["reused"]
    assert told(post(api, "k")) == told(first)
    assert Resource.objects.count() == 1


def test_another_precondition_makes_another_request(stored: Api) -> None:
    path = "resources/office/west/alternativePaymentMethods"
    stale = stored.post(path, CARD, idempotency_key="k", if_match='"stale"')
    assert stale.status == 412
    etag = stored.get("resources/office/west").etag
    assert stored.post(path, CARD, idempotency_key="k", if_match=etag).status == 422
    assert stored.post(path, CARD, idempotency_key="new", if_match=etag).status == 201


def test_another_reason_makes_another_request(api: Api) -> None:
    post(api, "k")
    for reason in ("why", ""):
        again = api.post(PROVIDERS, BODY, idempotency_key="k", x_change_reason=reason)
        assert again.error == (422, "INVALID_ARGUMENT")


def test_a_refusal_is_answered_again_with_its_one_receipt(api: Api) -> None:
    body = {"id": "ada", "data": {}}
    api.post(PROVIDERS, body)
    first = post(api, "k", body)
    api.delete(f"{PROVIDERS}/ada")
    second = post(api, "k", body)
    assert first.error == (409, "ALREADY_EXISTS")
    assert told(second) == told(first)
    assert is_replayed(second)
    assert Receipt.objects.count() == 1
    assert post(api, "new", body).status == 201


def test_a_malformed_body_is_answered_again(api: Api) -> None:
    first, second = post(api, "k", "{"), post(api, "k", "{")
    assert first.status == 400
    assert told(second) == told(first)
    assert is_replayed(second)


def test_each_caller_path_and_key_is_on_its_own(api: Api, source: Source) -> None:
    others = [
        post(api, "k"),
        post(Api(factories.make_key("writer"), source.key), "k"),
        post(api, "k", path="resources/office"),
        post(api, "K"),
    ]
    assert [answer.status for answer in others] == [201] * 4
    assert not any(map(is_replayed, others))


def test_the_same_path_of_another_source_is_another(api: Api) -> None:
    other = factories.clinic()
    assert post(api, "k").status == 201
    answer = post(api, "k", path=f"/sources/{other.key}/v1/{PROVIDERS}")
    assert (answer.status, is_replayed(answer)) == (201, False)


def test_who_may_write_no_more_is_not_answered_again(api: Api, source: Source) -> None:
    key = factories.make_key("writer")
    assert post(Api(key, source.key), "k").status == 201
    source.apikey_set.model.objects.filter(prefix=key.partition(".")[0]).update(role="reader")
    assert post(Api(key, source.key), "k").status == 403


def test_an_old_answer_counts_as_absent(api: Api) -> None:
    first = post(api, "k")
    grow_older(hours=23)
    assert told(post(api, "k")) == told(first)
    grow_older(hours=1)
    again = post(api, "k", {"data": {"name": "Eve"}})
    assert again.status == 201
    assert told(post(api, "k", {"data": {"name": "Eve"}})) == told(again)
    assert Resource.objects.count() == 2


def test_how_long_an_answer_is_kept_is_a_setting(api: Api, settings: Any) -> None:
    settings.IDEMPOTENCY_HOURS = 1.5
    post(api, "k")
    grow_older(hours=1)
    assert is_replayed(post(api, "k"))
    grow_older(hours=1)
    assert not is_replayed(post(api, "k"))


def test_old_answers_are_deleted(api: Api) -> None:
    post(api, "old")
    grow_older(hours=25)
    post(api, "new")
    jobs.forget_old_answers()
    assert KeptAnswer.objects.count() == 1
    assert is_replayed(post(api, "new"))


def test_a_bug_is_not_kept_and_nothing_was_done(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    api.client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr("ingestion.api.viewsets.RecordViewSet._written_body", fail)
        assert post(api, "k").status == 500
    assert not Resource.objects.exists()
    assert not KeptAnswer.objects.exists()
    assert post(api, "k").status == 201


def test_a_crowd_is_not_kept(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def crowd(*_: object, **__: object) -> None:
        raise Refused(ErrorType.RESOURCE_EXHAUSTED, "Try again.")

    with monkeypatch.context() as patched:
        patched.setattr("ingestion.single.write", crowd)
        assert post(api, "k").status == 429
    assert post(api, "k").status == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256, '"', '"a', '""', '"a"b"', r'"\a"'])
def test_an_ill_formed_key_is_refused(api: Api, key: str) -> None:
    answer = post(api, key)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert "Idempotency-Key" in answer.json["message"]
    assert not Resource.objects.exists()


@pytest.mark.parametrize(
    ("sent", "same"), [("k", '"k"'), ('a"b', r'"a\"b"'), ("x" * 255, '"' + "x" * 255 + '"')]
)
def test_a_key_in_quotes_is_the_same_key(api: Api, sent: str, same: str) -> None:
    assert told(post(api, same)) == told(post(api, sent))
    assert Resource.objects.count() == 1


def test_what_has_no_effect_takes_no_part(stored: Api) -> None:
    body = {"collectionKeys": ["provider"]}
    assert post(stored, "no key", body, "browse").status == 200
    assert not KeptAnswer.objects.exists()


def test_every_post_that_writes_takes_a_key(api: Api) -> None:
    """By the document; that each does what it says, the tests of its examples tell.

    A definition is restored once by itself: the second time it stays as it is.
    """
    for operation in OPERATIONS.values():
        is_of_definitions = bool(DEFINITIONS.intersection(operation.described["tags"]))
        if operation.method == "post" and not is_of_definitions:
            names = {row["name"] for row in operation.parameters}
            writes = "403" in operation.described["responses"]
            assert ("Idempotency-Key" in names) == writes
            assert ("422" in operation.described["responses"]) == writes
