"""The servers under test, and the CPU time that processes take (Linux: read from /proc)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
WORKERS = 2
THREADS = 4
WSGI = (
    *("--interface", "wsgi", "--workers", str(WORKERS)),
    *("--blocking-threads", str(THREADS)),
)
ASGI = ("--interface", "asginl")


@contextmanager
def served(
    application: str, settings: str, port: int, probe: str, interface: Sequence[str] = WSGI
) -> Iterator[int]:
    """A production server for an application; yields the id of its first process."""
    command = [
        *(sys.executable, "-m", "granian", "--no-ws", *interface),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "error", application),
    ]
    environment = {**os.environ, "LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": settings}
    process = subprocess.Popen(command, env=environment)
    try:
        _wait(f"http://127.0.0.1:{port}{probe}")
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def cpu_seconds(root: int) -> float:
    """User and system time of a process and all below it, the ended ones too."""
    parents = dict(_parents())
    return sum(_cpu(pid) for pid in parents if pid == root or root in _ancestors(pid, parents))


def runs(pid: int) -> bool:
    """Whether there is such a process, and not only what waits to be told of its end."""
    fields = _stat(pid)
    return bool(fields) and fields[0] not in "ZX"


def parent_of(pid: int) -> int:
    return dict(_parents())[pid]


def children_of(pid: int) -> list[int]:
    return [child for child, parent in _parents() if parent == pid]


def memory_of(pid: int) -> int:
    """Bytes that are in memory for it (RSS)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and (fields := _stat(int(folder.name))):
            yield int(folder.name), int(fields[1])


def _ancestors(pid: int, parents: dict[int, int]) -> Iterator[int]:
    while pid in parents:
        pid = parents[pid]
        yield pid


def _cpu(pid: int) -> float:
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) / TICKS if fields else 0.0


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold spaces; none if the process has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()
