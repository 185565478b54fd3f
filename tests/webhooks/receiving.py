"""A receiver: a real HTTP server, that behaves as it is told, and keeps what it got."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass(frozen=True)
class Got:
    """A message, as it came in."""

    id: str
    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def changes(self) -> list[tuple[str, int]]:
        """Of which record, and which version of it."""
        return [(f"{one['type']}/{one['id']}", one["version"]) for one in self.json["data"]]


Answer = Callable[["Handler", Got], None]


def status(code: int, **headers: str) -> Answer:
    def answer(handler: Handler, got: Got) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def hang(handler: Handler, got: Got) -> None:
    """Until the receiver is closed, or the sender is gone."""
    handler.receiver.over.wait(20)


def trickle(handler: Handler, got: Got) -> None:
    """A header that does not end."""
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not handler.receiver.over.wait(0.02):
            handler.wfile.write(b"x")
    handler.close_connection = True


def endless(handler: Handler, got: Got) -> None:
    """A good answer with a body that does not end."""
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not handler.receiver.over.is_set():
            handler.wfile.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
    handler.close_connection = True


def die(handler: Handler, got: Got) -> None:
    """The connection is reset before there is an answer."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True


def nonsense(handler: Handler, got: Got) -> None:
    handler.wfile.write(b"what?\r\n\r\n")
    handler.close_connection = True


OK = status(204)


@dataclass
class Receiver:
    """Answers in turn as `answers` says, then as `otherwise` does."""

    otherwise: Answer = OK
    answers: list[Answer] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    """All that came, whatever was answered."""
    received: list[Got] = field(default_factory=list)
    """What was answered with 204."""
    over: Event = field(default_factory=Event)
    url: str = ""
    choose: Callable[[Got], Answer] | None = None

    def answer_of(self, got: Got) -> Answer:
        if self.choose is not None:
            return self.choose(got)
        return self.answers.pop(0) if self.answers else self.otherwise

    @property
    def changes(self) -> list[tuple[str, int]]:
        """Those that were received, in their order."""
        return [change for got in self.received for change in got.changes]

    def versions(self, record: str) -> list[int]:
        return [version for of, version in self.changes if of == record]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    receiver: Receiver

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return  # The sender is gone.
        named = {name.lower(): value for name, value in self.headers.items()}
        got = Got(named["webhook-id"], named, body, self.path)
        self.receiver.got.append(got)
        answer = self.receiver.answer_of(got)
        if answer is OK:
            self.receiver.received.append(got)
        answer(self, got)

    def log_message(self, *_: Any) -> None:
        pass

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A sender that went away is what is tested."""


@contextmanager
def receiving(otherwise: Answer = OK) -> Iterator[Receiver]:
    receiver = Receiver(otherwise)
    handler = type("OwnHandler", (Handler,), {"receiver": receiver})
    with Server(("127.0.0.1", 0), handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.over.set()
            server.shutdown()
            thread.join()
