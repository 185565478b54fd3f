"""Subscriptions of the running example, receivers for them, and who delivers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import count
from queue import SimpleQueue
from typing import Any, TypeVar

import pytest

from ingestion.bodies.members import read_payload
from ingestion.models import Subscription
from ingestion.operations import Action, Operation, Target
from ingestion.single import write_one
from ingestion.webhooks.delivering import Deliverer
from ingestion.webhooks.outcomes import Backoff
from ingestion.webhooks.places import BEGINNING
from ingestion.webhooks.saving import save_subscription
from profiles.exact import encode
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.feed.seeing import own_changes_are_seen
from tests.webhooks.receiving import OK, Answer, Receiver, receiving

T = TypeVar("T")

MakeReceiver = Callable[..., Receiver]


@pytest.fixture(autouse=True)
def _own_network(settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_SECONDS = 10  # A busy machine takes long.
    settings.WEBHOOK_ATTEMPTS = 4


@pytest.fixture
def clinic(db: None) -> Iterator[Source]:
    """Its changes are seen by whoever begins at the beginning, up to the first look."""
    with own_changes_are_seen():
        yield factories.clinic()


@pytest.fixture
def committed(transactional_db: None) -> Source:
    """For those who deliver with connections of their own."""
    return factories.clinic()


def writer(source: Source) -> Api:
    return Api(factories.make_key("admin"), source.key)


@pytest.fixture
def make_receiver() -> Iterator[MakeReceiver]:
    with ExitStack() as stack:

        def make(otherwise: Answer = OK) -> Receiver:
            return stack.enter_context(receiving(otherwise))

        yield make


@pytest.fixture
def receiver(make_receiver: MakeReceiver) -> Receiver:
    return make_receiver()


def subscribe(source: Source, receiver: Receiver, key: str = "crm", **body: Any) -> Subscription:
    asked = {"url": receiver.url, "from": BEGINNING, **body}
    return save_subscription(source.key, key, asked, actor="test").subscription


def at_once(attempts: int) -> float:
    return 0


class Inline(Deliverer):
    """Whose work with the database is done by the thread of the test, within its transaction."""

    jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    async def database(self, work: Callable[..., T], *arguments: Any) -> T:
        done: Future[T] = Future()
        self.jobs.put(partial(_do, done, work, *arguments))
        return await asyncio.wrap_future(done)


def _do(done: Future[Any], work: Callable[..., Any], *arguments: Any) -> None:
    try:
        done.set_result(work(*arguments))
    except Exception as error:  # noqa: BLE001 - handed on to whoever asked
        done.set_exception(error)


async def drain(deliverer: Deliverer) -> None:
    try:
        await deliver_all(deliverer)
    finally:
        await deliverer.close()


async def deliver_all(deliverer: Deliverer) -> None:
    """Until nothing is due."""
    while await deliverer.look() or deliverer.tasks:
        await asyncio.gather(*deliverer.tasks)


def an_hour(attempts: int) -> float:
    return 3_600


def deliver_once() -> None:
    """Until nothing is due. Those who failed are due later."""
    deliver(wait=an_hour)


def deliver(wait: Backoff = at_once) -> None:
    """Until nothing is due. Those who failed are due at once."""

    async def work() -> None:
        await drain(Inline(wait=wait))

    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(asyncio.run, work())
        done.add_done_callback(lambda _: Inline.jobs.put(None))
        while (job := Inline.jobs.get()) is not None:
            job()
        done.result()


_numbers = count()
"""Another one each time, so that each write is a change."""


def write(source: Source, id: str, times: int = 1) -> None:
    """Changes of a provider."""
    for _ in range(times):
        payload = read_payload(encode({"data": {"practiceNumber": next(_numbers)}}))
        operation = Operation(Action.UPSERT, Target.RESOURCE, "provider", id, payload)
        write_one(source.key, operation, actor="test")
