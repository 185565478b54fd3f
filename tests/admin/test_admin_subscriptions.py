"""Subscriptions and dead letters in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ingestion.models import Change, DeadLetter, Subscription
from ingestion.webhooks.secrets import shown_secret
from profiles.models import Source
from tests.admin.pages import Page, Pages, address, change_page
from tests.admin.world import HERE, make_place

URL = "https://crm.example.org/hook"


@pytest.fixture
def subscription(db: None) -> Subscription:
    found: Subscription = make_place(HERE).row(Subscription)
    return found


def steer(pages: Pages, subscription: Subscription, action: str) -> Page:
    path = reverse("admin:ingestion_subscription_steer", args=[subscription.pk])
    return pages.send(path, {"action": action})


def test_it_is_added_and_its_secret_shown_once(source: Source, steward: Pages) -> None:
    typed = {"source": source.pk, "key": "crm", "url": URL, "types": "provider, office"}
    page = steward.add(Subscription, **typed, payload="none", batch=5, begin="beginning")
    row = Subscription.objects.get()
    assert (row.url, row.types, row.has_payload) == (URL, ["office", "provider"], False)
    secret = shown_secret(row.salt)
    assert any(secret in message for message in page.messages)
    assert secret not in steward.open(change_page(row)).text


def test_what_is_refused_is_shown_beside_its_field(source: Source, steward: Pages) -> None:
    typed = {"source": source.pk, "key": "crm", "url": "https://127.1/", "types": "ghost"}
    page = steward.add(Subscription, **typed, payload="full", begin="now")
    assert page.errors.keys() == {"url", "types"}
    assert not Subscription.objects.exists()


def test_it_is_changed_unless_somebody_was_faster(
    subscription: Subscription, steward: Pages
) -> None:
    steward.change(subscription, url=URL)
    subscription.refresh_from_db()
    assert (subscription.url, subscription.version) == (URL, 2)
    inputs = steward.open(change_page(subscription)).inputs
    steward.change(subscription, batch=9)
    page = steward.send(change_page(subscription), {**inputs, "batch": 3})
    assert page.errors
    subscription.refresh_from_db()
    assert subscription.batch == 9


def test_what_it_is_of_is_shown_as_it_is_typed(source: Source, steward: Pages) -> None:
    typed = {"source": source.pk, "key": "crm", "url": URL, "types": "provider, office"}
    steward.add(Subscription, **typed, payload="full", batch=1, begin="now")
    row = Subscription.objects.get()
    assert steward.open(change_page(row)).inputs["types"] == "office, provider"
    steward.change(row, batch=2)
    row.refresh_from_db()
    assert (row.types, row.batch) == (["office", "provider"], 2)


def test_a_fault_beside_its_field_needs_no_path(source: Source, steward: Pages) -> None:
    typed = {"source": source.pk, "key": "crm", "url": URL, "types": "ghost"}
    page = steward.add(Subscription, **typed, payload="full", batch=1, begin="now")
    assert page.errors["types"] == ["There is no ghost: neither a profile nor a definition."]


def test_it_is_paused_and_resumed(subscription: Subscription, steward: Pages) -> None:
    page = steer(steward, subscription, "pause")
    subscription.refresh_from_db()
    assert subscription.is_paused
    assert "Resume where it was" in page.text
    steer(steward, subscription, "resume")
    subscription.refresh_from_db()
    assert not subscription.is_paused


def test_a_test_message_is_asked_for(subscription: Subscription, steward: Pages) -> None:
    assert "waits for a worker" in steer(steward, subscription, "test").text
    subscription.refresh_from_db()
    assert subscription.test_asked_at is not None


def test_a_new_secret_is_shown_once(subscription: Subscription, steward: Pages) -> None:
    page = steer(steward, subscription, "rotate")
    subscription.refresh_from_db()
    assert any(shown_secret(subscription.salt) in message for message in page.messages)
    assert "Former secret holds until" in page.text


def test_the_list_tells_how_far_each_has_come(subscription: Subscription, steward: Pages) -> None:
    Subscription.objects.update(status="PAUSED", problem="The receiver answered 410 Gone.")
    page = steward.list(Subscription)
    assert page.rows == [f"{HERE}-s"]
    assert "paused" in page.text
    assert "410 Gone" in steward.open(change_page(subscription)).text


def test_dead_letters_are_sent_again(subscription: Subscription, steward: Pages) -> None:
    letter = DeadLetter.objects.get()
    page = steward.list(DeadLetter, subscription=f"{HERE}/{HERE}-s")
    assert "Answered 500." in page.text
    selected = {"action": "replay_selected", "_selected_action": [str(letter.pk)]}
    steward.send(address(DeadLetter, "changelist"), selected)
    letter.refresh_from_db()
    assert letter.replay_asked_at is not None
    DeadLetter.objects.update(replay_asked_at=None)
    steer(steward, subscription, "replay")
    letter.refresh_from_db()
    assert letter.replay_asked_at is not None


def test_a_dead_letter_whose_change_is_gone_says_so(
    subscription: Subscription, steward: Pages
) -> None:
    Change.objects.filter(pk=DeadLetter.objects.get().change_id).delete()
    assert "no longer kept" in steward.list(DeadLetter).text
