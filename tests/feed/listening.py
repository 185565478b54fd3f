"""A listener and clients that wait, in one event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from django.core.asgi import get_asgi_application
from django.db import connections

from config.listener import Event, Listener

SECONDS = 20
"""Longer than anything here takes."""


@dataclass(frozen=True)
class Heard:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def ids(self) -> list[str]:
        return [change["id"] for change in self.json["data"]]


class Client:
    """One request to a listener."""

    def __init__(self, listener: Listener, path: str, key: str | None, method: str) -> None:
        where, _, query = path.partition("?")
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": where,
            "query_string": query.encode(),
            "headers": [(b"host", b"localhost"), *([] if key is None else [_sent(key)])],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }
        self._listener, self._scope = listener, scope
        self._told: asyncio.Queue[Event] = asyncio.Queue()

    async def hear(self) -> Heard | None:
        """Waits for the answer; None for whoever went away."""
        answer: list[Event] = []

        async def send(event: Event) -> None:
            answer.append(event)

        self._told.put_nowait({"type": "http.request", "body": b"", "more_body": False})
        await self._listener(self._scope, self._told.get, send)
        if not answer:
            return None
        start, *bodies = answer
        headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        text = b"".join(body["body"] for body in bodies).decode()
        return Heard(start["status"], headers, text)

    def go_away(self) -> None:
        self._told.put_nowait({"type": "http.disconnect"})


class Waiting:
    """What a test does within the event loop of a listener."""

    def __init__(self, key: str) -> None:
        self.listener = Listener(get_asgi_application())
        self.key = key

    def client(self, path: str, *, key: str | None = "", method: str = "GET") -> Client:
        return Client(self.listener, path, self.key if key == "" else key, method)

    async def hear(self, path: str, **options: Any) -> Heard:
        heard = await self.client(path, **options).hear()
        assert heard is not None
        return heard

    async def until_waiting(self, number: int = 1) -> None:
        """Until so many clients wait for news."""
        async with asyncio.timeout(SECONDS):
            while len(self.listener._watch._waiting) != number:
                await asyncio.sleep(0.01)


def _sent(key: str) -> tuple[bytes, bytes]:
    return b"x-api-key", key.encode()


async def in_thread(work: Callable[[], Any]) -> Any:
    """What others do meanwhile, on a connection of their own."""

    def done() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.to_thread(done)


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def within() -> None:
        async with asyncio.timeout(2 * SECONDS):
            await story()

    asyncio.run(within())
