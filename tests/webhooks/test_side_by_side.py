"""Several workers, several receivers, and what is killed in between."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from ingestion.models import DeadLetter, Subscription
from ingestion.webhooks import dead_letters, delivering, steering
from ingestion.webhooks.delivering import Deliverer
from profiles.models import Source
from tests.waiting import soon
from tests.webhooks.conftest import MakeReceiver, at_once, deliver_all, drain, subscribe, write
from tests.webhooks.receiving import OK, Answer, Got, Handler, Receiver, die, hang, status
from tests.workers import working

ROUNDS = int(os.environ.get("HUNT_ROUNDS", "4"))
RECORDS = ("han", "leia")


def slowly(handler: Handler, got: Got) -> None:
    time.sleep(0.005)
    handler.receiver.received.append(got)
    OK(handler, got)


def test_two_workers_send_nothing_twice(committed: Source, make_receiver: MakeReceiver) -> None:
    receivers = [make_receiver(slowly), make_receiver(slowly)]
    for number, receiver in enumerate(receivers):
        subscribe(committed, receiver, f"r{number}")
    write(committed, "han", 15)

    async def both() -> None:
        await asyncio.gather(*(drain(Deliverer(wait=at_once)) for _ in range(2)))
        await drain(Deliverer(wait=at_once))

    asyncio.run(both())
    for receiver in receivers:
        assert receiver.versions("provider/han") == [*range(1, 16)]
        assert len(receiver.got) == 15


def test_who_hangs_waits_alone(
    committed: Source, make_receiver: MakeReceiver, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_SECONDS = 20
    monkeypatch.setattr(delivering, "STOP_SECONDS", 0)
    dead = [make_receiver(hang) for _ in range(8)]
    fine = make_receiver()
    for number, receiver in enumerate([*dead, fine]):
        subscribe(committed, receiver, f"r{number}")
    write(committed, "han", 3)

    async def until_received() -> None:
        running = asyncio.create_task(Deliverer().run())
        async with asyncio.timeout(15):
            while len(fine.received) < 3 or not all(receiver.got for receiver in dead):
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(until_received())
    assert fine.versions("provider/han") == [1, 2, 3]


def test_what_a_killed_worker_had_sent_is_sent_again_by_another(
    committed: Source, receiver: Receiver
) -> None:
    """Killed between the receiver's 2xx and the cursor."""
    subscribe(committed, receiver)
    receiver.answers = [OK]
    receiver.otherwise = hang
    write(committed, "han", 2)
    settings = {"WEBHOOK_NETWORKS": "127.0.0.0/8", "WEBHOOK_HTTP": "true"}
    with working(**settings, SECRET_KEY="for tests") as process:
        assert soon(lambda: len(receiver.got) == 2)
        process.kill()
        process.wait()
    found = Subscription.objects.get()
    assert found.received_at is None
    assert found.leased_until is not None
    assert found.leased_until > timezone.now()
    receiver.otherwise = OK
    asyncio.run(drain(Deliverer(wait=at_once)))
    assert len(receiver.got) == 2, "the lease has not run out"
    Subscription.objects.update(leased_until=timezone.now())
    asyncio.run(drain(Deliverer(wait=at_once)))
    assert receiver.versions("provider/han") == [1, 1, 2]
    assert receiver.got[0].id == receiver.got[2].id


def random_answers(chance: random.Random) -> Callable[[Got], Answer]:
    bad = [status(500), status(503), status(400), status(302), status(410), die, hang]

    def choose(got: Got) -> Answer:
        if chance.random() < 0.35:
            return OK
        return chance.choices(bad, [6, 3, 4, 1, 1, 3, 1])[0]

    return choose


@pytest.mark.parametrize("seed", range(1, ROUNDS // 4 + 1))
def test_every_change_arrives_in_order_or_is_a_dead_letter(
    committed: Source, make_receiver: MakeReceiver, settings: Any, seed: int
) -> None:
    """Receivers at random, workers that are stopped at random; then all is well again."""
    settings.WEBHOOK_SECONDS = 0.1
    chance = random.Random(seed)
    receivers = [make_receiver() for _ in range(3)]
    for number, receiver in enumerate(receivers):
        receiver.choose = random_answers(random.Random(f"{seed}/{number}"))
        subscribe(committed, receiver, f"r{number}", batch=(1, 3, 7)[number])
    written = dict.fromkeys(RECORDS, 0)
    for _ in range(4):
        for _ in range(chance.randrange(2, 8)):
            record = chance.choice(RECORDS)
            write(committed, record)
            written[record] += 1
        asyncio.run(stopped_at_random(chance))
        Subscription.objects.update(leased_until=None)  # Those of who was stopped run out.
        assert_nothing_is_lost(receivers, written)
        for subscription in Subscription.objects.filter(status="PAUSED"):
            steering.resume(subscription, actor="test")
        if chance.random() < 0.5:
            dead_letters.ask(DeadLetter.objects.all())
    settings.WEBHOOK_SECONDS = 10  # Now nobody hangs, but a busy machine takes long.
    for receiver in receivers:
        receiver.choose = None
    dead_letters.ask(DeadLetter.objects.all())
    asyncio.run(drain(Deliverer(wait=at_once)))
    dead_letters.ask(DeadLetter.objects.all())
    asyncio.run(drain(Deliverer(wait=at_once)))
    assert not DeadLetter.objects.exists()
    for receiver in receivers:
        for record, count in written.items():
            versions = receiver.versions(f"provider/{record}")
            assert [*dict.fromkeys(versions)] == [*range(1, count + 1)], record


async def stopped_at_random(chance: random.Random) -> None:
    """Two workers; one of them is stopped wherever it happens to be."""
    deliverers = [Deliverer(wait=at_once), Deliverer(wait=at_once)]
    tasks = [asyncio.create_task(deliver_all(each)) for each in deliverers]
    await asyncio.sleep(chance.random() * 0.1)
    for task in (*deliverers[0].tasks, tasks[0]):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await deliver_all(deliverers[1])
    for each in deliverers:
        await each.close()


def assert_nothing_is_lost(receivers: list[Receiver], written: dict[str, int]) -> None:
    """What is neither received nor a dead letter comes after all that is."""
    for number, receiver in enumerate(receivers):
        rows = DeadLetter.objects.filter(subscription__key=f"r{number}")
        for record in written:
            dead = {*rows.filter(public_id=record).values_list("version", flat=True)}
            there = {*receiver.versions(f"provider/{record}")} | dead
            assert there == {*range(1, len(there) + 1)}, (record, there, dead)
