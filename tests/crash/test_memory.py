"""Memory stays flat, however large a bulk is. Only where FLAT_OPERATIONS says how large."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from config.postgres.folders import PROJECT
from profiles.exact import encode
from tests.bench.processes import memory_of
from tests.crash.definitions import define
from tests.crash.line import Line
from tests.crash.machines import Machines
from tests.crash.sending import sending

COUNT = int(os.environ.get("FLAT_OPERATIONS", "0"))
pytestmark = pytest.mark.skipif(not COUNT, reason="takes a minute")

SOURCE = "flat"
AT_ONCE = 1_000
MOST = 200_000_000
"""Bytes of a worker."""
FLAT = 32 << 20
"""Bytes by which the server may grow."""


def test_memory_is_flat(machines: Machines) -> None:
    line = Line(machines.server.port, machines.key)
    define(line, SOURCE)
    line.close()  # The server would, while nothing comes over it.
    pieces = [*lines()]
    before, server, began = machines.server.memory, 0, time.monotonic()
    size = sum(map(len, pieces))
    with sending(machines, f"/sources/{SOURCE}/v1/resources/bulk", Content_Length=size) as request:
        for piece in pieces:
            request.send(piece)
            server = max(server, machines.server.memory - before)
        answer = request.answer()
    assert answer.status == 202
    uploaded = time.monotonic() - began
    task = f"/sources/{SOURCE}/v1/tasks/{answer.body['taskId']}"
    worker = 0
    with subprocess.Popen(
        [sys.executable, "manage.py", "worker"], cwd=PROJECT, env=machines.server.environment
    ) as process:
        try:
            while (shown := line.send("GET", task).body)["status"] == "PENDING":
                worker = max(worker, memory_of(process.pid))
                time.sleep(0.1)
        finally:
            process.kill()
    line.close()
    sys.stdout.write(
        f"{size // 1_000_000} MB sent in {uploaded:.1f} s; the server grew by {server // 1_000_000}"
        f" MB, the worker has {worker // 1_000_000} MB. {shown['progress']}\n"
    )
    assert shown["status"] == "SUCCESS"
    assert worker < MOST
    assert server < FLAT


def lines() -> Iterator[bytes]:
    """Of 0.8 kB each, many at a time."""
    for start in range(0, COUNT, AT_ONCE):
        yield b"".join(operation(number) for number in range(start, start + AT_ONCE))


def operation(number: int) -> bytes:
    specialities = [f"Speciality {number % 7} {'x' * 80} {place}" for place in range(6)]
    data = {"name": f"Provider {number}", "practiceNumber": number, "specialities": specialities}
    body = {"type": "provider", "id": f"id-{number}", "data": data}
    return encode({"action": "UPSERT", "upsert": body}) + b"\n"
