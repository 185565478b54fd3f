"""What the demo runs: a web server, waited for, a listener, and a worker."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection

from config.demo.processes import STOP_SECONDS, started

START_SECONDS = 60.0
MOST_WORKERS = 4
THREADS = 4
"""Of each worker. Fewer than the pool has connections, so that no request waits for one."""
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  compared with, not bound to


class ServerUnavailable(Exception):
    """The server did not start."""


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int

    @property
    def reached_at(self) -> str:
        """The host by which this machine reaches it."""
        return EVERY_ADDRESS.get(self.host, self.host)

    @property
    def url(self) -> str:
        host = self.reached_at
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def refuse_busy(address: Address) -> None:
    """Raises `ServerUnavailable`. Asked first: two servers of this kind would share a port."""
    try:
        family = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address.host, address.port))
    except (OSError, OverflowError) as error:
        message = f"Cannot serve on {address.host}, port {address.port}: {error}."
        advice = "Choose another port: PORT=8001 make demo"
        raise ServerUnavailable(f"{message} {advice}") from None


@contextmanager
def running(address: Address, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Have a server that answers while the block runs. Raises `ServerUnavailable`."""
    with started(_arguments(address), environment) as server:
        _await_ready(server, address)
        yield server


@contextmanager
def working(environment: Mapping[str, str]) -> Iterator[None]:
    """Have a worker while the block runs."""
    with started(["manage.py", "worker"], environment):
        yield


@contextmanager
def listening(address: Address, environment: Mapping[str, str]) -> Iterator[None]:
    """Have a listener while the block runs: one process, however many wait."""
    with started(_granian("config.asgi:application", "asginl", address), environment):
        yield


def free_address(host: str) -> Address:
    """One with a port that nobody uses."""
    family = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0][0]
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return Address(host, int(probe.getsockname()[1]))


def _arguments(address: Address) -> list[str]:
    return [
        *_granian("config.wsgi:application", "wsgi", address),
        *("--workers", str(min(os.cpu_count() or 1, MOST_WORKERS))),
        *("--blocking-threads", str(THREADS)),
    ]


def _granian(application: str, interface: str, address: Address) -> list[str]:
    return [
        *("-m", "granian", application, "--interface", interface, "--no-ws"),
        *("--host", address.host, "--port", str(address.port), "--log-level", "warning"),
        *("--workers-kill-timeout", str(STOP_SECONDS)),
    ]


def _await_ready(server: subprocess.Popen[bytes], address: Address) -> None:
    """Raises `ServerUnavailable` where it ends instead, or does not answer in time."""
    deadline = time.monotonic() + START_SECONDS
    while not _is_ready(address):
        if server.poll() is not None:
            raise ServerUnavailable("The server did not start; it says above why.")
        if time.monotonic() > deadline:
            raise ServerUnavailable(f"The server is not ready after {START_SECONDS:.0f} seconds.")
        time.sleep(0.05)


def _is_ready(address: Address) -> bool:
    connection = HTTPConnection(address.reached_at, address.port, timeout=5)
    with closing(connection), suppress(OSError):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTPStatus.OK
    return False
