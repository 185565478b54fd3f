"""Subscriptions are made and steered once, and their secrets are told again but not kept."""

from __future__ import annotations

import pytest

from ingestion.models import KeptAnswer, Subscription
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.once.test_once import is_replayed, post, told

BODY = {"key": "crm", "url": "https://crm.example.org/hook"}
PATH = "subscriptions/crm"


@pytest.fixture
def api(source: Source) -> Api:
    return Api(factories.make_key("admin"), source.key)


def assert_not_kept(secret: str) -> None:
    assert secret.startswith("whsec_")
    for kept in KeptAnswer.objects.all():
        assert secret.encode() not in bytes(kept.body)
        assert b"whsec_" not in bytes(kept.body)


def test_it_is_made_once_and_its_secret_told_again(api: Api) -> None:
    first, second = (post(api, "k", BODY, "subscriptions") for _ in range(2))
    assert first.status == 201
    assert told(second) == told(first)
    assert is_replayed(second)
    assert list(first.json)[-1] == "secret"
    assert_not_kept(first.json["secret"])


def test_a_secret_is_rotated_once(api: Api) -> None:
    """Else the one that its receiver still has would hold no more."""
    post(api, "k", BODY, "subscriptions")
    path = f"{PATH}/rotate-secret"
    first, second = (post(api, "k", None, path) for _ in range(2))
    assert told(second) == told(first)
    assert is_replayed(second)
    assert_not_kept(first.json["secret"])
    assert api.get(PATH).json["version"] == first.json["version"]
    again = post(api, "another", None, path).json["secret"]
    assert again != first.json["secret"]
    assert post(api, "k", None, path).json["secret"] == first.json["secret"]


def test_the_answer_outlives_the_subscription(api: Api) -> None:
    first = post(api, "k", BODY, "subscriptions")
    api.delete(PATH)
    assert told(post(api, "k", BODY, "subscriptions")) == told(first)
    assert not Subscription.objects.exists()


def test_a_refusal_holds_no_secret(api: Api) -> None:
    post(api, "k", BODY, "subscriptions")
    refused = [post(api, "new", BODY, "subscriptions") for _ in range(2)]
    assert [answer.error for answer in refused] == [(409, "ALREADY_EXISTS")] * 2
    assert told(refused[1]) == told(refused[0])
    assert "secret" not in refused[1].json


@pytest.mark.parametrize("way", ["pause", "resume", "test", "give-up", "dead-letters/replay"])
def test_it_is_steered_once(api: Api, way: str) -> None:
    post(api, "k", BODY, "subscriptions")
    path = f"{PATH}/{way}"
    first, second = (post(api, "k", None, path) for _ in range(2))
    assert told(second) == told(first)
    assert (is_replayed(first), is_replayed(second)) == (False, True)
