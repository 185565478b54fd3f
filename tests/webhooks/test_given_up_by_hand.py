"""Someone gives up what a receiver refuses for good, and the rest need not wait for it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from ingestion.models import DeadLetter, Subscription
from ingestion.webhooks import dead_letters
from ingestion.webhooks.leases import Lost, take
from ingestion.webhooks.outcomes import keep_progress
from ingestion.webhooks.saving import save_subscription
from ingestion.webhooks.steering import (
    ANOTHER_FAILS,
    NOTHING_FAILS,
    give_up,
    name_of_message,
    pause,
)
from profiles.faults import Refused
from profiles.models import Source
from tests import factories
from tests.admin.conftest import signed_in
from tests.admin.pages import Pages, change_page
from tests.clients import Api
from tests.webhooks.conftest import deliver, deliver_once, subscribe, write
from tests.webhooks.receiving import Receiver, status
from tests.webhooks.test_giving_up import WAITS, kept, poison

PATH = "subscriptions/crm"


@pytest.fixture
def failing(clinic: Source, receiver: Receiver) -> Subscription:
    """It was sent the first version of Han once, and waits to try again."""
    subscription = subscribe(clinic, receiver)
    receiver.choose = poison("provider/han", 1, status(500))  # type: ignore[assignment]
    write(clinic, "han", 2)
    write(clinic, "leia")
    deliver_once()
    return subscription


def test_the_rest_goes_on_at_once_and_in_order(failing: Subscription, receiver: Receiver) -> None:
    assert give_up(failing, actor="user:anna", reason="Han is unknown there")
    told = "Answered 500. Given up by user:anna: Han is unknown there"
    assert kept() == [("han", 1, 1, told)]
    deliver()
    assert kept() == [("han", 1, 1, told), ("han", 2, 0, WAITS)]
    assert receiver.changes == [("provider/leia", 1)]
    receiver.choose = None
    dead_letters.ask(DeadLetter.objects.all())
    deliver()
    assert receiver.versions("provider/han") == [1, 2]


def test_one_that_is_paused_is_spared_it_too(failing: Subscription, receiver: Receiver) -> None:
    pause(failing, actor="test")
    give_up(failing, actor="test")
    deliver()
    assert [version for _, version, *_ in kept()] == [1]
    assert receiver.changes == []


def test_of_several_changes_each_is_sent_alone_first(clinic: Source, receiver: Receiver) -> None:
    subscription = subscribe(clinic, receiver, batch=3)
    receiver.choose = poison("provider/han", 1, status(500))  # type: ignore[assignment]
    for id in ("leia", "han", "yoda"):
        write(clinic, id)
    deliver_once()
    assert not give_up(subscription, actor="test")
    assert kept() == []
    deliver_once()
    assert receiver.changes == [("provider/leia", 1)]
    assert give_up(subscription, actor="test")
    deliver()
    assert [id for id, *_ in kept()] == ["han"]
    assert receiver.changes == [("provider/leia", 1), ("provider/yoda", 1)]


def test_who_sends_it_just_now_loses_its_turn(failing: Subscription) -> None:
    Subscription.objects.update(next_attempt_at=None)
    at_work = take(failing.pk)
    assert at_work is not None
    give_up(failing, actor="test")
    with pytest.raises(Lost):
        keep_progress(at_work)
    assert take(failing.pk) is None, "one message at a time: that one is still on its way"
    Subscription.objects.update(leased_until=timezone.now())
    assert take(failing.pk) is not None


def test_nothing_is_given_up_that_did_not_fail(clinic: Source, receiver: Receiver) -> None:
    subscription = subscribe(clinic, receiver)
    write(clinic, "han")
    with pytest.raises(Refused) as refused:
        give_up(subscription, actor="test")
    assert refused.value.status == 409
    assert not DeadLetter.objects.exists()


def test_an_admin_asks_for_it(failing: Subscription, clinic: Source) -> None:
    api = Api(factories.make_key("admin"), clinic.key)
    assert api.get(PATH).json["state"]["attempts"] == 1
    state = api.post(f"{PATH}/give-up", None, x_change_reason="unknown there").json["state"]
    assert (state["attempts"], state["deadLetters"], "nextAttemptAt" in state) == (0, 1, False)
    (letter,) = api.get(f"{PATH}/dead-letters").json["data"]
    assert letter["error"].endswith(": unknown there")
    assert api.post(f"{PATH}/give-up", None).error == (409, "FAILED_PRECONDITION")


def test_staff_give_it_up_where_it_is_told(failing: Subscription) -> None:
    pages = Pages(signed_in(username="stella", is_superuser=True))
    shown = pages.open(change_page(failing)).text
    assert "1 attempt of one message" in shown
    assert "Give up this message" in shown
    steer = reverse("admin:ingestion_subscription_steer", args=[failing.pk])
    (message,) = re.findall(r'name="message" value="(\w+)"', shown)
    page = pages.send(steer, {"action": "give-up", "message": message})
    assert page.messages == ["It is a dead letter now, which can be sent again. The rest goes on."]
    assert "Give up this message" not in page.text
    assert [failure for *_, failure in kept()] == ["Answered 500. Given up by user:stella."]
    assert pages.send(steer, {"action": "give-up", "message": message}).messages == [ANOTHER_FAILS]


def test_another_message_than_was_seen_is_not_given_up(
    failing: Subscription, receiver: Receiver
) -> None:
    """As by a page that is old, or a button that is pressed twice."""
    failing.refresh_from_db()
    seen = name_of_message(failing)
    receiver.choose = None
    receiver.otherwise = status(500)
    assert give_up(failing, seen=seen, actor="test")
    deliver_once()
    with pytest.raises(Refused, match="another message"):
        give_up(failing, seen=seen, actor="test")
    failing.refresh_from_db()
    assert failing.attempts == 1
    assert give_up(failing, seen=name_of_message(failing), actor="test")


def test_what_was_never_sent_is_not_given_up(
    failing: Subscription, clinic: Source, receiver: Receiver
) -> None:
    """A changed subscription is sent something else, from the first attempt on."""
    body = {"url": receiver.url, "types": ["office"]}
    save_subscription(clinic.key, failing.key, body, actor="test")
    with pytest.raises(Refused) as refused:
        give_up(failing, actor="test")
    assert refused.value.message == NOTHING_FAILS


def test_why_a_batch_is_given_up_is_told(clinic: Source, receiver: Receiver) -> None:
    subscription = subscribe(clinic, receiver, batch=3)
    receiver.otherwise = status(500)
    write(clinic, "han")
    write(clinic, "leia")
    deliver_once()
    assert not give_up(subscription, actor="user:anna", reason="One of them is wrong")
    subscription.refresh_from_db()
    assert subscription.failure.endswith("Given up by user:anna: One of them is wrong")
