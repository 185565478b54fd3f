"""Processes of the demo: each of a session of its own, and stopped with us."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from signal import SIGTERM

from config.postgres.folders import PROJECT
from config.postgres.interruptions import bound_to_us, postponed

STOP_SECONDS = 10
"""What a process takes at most to end by itself."""


@contextmanager
def started(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Have Python run with these arguments while the block runs.

    It is told alone to stop, and tells its own: a worker of the server that gets the signal of a
    whole process group as well hangs until it is killed (granian 2.8). Hence the session.
    """
    process = None
    try:
        with postponed():
            process = subprocess.Popen(  # noqa: S603  our own programs
                [sys.executable, *arguments],
                cwd=PROJECT,
                env=environment,
                start_new_session=True,
                preexec_fn=bound_to_us(SIGTERM),
            )
        yield process
    finally:
        if process is not None:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS + 5)
        return
    process.kill()
    process.wait()
