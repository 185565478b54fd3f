"""Uploads byte by byte, as clients send them whose connection may break at any of them."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPResponse
from typing import Any

import msgspec

from tests.crash.line import SECONDS, Answer
from tests.crash.machines import Machines

NDJSON = "application/x-ndjson"


class Sending:
    """A request whose head is sent."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def chunk(self, data: bytes) -> None:
        self.send(b"%x\r\n%b\r\n" % (len(data), data))

    def answer(self) -> Answer:
        response = HTTPResponse(self._connection)
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, msgspec.json.decode(response.read()))


@contextmanager
def sending(machines: Machines, path: str, **headers: Any) -> Iterator[Sending]:
    """Cut off when the block is left."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = {"Host": "localhost", "X-API-Key": machines.key, "Content-Type": NDJSON, **named}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    with socket.create_connection(("127.0.0.1", machines.server.port), SECONDS) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode())
        yield Sending(connection)


def in_chunks(machines: Machines, path: str, chunks: Iterable[bytes], **headers: Any) -> Answer:
    """A whole body without a length."""
    with sending(machines, path, Transfer_Encoding="chunked", **headers) as request:
        with suppress(ConnectionError):  # It is answered before all of it was sent.
            for chunk in chunks:
                request.chunk(chunk)
            request.send(b"0\r\n\r\n")
        return request.answer()
