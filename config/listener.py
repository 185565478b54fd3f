"""What a listener does: ask the view, wait until there is something, and ask again.

A client that waits is a task of the event loop, and costs nothing until it is told.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ingestion.api.listeners import ASKED, MAX_WAIT, ListenerRequest
from ingestion.feed.watching import Watch
from profiles.exact import encode
from profiles.faults import ErrorType, Refused

Scope = dict[str, Any]
Event = Mapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

HEALTH = ("/healthz", "/readyz")
CHANGES = re.compile(r"/sources/[^/]+/v1/changes")
ASKED_AT_ONCE = 4
"""The same as a server has threads: more of them would only wait for each other."""

_REFUSED = Refused(ErrorType.NOT_FOUND, "Here is only waited for changes: …/changes?wait=30.")
NOTHING_HERE: Sequence[Event] = (
    {
        "type": "http.response.start",
        "status": _REFUSED.status,
        "headers": [(b"content-type", b"application/json")],
    },
    {"type": "http.response.body", "body": encode(_REFUSED.as_json()), "more_body": False},
)


class Listener:
    """Around an application of Django."""

    def __init__(self, application: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._application = application
        self._watch = Watch()
        self._at_once = asyncio.Semaphore(ASKED_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in HEALTH:
            await self._application(scope, receive, send)
        elif _is_awaited(scope):
            await self._answer(scope, receive, send)
        else:
            await _send_all(NOTHING_HERE, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + _seconds(scope)
        gone = asyncio.create_task(_client_is_gone(receive))
        try:
            while True:
                left = until - loop.time()
                asked = ListenerRequest(is_last=left <= 0)
                answer = await self._ask(scope, asked)
                if asked.behind is None:
                    await _send_all(answer, send)
                    return
                scope = _going_on(scope, asked.cursor)
                news = asyncio.create_task(self._watch.news(asked.behind, left))
                await asyncio.wait((news, gone), return_when=asyncio.FIRST_COMPLETED)
                if gone.done():
                    news.cancel()
                    return
        finally:
            gone.cancel()

    async def _ask(self, scope: Scope, asked: ListenerRequest) -> Sequence[Event]:
        """What Django answers. It holds no more than one page."""
        answer: list[Event] = []
        sent: list[Event] = [{"type": "http.request", "body": b"", "more_body": False}]
        never: asyncio.Future[Event] = asyncio.get_running_loop().create_future()

        async def receive() -> Event:
            return sent.pop() if sent else await never

        async def send(event: Event) -> None:
            answer.append(event)

        async with self._at_once:
            await self._application({**scope, ASKED: asked}, receive, send)
        return answer


def _is_awaited(scope: Scope) -> bool:
    """Nothing else is for a listener: a stream, for one, would be held in memory."""
    is_asked = scope["method"] == "GET" and CHANGES.fullmatch(scope["path"])
    return bool(is_asked) and any(name == "wait" for name, _ in _query(scope))


def _seconds(scope: Scope) -> int:
    """How long to wait. What is no such number is left to the view, which says so."""
    text = dict(_query(scope))["wait"]
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_WAIT))
    return int(text) if is_number else 0


def _going_on(scope: Scope, cursor: str) -> Scope:
    """The same request from a later place. `now` is another moment each time it is asked."""
    others = [(name, value) for name, value in _query(scope) if name != "cursor"]
    return {**scope, "query_string": urlencode([*others, ("cursor", cursor)]).encode()}


def _query(scope: Scope) -> Sequence[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


async def _client_is_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_all(events: Sequence[Event], send: Send) -> None:
    for event in events:
        await send(event)
