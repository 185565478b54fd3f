"""Uploads to the production server that break off, or are larger than memory."""

from __future__ import annotations

import gzip
import random
import sys
import time
from collections.abc import Callable, Iterator

import pytest
import zstandard

from tests.crash.definitions import define
from tests.crash.line import Line
from tests.crash.machines import Machines
from tests.crash.sending import in_chunks, sending

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

SOURCE = "uploads"
BULK = f"/sources/{SOURCE}/v1/resources/bulk"
TASKS = f"/sources/{SOURCE}/v1/tasks"
LINE = b'{"action": "UPSERT", "upsert": {"type": "provider", "id": "one", "data": {}}}\n'
MEBIBYTE = b" " * (1 << 20)
SECONDS_TO_END = 60.0
LONG = 100
"""Mebibytes of one line."""
FLAT = 32 << 20
"""Bytes by which memory may grow while it takes whatever is sent."""


@pytest.fixture(scope="module")
def server(machines: Machines) -> Machines:
    line = Line(machines.server.port, machines.key)
    define(line, SOURCE)
    line.close()
    return machines


@pytest.fixture
def nothing_is_left(server: Machines) -> Iterator[None]:
    """Neither a task nor a file comes of it."""
    before = (set(server.uploads.iterdir()), tasks(server))
    yield
    until(lambda: (set(server.uploads.iterdir()), tasks(server)) == before)


def tasks(server: Machines) -> int:
    line = Line(server.server.port, server.key)
    answer = line.send("GET", f"{TASKS}?perPage=1000")
    line.close()
    return len(answer.body["data"])


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_TO_END
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_kept(server: Machines) -> bool:
    """Whether the server has begun to keep what is sent."""
    return any(file.stat().st_size for file in server.uploads.iterdir())


def test_a_body_that_is_cut_off_is_not_kept(server: Machines, nothing_is_left: None) -> None:
    with sending(server, BULK, Content_Length=10 * len(MEBIBYTE)) as request:
        request.send(LINE + MEBIBYTE)
        until(lambda: is_kept(server))


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)]
)
def test_a_packed_body_in_chunks_that_is_cut_off_is_not_kept(
    server: Machines, nothing_is_left: None, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    with sending(server, BULK, Transfer_Encoding="chunked", Content_Encoding=encoding) as request:
        request.chunk(pack(LINE + noise(2 << 20))[:-100])
        until(lambda: is_kept(server))


def test_lines_in_chunks_are_refused_since_they_may_be_cut_off(
    server: Machines, nothing_is_left: None
) -> None:
    answer = in_chunks(server, BULK, [LINE])
    assert (answer.status, answer.body["type"]) == (411, "INVALID_ARGUMENT")


def test_a_packed_body_in_chunks_may_be_larger_than_any_other(server: Machines) -> None:
    packed = gzip.compress(LINE + b"# " + noise(2 << 20).hex().encode())
    pieces = [packed[at : at + 50_000] for at in range(0, len(packed), 50_000)]
    assert len(packed) > 2_000_000
    assert in_chunks(server, BULK, pieces, Content_Encoding="gzip").status == 202


def test_json_in_chunks_may_be_larger_than_any_other(server: Machines) -> None:
    pieces = [b'{"operations": [', MEBIBYTE, MEBIBYTE, LINE, b"]}"]
    assert in_chunks(server, BULK, pieces, Content_Type="application/json").status == 202


def test_any_other_body_in_chunks_is_as_large_as_ever(server: Machines) -> None:
    path = f"/sources/{SOURCE}/v1/resources/provider"
    answer = in_chunks(server, path, [b" " * 1_000_001], Content_Type="application/json")
    assert (answer.status, answer.body["type"]) == (413, "CONTENT_TOO_LARGE")


def test_a_line_of_100_megabytes_leaves_memory_as_it_is(server: Machines) -> None:
    before = server.server.memory
    with sending(server, BULK, Content_Length=len(LINE) * 2 + LONG * len(MEBIBYTE)) as request:
        request.send(LINE[:-2])
        for _ in range(LONG):
            request.send(MEBIBYTE)
        most = server.server.memory
        request.send(LINE[-2:] + LINE)
        assert request.answer().status == 202
    assert max(most, server.server.memory) - before < FLAT


def noise(size: int) -> bytes:
    """What no packing makes smaller."""
    return random.Random(1).randbytes(size)
