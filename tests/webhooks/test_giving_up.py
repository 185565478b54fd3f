"""Dead letters: nothing is lost, and nothing overtakes what came before it."""

from __future__ import annotations

import pytest

from ingestion.feed.ticks import begin_epoch
from ingestion.models import Change, DeadLetter, Horizon, Subscription
from ingestion.webhooks import dead_letters
from ingestion.webhooks.leases import due
from ingestion.webhooks.steering import resume
from profiles.faults import Refused
from profiles.models import Source
from tests.webhooks.conftest import MakeReceiver, deliver, subscribe, write
from tests.webhooks.receiving import OK, Answer, Receiver, die, status

WAITS = dead_letters.BEHIND


def poison(record: str, version: int, answer: Answer) -> object:
    """A receiver that cannot take one change."""
    return lambda got: answer if (record, version) in got.changes else OK


def kept() -> list[tuple[str, int, int, str]]:
    rows = DeadLetter.objects.order_by("seq")
    return list(rows.values_list("public_id", "version", "attempts", "failure"))


def test_what_is_never_taken_is_a_dead_letter(clinic: Source, receiver: Receiver) -> None:
    subscribe(clinic, receiver)
    receiver.choose = poison("provider/han", 2, status(500))  # type: ignore[assignment]
    write(clinic, "han", 3)
    write(clinic, "leia")
    deliver()
    assert kept() == [("han", 2, 4, "Answered 500."), ("han", 3, 0, WAITS)]
    assert receiver.changes == [("provider/han", 1), ("provider/leia", 1)]


def test_a_replay_sends_a_record_in_order(clinic: Source, receiver: Receiver) -> None:
    subscribe(clinic, receiver)
    receiver.choose = poison("provider/han", 1, status(500))  # type: ignore[assignment]
    write(clinic, "han", 3)
    deliver()
    receiver.choose = None
    dead_letters.ask(dead_letters.of_record(DeadLetter.objects.get(version=2)))
    deliver()
    assert receiver.versions("provider/han") == [1, 2, 3]
    assert kept() == []


def test_a_replay_that_fails_keeps_those_behind_it_waiting(
    clinic: Source, receiver: Receiver
) -> None:
    subscribe(clinic, receiver)
    receiver.choose = poison("provider/han", 1, status(500))  # type: ignore[assignment]
    write(clinic, "han", 2)
    write(clinic, "leia", 1)
    deliver()
    dead_letters.ask(DeadLetter.objects.all())
    deliver()
    assert kept() == [("han", 1, 5, "Answered 500."), ("han", 2, 0, WAITS)]
    assert not DeadLetter.objects.exclude(replay_asked_at=None).exists()


def test_a_receiver_that_is_away_ends_all_replays(clinic: Source, receiver: Receiver) -> None:
    subscribe(clinic, receiver)
    receiver.otherwise = status(400)
    for id in ("han", "leia", "chewie"):
        write(clinic, id)
    deliver()
    receiver.otherwise = die
    receiver.got.clear()
    dead_letters.ask(DeadLetter.objects.all())
    deliver()
    assert len(receiver.got) == 1
    assert not DeadLetter.objects.exclude(replay_asked_at=None).exists()


def test_what_the_receiver_calls_wrong_is_given_up_sooner(
    clinic: Source, receiver: Receiver
) -> None:
    subscribe(clinic, receiver)
    receiver.choose = poison("provider/han", 1, status(422))  # type: ignore[assignment]
    write(clinic, "han")
    deliver()
    assert kept() == [("han", 1, 3, "Answered 422.")]


def test_of_several_changes_only_the_one_to_blame_is_given_up(
    clinic: Source, receiver: Receiver
) -> None:
    subscribe(clinic, receiver, batch=5)
    receiver.choose = poison("provider/han", 1, status(413))  # type: ignore[assignment]
    for id in ("leia", "han", "chewie", "luke", "lando", "yoda"):
        write(clinic, id)
    deliver()
    assert kept() == [("han", 1, 3, "Answered 413.")]
    others = ["leia", "chewie", "luke", "lando", "yoda"]
    assert receiver.changes == [(f"provider/{id}", 1) for id in others]
    assert [len(got.changes) for got in receiver.received] == [1] * 5


def test_a_dead_letter_holds_no_payload(clinic: Source, receiver: Receiver) -> None:
    subscribe(clinic, receiver)
    receiver.otherwise = status(400)
    write(clinic, "han")
    deliver()
    names = {field.name for field in DeadLetter._meta.get_fields()}
    assert names & {"data", "contained", "body", "payload"} == set()
    assert kept() == [("han", 1, 3, "Answered 400.")]


def test_a_change_that_was_erased_is_replayed_without_what_it_held(
    clinic: Source, receiver: Receiver
) -> None:
    subscribe(clinic, receiver)
    receiver.otherwise = status(400)
    write(clinic, "han")
    deliver()
    Change.objects.update(data={}, contained={}, identifiers=[], is_erased=True)
    receiver.otherwise = OK
    dead_letters.ask(DeadLetter.objects.all())
    deliver()
    (got,) = receiver.received
    assert got.changes == [("provider/han", 1)]
    (change,) = got.json["data"]
    assert (change["resource"], change["erased"]) == (None, True)


def test_a_change_that_is_gone_says_so_and_holds_nobody_back(
    clinic: Source, receiver: Receiver
) -> None:
    subscribe(clinic, receiver)
    receiver.choose = poison("provider/han", 1, status(500))  # type: ignore[assignment]
    write(clinic, "han", 3)
    deliver()
    Change.objects.filter(version=1).delete()
    dead_letters.ask(DeadLetter.objects.all())
    deliver()
    assert kept() == [("han", 1, 4, dead_letters.CHANGE_GONE)]
    assert receiver.versions("provider/han") == [2, 3]


def test_a_receiver_that_is_gone_is_paused(clinic: Source, receiver: Receiver) -> None:
    subscription = subscribe(clinic, receiver)
    receiver.answers = [OK, status(410)]
    write(clinic, "han", 3)
    deliver()
    found = Subscription.objects.get()
    assert found.is_paused
    assert "410 Gone" in found.problem
    assert receiver.versions("provider/han") == [1]
    assert kept() == []
    resume(subscription, actor="test")
    deliver()
    assert receiver.versions("provider/han") == [1, 2, 3]


def test_after_a_restored_backup_it_pauses_and_says_what_to_do(
    clinic: Source, receiver: Receiver
) -> None:
    subscription = subscribe(clinic, receiver)
    write(clinic, "han")
    begin_epoch()
    deliver()
    found = Subscription.objects.get()
    assert found.is_paused
    assert "restored" in found.problem
    assert receiver.got == []
    with pytest.raises(Refused) as refused:
        resume(subscription, actor="test")
    assert refused.value.faults[0].path == "/from"
    resume(subscription, "beginning", actor="test")
    deliver()
    assert receiver.changes == [("provider/han", 1)]


def test_where_retention_was_faster_it_pauses_and_says_what_to_do(
    clinic: Source, receiver: Receiver
) -> None:
    subscription = subscribe(clinic, receiver)
    write(clinic, "han", 2)
    first = Change.objects.earliest("seq")
    Horizon.objects.create(source=clinic, seq=first.seq, transaction=first.transaction)
    first.delete()
    deliver()
    found = Subscription.objects.get()
    assert (found.is_paused, receiver.got) == (True, [])
    assert "not all is kept" in found.problem
    with pytest.raises(Refused):
        resume(subscription, actor="test")
    resume(subscription, "beginning", actor="test")
    deliver()
    assert receiver.versions("provider/han") == [2]


def test_what_was_tried_is_the_same_message_after_a_pause(
    clinic: Source, receiver: Receiver
) -> None:
    subscription = subscribe(clinic, receiver, batch=2)
    receiver.answers = [status(500), status(410)]
    write(clinic, "han", 3)
    deliver()
    Subscription.objects.update(batch=3)
    resume(subscription, actor="test")
    deliver()
    assert [got.changes for got in receiver.got[:3]] == [receiver.got[0].changes] * 3
    assert len({got.id for got in receiver.got}) == 2


def test_a_failure_is_no_other_receivers_affair(
    clinic: Source, receiver: Receiver, make_receiver: MakeReceiver
) -> None:
    other = make_receiver(die)
    subscribe(clinic, receiver)
    subscribe(clinic, other, "other")
    write(clinic, "han", 2)
    deliver()
    assert receiver.versions("provider/han") == [1, 2]
    assert {letter.subscription.key for letter in DeadLetter.objects.all()} == {"other"}


def test_who_has_nothing_to_send_is_left_alone(clinic: Source, receiver: Receiver) -> None:
    subscribe(clinic, receiver)
    write(clinic, "han")
    deliver()
    assert due().subscriptions == []
