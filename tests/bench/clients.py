"""Clients that keep a connection each and send requests that were made beforehand."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Request = Callable[[int], bytes]
"""Makes the bytes of the n-th request."""


@dataclass
class Tally:
    """What one round of requests came to."""

    seconds: float = 0.0
    answered: int = 0
    failed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def rate(self) -> float:
        return self.answered / self.seconds if self.seconds else 0.0

    def add(self, answered: int, failed: int) -> None:
        with self.lock:
            self.answered += answered
            self.failed += failed


def http_request(port: int, method: str, path: str, key: str = "", body: bytes = b"") -> bytes:
    headers = [
        f"{method} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        *([f"X-API-Key: {key}"] if key else []),
        *(["Content-Type: application/json"] if body else []),
        f"Content-Length: {len(body)}",
        "",
        "",
    ]
    return "\r\n".join(headers).encode() + body


def run_clients(
    clients: int,
    seconds: float,
    numbers: Callable[[], int],
    work: Callable[[], Callable[[int], bool]],
) -> Tally:
    """Let clients work side by side for a while.

    `work` makes one client's function, which does the n-th piece and tells whether it went well.
    """
    tally = Tally()
    start = time.perf_counter()

    def client() -> None:
        answered = failed = 0
        do = work()
        while time.perf_counter() - start < seconds:
            if do(numbers()):
                answered += 1
            else:
                failed += 1
        tally.add(answered, failed)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.seconds = time.perf_counter() - start
    return tally


def http_worker(port: int, request: Request) -> Callable[[], Callable[[int], bool]]:
    """Workers that speak HTTP/1.1 over one connection each; 2xx is well."""

    def make() -> Callable[[int], bool]:
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def do(number: int) -> bool:
            connection.sendall(request(number))
            return _read_answer(connection).startswith(b"HTTP/1.1 2")

        return do

    return make


def _read_answer(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    left = _content_length(head) - len(body)
    while left > 0:
        left -= len(connection.recv(min(left, 1 << 20)))
    return head


def _content_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0
