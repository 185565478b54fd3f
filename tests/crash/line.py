"""One client's connection to the server, and what came over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

import msgspec

from profiles.exact import encode

SOURCE = "crash"
SECONDS = 15
"""Whoever waits longer for an answer takes it for a hang."""


class Lost(Exception):
    """The connection broke before the answer: what was sent may have been done or not."""


class NotSent(Exception):
    """There is nobody to send to."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def etag(self) -> str:
        return self.headers["etag"]


class Line:
    """Kept open, as a system would. Paths are inside the source unless they begin with a slash."""

    def __init__(self, port: int, key: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        self._key = key

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Bytes are sent as they are. Raises `Lost`, `NotSent`, or TimeoutError."""
        if self._connection.sock is None:
            self._connect()
        where = path if path.startswith("/") else f"/sources/{SOURCE}/v1/{path}"
        try:
            return self._exchange(method, where, body, headers)
        except TimeoutError:
            raise
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise Lost from error

    def send_lines(self, path: str, lines: bytes) -> Answer:
        """Operations, one a line."""
        return self.send("POST", path, lines, Content_Type="application/x-ndjson")

    def _connect(self) -> None:
        try:
            self._connection.connect()
        except ConnectionError as error:
            raise NotSent from error

    def _exchange(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(
            method,
            path,
            body if body is None or isinstance(body, bytes) else encode(body),
            {"X-API-Key": self._key, "Content-Type": "application/json", **named},
        )
        response = self._connection.getresponse()
        sent = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, sent, msgspec.json.decode(response.read()))

    def listed(self, path: str) -> Iterator[Any]:
        """All of a list, page by page."""
        cursor = ""
        while True:
            answer = self.send("GET", f"{path}?sort=id&perPage=100{cursor}")
            assert answer.status == 200, answer.body
            yield from answer.body["data"]
            if "cursor" not in answer.body["meta"]:
                return
            cursor = f"&cursor={answer.body['meta']['cursor']}"

    def close(self) -> None:
        self._connection.close()
