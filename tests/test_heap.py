"""The heap of a worker, which all of its threads share."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from config.postgres.folders import PROJECT

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="has ways of its own")

IN_A_THREAD = """
from pathlib import Path
from threading import Thread
{before}
def tell():
    kept = bytes(5_000)  # More than Python allots by itself.
    for line in Path("/proc/self/maps").read_text().splitlines():
        start, end = (int(part, 16) for part in line.split()[0].split("-"))
        if start <= id(kept) < end:
            print(line.split()[-1])
thread = Thread(target=tell)
thread.start()
thread.join()
"""


@pytest.mark.parametrize(
    ("before", "is_shared"),
    [("", False), ("from config.memory import share_one_heap; share_one_heap()", True)],
    ids=["by default", "shared"],
)
def test_threads_have_no_heaps_of_their_own(before: str, is_shared: bool) -> None:
    code = IN_A_THREAD.format(before=before)
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    assert (told.stdout.strip() == "[heap]") is is_shared
