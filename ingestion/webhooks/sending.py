"""Sending one message to its receiver, and what came of it."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import httpcore
from django.conf import settings

from ingestion.webhooks.addresses import read_url, url_problems
from ingestion.webhooks.connecting import GuardedBackend, NotAllowed, Resolve, Resolver
from ingestion.webhooks.secrets import signature

AGENT = "Registrar-Webhooks/1"
GONE = 410
AWAY = frozenset({408, 425, 429, 502, 503, 504})
"""Answers that say nothing of the message: nobody could look at it."""
REFUSED = frozenset({400, 413, 422})
"""Answers that are about the message: the same one will hardly do better."""
ANSWER_BYTES = 16_384
ANSWER_SECONDS = 1.0
"""Of an answer so much is read, and only to keep the connection."""
IDLE_SECONDS = 3.0
"""Shorter than servers keep a connection that is not used, lest one is used that they closed."""


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What became of an attempt. It repeats nothing of what was answered: that may be personal."""

    status: int | None = None
    problem: str = ""
    retry_after: float = 0

    @property
    def is_received(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == GONE

    @property
    def is_away(self) -> bool:
        return self.status is None or self.status in AWAY

    @property
    def is_refused(self) -> bool:
        return self.status in REFUSED


class Sender:
    """Keeps connections, for as long as they are used. Belongs to one event loop."""

    def __init__(
        self, resolve: Resolve | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self._own_resolver = Resolver() if resolve is None else None
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_trusted(),
            max_connections=None,
            max_keepalive_connections=settings.WEBHOOKS_AT_ONCE,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=GuardedBackend(self._own_resolver or resolve),  # type: ignore[arg-type]
        )

    async def close(self) -> None:
        await self._pool.aclose()
        if self._own_resolver is not None:
            self._own_resolver.close()

    async def send(self, url: str, id: str, body: bytes, secrets: Sequence[bytes]) -> SendOutcome:
        """No phase of it takes longer than all may together: whoever trickles is cut off too."""
        if problem := next(url_problems(url), None):  # Settings may have changed since.
            return SendOutcome(problem=problem)
        seconds = settings.WEBHOOK_SECONDS
        try:
            async with asyncio.timeout(seconds):
                return await self._post(url, self._headers(url, id, body, secrets), body)
        except TimeoutError:
            return SendOutcome(problem=f"No answer within {seconds:g} seconds.")
        except NotAllowed:
            return SendOutcome(problem="The host has no public address (WEBHOOK_NETWORKS).")
        except httpcore.ConnectError:
            return SendOutcome(problem="No connection.")
        except (httpcore.NetworkError, httpcore.TimeoutException):
            return SendOutcome(problem="The connection broke off.")
        except httpcore.ProtocolError:
            return SendOutcome(problem="The answer is not HTTP, or there was none.")

    async def _post(self, url: str, headers: list[tuple[bytes, bytes]], body: bytes) -> SendOutcome:
        async with self._pool.stream(
            "POST", _target(url), headers=headers, content=body
        ) as response:
            outcome = _outcome(response)
            if outcome.is_received:
                await _drain(response)
        return outcome

    def _headers(
        self, url: str, id: str, body: bytes, secrets: Sequence[bytes]
    ) -> list[tuple[bytes, bytes]]:
        timestamp = int(self._clock())
        parts = read_url(url)
        assert parts is not None, "none other is saved"
        named = {
            "Host": parts.netloc,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "User-Agent": AGENT,
            "webhook-id": id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(id, timestamp, body, secrets),
        }
        return [(name.encode(), value.encode()) for name, value in named.items()]


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates of the system, as `SSL_CERT_FILE` names others. To read them takes long."""
    return ssl.create_default_context()


def _target(url: str) -> httpcore.URL:
    parts = read_url(url)
    assert parts is not None, "none other is saved"
    assert parts.hostname is not None, "nor one without a host"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return httpcore.URL(
        scheme=parts.scheme, host=parts.hostname.encode(), port=parts.port, target=path
    )


def _outcome(response: httpcore.Response) -> SendOutcome:
    status = response.status
    if 200 <= status < 300:
        return SendOutcome(status)
    told = f"Answered {status}."
    if 300 <= status < 400:
        told += " Redirects are not followed."
    return SendOutcome(status, told, _retry_after(response))


def _retry_after(response: httpcore.Response) -> float:
    """Seconds; 0 for none, and for a date."""
    values = [value for name, value in response.headers if name.lower() == b"retry-after"]
    text = values[0].decode("ascii", "replace") if values else ""
    return float(text) if text.isdecimal() and len(text) < 6 else 0


async def _drain(response: httpcore.Response) -> None:
    """A longer answer costs its receiver a new connection, and nobody anything else."""
    taken = 0
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            async for part in response.aiter_stream():
                taken += len(part)
                if taken > ANSWER_BYTES:
                    return
    except (TimeoutError, httpcore.NetworkError, httpcore.ProtocolError):
        return
