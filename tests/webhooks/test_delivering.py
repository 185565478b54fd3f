"""What receivers get: every change, in order, signed."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from ingestion.models import Change, DeadLetter, Subscription
from ingestion.webhooks.leases import due
from ingestion.webhooks.saving import SavedSubscription, rotate_secret, save_subscription
from profiles.models import Source
from tests.webhooks.conftest import MakeReceiver, deliver, deliver_once, subscribe, write
from tests.webhooks.receiving import OK, Receiver, status


def test_each_change_comes_once_and_in_order(clinic: Source, receiver: Receiver) -> None:
    subscribe(clinic, receiver)
    write(clinic, "han", 3)
    write(clinic, "leia", 2)
    write(clinic, "han")
    deliver()
    assert receiver.versions("provider/han") == [1, 2, 3, 4]
    assert receiver.versions("provider/leia") == [1, 2]
    deliver()
    assert len(receiver.got) == 6
    assert len({got.id for got in receiver.got}) == 6


def test_a_change_is_as_the_feed_tells_it(clinic: Source, receiver: Receiver) -> None:
    subscribe(clinic, receiver)
    write(clinic, "han")
    deliver()
    (message,) = receiver.got
    (change,) = message.json["data"]
    assert message.json["type"] == "changes"
    assert (message.json["source"], message.json["subscription"]) == (clinic.key, "crm")
    assert change["operationId"] == Change.objects.get().pk.hex
    assert change["resource"]["id"] == "han"


def saved_for(clinic: Source, receiver: Receiver) -> SavedSubscription:
    """With its secret."""
    body = {"url": receiver.url, "from": "beginning"}
    return save_subscription(clinic.key, "crm", body, actor="test")


def test_it_is_signed_as_standard_webhooks_say(clinic: Source, receiver: Receiver) -> None:
    saved = saved_for(clinic, receiver)
    write(clinic, "han")
    deliver()
    (got,) = receiver.got
    assert saved.secret is not None
    assert Webhook(saved.secret).verify(got.body, got.headers)["data"][0]["id"] == "han"
    assert got.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(saved.secret).verify(got.body + b" ", got.headers)


def test_after_a_rotation_both_secrets_hold_for_a_while(clinic: Source, receiver: Receiver) -> None:
    first = saved_for(clinic, receiver)
    second = rotate_secret(first.subscription, actor="test")
    write(clinic, "han", 2)
    receiver.choose = lambda got: OK
    deliver()
    for saved in (first, second):
        assert saved.secret is not None
        Webhook(saved.secret).verify(receiver.got[0].body, receiver.got[0].headers)
    assert first.secret != second.secret


def test_a_former_secret_ends(clinic: Source, receiver: Receiver) -> None:
    first = saved_for(clinic, receiver)
    rotate_secret(first.subscription, actor="test")
    Subscription.objects.update(former_until=timezone.now())
    write(clinic, "han")
    deliver()
    (got,) = receiver.got
    assert len(got.headers["webhook-signature"].split()) == 1
    with pytest.raises(WebhookVerificationError):
        Webhook(first.secret or "").verify(got.body, got.headers)


def test_no_secret_is_stored(clinic: Source, receiver: Receiver) -> None:
    saved = saved_for(clinic, receiver)
    row = Subscription.objects.values().get()
    assert saved.secret is not None
    assert all(saved.secret.removeprefix("whsec_") not in str(value) for value in row.values())


def test_another_secret_key_pauses_before_anything_is_sent(
    clinic: Source, receiver: Receiver, settings: Any
) -> None:
    subscribe(clinic, receiver)
    write(clinic, "han")
    settings.SECRET_KEY = "another"
    deliver()
    assert receiver.got == []
    assert Subscription.objects.get().problem.startswith("SECRET_KEY is another one")


def test_a_failure_is_sent_again_with_the_same_id(clinic: Source, receiver: Receiver) -> None:
    subscribe(clinic, receiver)
    receiver.answers = [status(500), status(503)]
    write(clinic, "han")
    deliver()
    assert len(receiver.got) == 3
    assert len({got.id for got in receiver.got}) == 1
    assert receiver.changes == [("provider/han", 1)]
    assert not DeadLetter.objects.exists()
    found = Subscription.objects.get()
    assert (found.failure, found.attempts) == ("Answered 503.", 0)


def test_only_the_types_that_were_asked_for_come(clinic: Source, receiver: Receiver) -> None:
    subscribe(clinic, receiver, types=["office"])
    write(clinic, "han", 2)
    deliver()
    assert receiver.got == []
    assert not Subscription.objects.get().attempts


def test_a_payload_may_be_left_out(clinic: Source, receiver: Receiver) -> None:
    subscribe(clinic, receiver, payload="none")
    write(clinic, "han")
    deliver()
    assert "resource" not in receiver.got[0].json["data"][0]
    assert receiver.changes == [("provider/han", 1)]


def test_several_changes_may_be_one_message(clinic: Source, receiver: Receiver) -> None:
    subscribe(clinic, receiver, batch=4)
    write(clinic, "han", 10)
    deliver()
    assert [len(got.changes) for got in receiver.got] == [4, 4, 2]
    assert receiver.versions("provider/han") == [*range(1, 11)]


def test_a_message_that_is_sent_again_is_not_filled_up(clinic: Source, receiver: Receiver) -> None:
    subscribe(clinic, receiver, batch=4)
    receiver.answers = [status(500)]
    write(clinic, "han", 10)
    deliver()
    first, again, *_ = receiver.got
    assert (first.id, first.changes) == (again.id, again.changes)


def test_from_now_on_nothing_old_comes(clinic: Source, receiver: Receiver) -> None:
    write(clinic, "han")
    subscribe(clinic, receiver, **{"from": "now"})
    deliver()
    assert receiver.got == []


def test_a_new_address_is_tried_at_once(
    clinic: Source, receiver: Receiver, make_receiver: MakeReceiver
) -> None:
    subscribe(clinic, make_receiver(status(500)))
    write(clinic, "han")
    deliver_once()
    assert not due().subscriptions
    body = {"url": receiver.url, "from": "beginning"}
    save_subscription(clinic.key, "crm", body, actor="test")
    deliver_once()
    assert receiver.versions("provider/han") == [1]
