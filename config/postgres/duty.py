"""Locks on files, by which terminals tell one another what they do with a server.

The system lets go of them when a process ends, however it does.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

Say = Callable[[str], None]

BUSY = "Another terminal starts or stops the PostgreSQL of this project. Waiting for it."


class Duty:
    """Of the terminal that has started a server: until it begins to stop, others may join."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w")
        with suppress(BlockingIOError):  # Of one whose server has crashed, and who does not know.
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def end(self) -> None:
        self._file.close()


def is_on_duty(path: Path) -> bool:
    """Whether anybody is."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def locked(path: Path, say: Say | None = None) -> Iterator[None]:
    """Have a lock. Whoever has to wait for it is told so."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if say is not None:
                say(BUSY)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
