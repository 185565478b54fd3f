"""One attempt: whatever a receiver does, it is over in time, and says what became of it."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from standardwebhooks import Webhook

from ingestion.webhooks.secrets import signature
from ingestion.webhooks.sending import Sender, SendOutcome
from tests.webhooks.receiving import (
    Answer,
    Receiver,
    die,
    endless,
    hang,
    nonsense,
    status,
    trickle,
)

TOO_LATE = "No answer within 0.25 seconds."


def post(url: str, times: int = 1) -> list[SendOutcome]:
    async def work() -> list[SendOutcome]:
        sender = Sender()
        try:
            return [await sender.send(url, "msg_1", b"{}", [b"secret"]) for _ in range(times)]
        finally:
            await sender.close()

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (hang, TOO_LATE),
        (trickle, TOO_LATE),
        (die, "The answer is not HTTP, or there was none."),
        (nonsense, "The answer is not HTTP, or there was none."),
        (status(404), "Answered 404."),
        (status(302, Location="http://10.0.0.1/"), "Answered 302. Redirects are not followed."),
        (status(410), "Answered 410."),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_goes_wrong_is_told(
    receiver: Receiver, answer: Answer, problem: str, settings: Any
) -> None:
    receiver.otherwise = answer
    if problem == TOO_LATE:
        settings.WEBHOOK_SECONDS = 0.25
    began = time.monotonic()
    (outcome,) = post(receiver.url)
    assert (outcome.is_received, outcome.problem) == (False, problem)
    assert time.monotonic() - began < 12
    assert len(receiver.got) == 1


def test_a_setting_that_was_changed_holds_for_what_was_saved(
    receiver: Receiver, settings: Any
) -> None:
    settings.WEBHOOK_HTTP = False
    (outcome,) = post(receiver.url)
    assert outcome.problem == "Must begin with https://."
    assert receiver.got == []


def test_an_answer_that_does_not_end_is_an_answer(receiver: Receiver) -> None:
    receiver.otherwise = endless
    (outcome,) = post(receiver.url)
    assert outcome.is_received


def test_how_long_to_wait_may_be_said(receiver: Receiver) -> None:
    receiver.otherwise = status(503, Retry_After="120")
    assert post(receiver.url)[0].retry_after == 120
    receiver.otherwise = status(503, Retry_After="Fri, 31 Dec 1999 23:59:59 GMT")
    assert post(receiver.url)[0].retry_after == 0


@contextmanager
def deaf() -> Iterator[str]:
    """A socket whose connections nobody takes, and which has no room for more."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        port = server.getsockname()[1]
        others = [socket.socket() for _ in range(4)]
        for each in others:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        yield f"http://127.0.0.1:{port}/"
        for each in others:
            each.close()


def test_a_connection_that_nobody_takes_is_given_up(settings: Any) -> None:
    settings.WEBHOOK_SECONDS = 0.25
    with deaf() as url:
        (outcome,) = post(url)
    assert outcome.problem == TOO_LATE


def test_a_port_that_nobody_listens_at_is_a_failure() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        (outcome,) = post(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert outcome.problem == "No connection."


def test_a_connection_is_used_again(receiver: Receiver) -> None:
    ports: set[int] = set()

    def answer(handler: Any, got: Any) -> None:
        ports.add(handler.client_address[1])
        status(200)(handler, got)

    receiver.otherwise = answer
    assert [outcome.status for outcome in post(receiver.url, times=5)] == [200] * 5
    assert len(ports) == 1


def test_a_signature_is_the_one_of_the_specification() -> None:
    """The example of its own library, made anew here by that library's verifier."""
    secret = b"a secret of twenty-four b"
    id, now = "msg_p5jXN8AQM9LWM0D4loKWxJek", int(time.time())
    headers = {
        "webhook-id": id,
        "webhook-timestamp": str(now),
        "webhook-signature": signature(id, now, b'{"test": 1}', [secret]),
    }
    assert Webhook(secret).verify(b'{"test": 1}', headers) == {"test": 1}
