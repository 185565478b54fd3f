"""A client of the API, as a system would write it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.test import Client

from profiles.exact import encode


class Answer:
    """What the API answered; `json` keeps every digit."""

    def __init__(self, response: Any) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.text = response.getvalue().decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text, parse_float=Decimal)

    @property
    def etag(self) -> str:
        return str(self.headers["ETag"])

    @property
    def resource(self) -> Any:
        """The resource in the answer to a write."""
        return self.json["resource"]

    @property
    def relationship(self) -> Any:
        return self.json["relationship"]

    @property
    def error(self) -> tuple[int, str]:
        """Status and type of a refusal."""
        return self.status, self.json["type"]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Place and rule of every fault."""
        return [(fault["path"], fault["rule"]) for fault in self.json["details"]]


class Api:
    """Speaks for one key, with paths inside one source unless they begin with a slash."""

    def __init__(self, key: str | None, source: str = "") -> None:
        self.client = Client(headers={} if key is None else {"X-API-Key": key})
        self.source = source

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content_type: str = "application/json",
        **headers: str,
    ) -> Answer:
        """`body` is JSON, or text or bytes to be sent as they are. Headers: `if_match='"…"'`."""
        where = path if path.startswith("/") else f"/sources/{self.source}/v1/{path}"
        if body is None:
            raw: bytes | str = b""
        else:
            raw = body if isinstance(body, bytes | str) else encode(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.client.generic(method, where, raw, content_type=content_type, headers=named)
        return Answer(response)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def get_stream(self, path: str) -> bytes:
        """The body of an answer that comes in pieces."""
        response = self.client.get(f"/sources/{self.source}/v1/{path}")
        assert response.status_code == 200
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]

    def post(self, path: str, body: Any, **options: str) -> Answer:
        return self.send("POST", path, body, **options)

    def put(self, path: str, body: Any, **options: str) -> Answer:
        return self.send("PUT", path, body, **options)

    def patch(self, path: str, body: Any, **options: str) -> Answer:
        return self.send("PATCH", path, body, **options)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.send("DELETE", path, **headers)
