"""Single writes over HTTP, alone and while another process loads very many records beside them."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from profiles.models import ApiKey
from tests.bench import bulk_lines as lines
from tests.bench.processes import served
from tests.ports import free_port

SECONDS_ALONE = 10
OWN_RECORDS = 200

Row = dict[str, object]


def measure(source: str, records: int, batch_size: int) -> Iterator[Row]:
    """A row without a load, and one for as long as a load of so many records takes."""
    key = str(ApiKey.objects.create_key(name="bench-beside", role="writer")[1])
    port = free_port()
    with (
        served("config.wsgi:application", "config.settings", port, "/healthz"),
        tempfile.TemporaryDirectory() as folder,
    ):
        write = _writer(port, source, key)
        path = lines.write_lines(Path(folder, "lines"), lines.providers("UPSERT", records))
        _times(write, _for_seconds(1))
        yield _row("alone", _times(write, _for_seconds(SECONDS_ALONE)))
        load = _load(path, source, batch_size)
        yield _row("beside a load", _times(write, lambda: load.poll() is None))


def _writer(port: int, source: str, key: str) -> Callable[[], None]:
    """Makes and changes a few records of its own, by turns."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    numbers = itertools.count()

    def write() -> None:
        number = next(numbers)
        path = f"/sources/{source}/v1/resources/provider/own{number % OWN_RECORDS}"
        body = json.dumps({"data": {"practiceNumber": number}})
        connection.request("PUT", path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{path}: {answer.status} {text[:300]!r}")

    return write


def _load(path: Path, source: str, batch_size: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "load", "--source", source, str(path)]
    return subprocess.Popen(
        [*command, "--batch", str(batch_size)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _for_seconds(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def _times(do: Callable[[], None], goes_on: Callable[[], bool]) -> list[float]:
    """In milliseconds, in order."""
    times = []
    while goes_on():
        start = time.perf_counter()
        do()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)


def _row(name: str, times: list[float]) -> Row:
    return {
        "single writes": name,
        "count": len(times),
        "p50_ms": round(times[len(times) // 2], 2),
        "p99_ms": round(times[int(len(times) * 0.99)], 2),
        "longest_ms": round(times[-1], 2),
    }
