"""The history of subscriptions, through every door: who, when, why, and never a secret."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from ingestion.models import Subscription
from ingestion.webhooks import outcomes, steering
from ingestion.webhooks.history import WORKER, said_of, steered
from ingestion.webhooks.leases import Lost, is_held, keep, take
from ingestion.webhooks.saving import delete_subscription, rotate_secret, save_subscription
from ingestion.webhooks.secrets import secret_of
from profiles.faults import Refused
from profiles.models import ConfigurationChange, Source
from profiles.reasons import is_reason
from tests import factories
from tests.admin.every_page import Level
from tests.admin.pages import Pages, address
from tests.admin.world import somebody
from tests.clients import Api
from tests.configuration.past import SUBSCRIBED, SUBSCRIPTION, recorded, told, versions

pytestmark = pytest.mark.django_db

PATH = "subscriptions/crm"


def test_whatever_the_api_does_to_it_is_a_version(api: Api) -> None:
    for number, (method, path, body) in enumerate(
        [
            ("POST", "subscriptions", {"key": "crm", **SUBSCRIBED}),
            ("PUT", PATH, {**SUBSCRIBED, "batch": 2}),
            ("POST", f"{PATH}/pause", None),
            ("POST", f"{PATH}/resume", None),
            ("POST", f"{PATH}/resume", {"from": "now"}),
            ("POST", f"{PATH}/rotate-secret", None),
        ],
        1,
    ):
        answer = api.send(method, path, body, x_change_reason=f"Reason {number}.")
        assert (answer.status < 300, answer.json["version"]) == (True, number)
        newest = versions(api, PATH)[0]
        assert (newest["version"], newest["reason"]) == (number, f"Reason {number}.")
        assert newest["userInfo"]["actor"].startswith("key:")
    api.delete(PATH, x_change_reason="Not used.")
    actions = [row["action"] for row in versions(api, PATH)]
    assert actions == ["DELETE", *["UPDATE"] * 5, "CREATE"]
    assert api.get(f"{PATH}/versions/7").json["payload"] is None


def test_what_is_the_same_or_no_configuration_is_no_version(api: Api) -> None:
    etag = api.put(PATH, SUBSCRIBED).etag
    api.put(PATH, SUBSCRIBED)
    api.post(f"{PATH}/resume", None)
    api.post(f"{PATH}/test", None)
    api.post(f"{PATH}/dead-letters/replay", None)
    assert len(versions(api, PATH)) == 1
    assert api.get(PATH).etag == etag
    api.post(f"{PATH}/pause", None)
    api.post(f"{PATH}/pause", None)
    assert len(versions(api, PATH)) == 2


def test_a_refused_reason_changes_nothing(api: Api) -> None:
    api.put(PATH, SUBSCRIBED)
    for path in ("pause", "resume", "rotate-secret"):
        assert api.post(f"{PATH}/{path}", None, x_change_reason="").status == 400
    assert api.delete(PATH, x_change_reason="").status == 400
    assert len(versions(api, PATH)) == 1


def test_an_old_version_can_be_put_again(api: Api) -> None:
    api.put(PATH, {**SUBSCRIBED, "types": ["provider"], "description": "The CRM."})
    api.put(PATH, {**SUBSCRIBED, "payload": "none"})
    api.post(f"{PATH}/pause", None)
    old = api.get(f"{PATH}/versions/1").json["payload"]
    back = api.put(PATH, old).json
    assert (back["version"], back["types"], back["state"]["status"]) == (4, ["provider"], "PAUSED")
    patch = api.get(f"{PATH}/versions/1/diff/4").json
    assert patch == [{"op": "replace", "path": "/state/status", "value": "PAUSED"}]


def test_a_key_goes_on_with_its_versions(api: Api) -> None:
    first = api.put(PATH, SUBSCRIBED)
    api.delete(PATH)
    again = api.put(PATH, SUBSCRIBED)
    assert (again.json["version"], again.etag == first.etag) == (3, False)
    assert api.put(PATH, {**SUBSCRIBED, "version": 3, "batch": 2}).json["version"] == 4


def test_no_secret_is_told(api: Api, row: Subscription, owner: Pages) -> None:
    rows = [row]
    api.post(f"{PATH}/rotate-secret", None)
    rows.append(Subscription.objects.get())
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row::text, '') FROM profiles_configurationchange AS row")
        (text,) = cursor.fetchone()
    texts = [text, api.get(f"{PATH}/versions/2").text]
    texts += [owner.open(address(Subscription, "history", row.pk)).text]
    for each in rows:
        for hidden in (bytes(each.salt).hex(), secret_of(each.salt).hex(), each.fingerprint):
            assert not any(hidden in text for text in texts)
    assert '"secretSince"' in text


def test_who_may_not_read_it_reads_no_version(source: Source, row: Subscription) -> None:
    for role in ("reader", "writer"):
        api = Api(factories.make_key(role), source.key)
        for path in ("versions", "versions/1", "versions/1/diff/1"):
            assert api.get(f"{PATH}/{path}").error == (403, "PERMISSION_DENIED")
    steward = somebody(Level.STEWARD, source, "steward")
    change = ConfigurationChange.objects.get(kind=SUBSCRIPTION)
    for path in (
        address(Subscription, "history", row.pk),
        address(ConfigurationChange, "history", change.pk),
        address(ConfigurationChange, "changelist"),
    ):
        assert steward.get(path).status_code in (302, 403)


def test_what_never_was_has_no_versions(api: Api) -> None:
    for path in ("versions", "versions/1", "versions/1/diff/1"):
        answer = api.get(f"{PATH}/{path}")
        assert answer.error == (404, "NOT_FOUND")
        assert answer.json["message"] == "There is no such subscription."


def test_what_was_deleted_meanwhile_is_not_steered(source: Source, row: Subscription) -> None:
    delete_subscription(source.key, "crm", actor="test")
    for steered_by in (steering.pause, steering.resume, rotate_secret):
        with pytest.raises(Refused) as refused:
            steered_by(row, actor="test")
        assert refused.value.status == 404
    assert len(told(SUBSCRIPTION)) == 2


def test_what_a_worker_pauses_is_recorded_with_its_reason(row: Subscription) -> None:
    taken = take(row.pk)
    assert taken is not None
    outcomes.pause(taken, outcomes.WANTS_NO_MORE)
    row.refresh_from_db()
    assert (row.version, row.is_paused) == (2, True)
    assert told(SUBSCRIPTION)[-1] == (2, WORKER, outcomes.WANTS_NO_MORE)
    assert is_reason(outcomes.WANTS_NO_MORE)


@pytest.mark.parametrize(
    ("method", "path", "body", "goes_on"),
    [
        ("POST", f"{PATH}/pause", None, True),
        ("PUT", PATH, {**SUBSCRIBED, "batch": 2}, False),
        ("POST", f"{PATH}/rotate-secret", None, False),
        ("POST", f"{PATH}/resume", {"from": "now"}, False),
        ("POST", f"{PATH}/resume", None, True),
    ],
)
def test_a_turn_ends_where_other_messages_would_be_sent(
    api: Api, row: Subscription, method: str, path: str, body: Any, goes_on: bool
) -> None:
    """A message that is on its way counts, though it was paused meanwhile."""
    taken = take(row.pk)
    assert taken is not None
    assert is_held(taken)
    assert api.send(method, path, body).status == 200
    if goes_on:
        keep(taken, received_at=timezone.now())
    else:
        with pytest.raises(Lost):
            keep(taken, received_at=timezone.now())


def test_the_migration_tells_what_is_there(source: Source) -> None:
    bodies: list[Any] = [
        SUBSCRIBED,
        {**SUBSCRIBED, "types": ["provider", "office"], "description": "<b>", "payload": "none"},
    ]
    for number, body in enumerate(bodies):
        save_subscription(source.key, f"s{number}", body, actor="test")
    Subscription.objects.update(begun_at=None, secret_since=None, version=4)
    Subscription.objects.filter(key="s1").update(former_until=timezone.now(), status="PAUSED")
    ConfigurationChange.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("ingestion.migrations.0019_subscription_history").BASELINE)
    expected = [
        (4, {"key": row.key, **said_of(row), "state": steered(row)}, "migration")
        for row in Subscription.objects.order_by("key")
    ]
    told = [(number, body, actor) for number, body, actor, _ in recorded(SUBSCRIPTION)]
    assert sorted(told, key=lambda row: str(row[1]["key"])) == expected
