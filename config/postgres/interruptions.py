"""Signals: a command is told of them, and nothing that we start outlives us."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None)


class Interruptions:
    """What a signal does: before the command it ends us, then it is the command's, then nothing.

    Nothing at last, so that a second Ctrl-C cannot keep the server from being stopped.
    """

    def __init__(self) -> None:
        self._group: int | None = None
        self._finishing = False
        self._first: Callable[[], None] = lambda: None
        for number in HANDLED:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
                signal.signal(number, self._receive)

    def go_to(self, group: int) -> None:
        """Hand signals on to this process group."""
        self._group = group

    def before_all(self, first: Callable[[], None]) -> None:
        """Have this done as soon as a signal comes, before it is handed on."""
        self._first = first

    def finish(self) -> None:
        self._group, self._finishing = None, True

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        if self._group is not None:
            self._first()
            with suppress(ProcessLookupError):
                os.killpg(self._group, number)
        elif not self._finishing:
            self._finishing = True
            raise SystemExit(128 + number)


@contextmanager
def postponed() -> Iterator[None]:
    """Hold signals back while a process starts: one in between would leave it running unknown."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def bound_to_us(last_signal: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the child receives `last_signal` when we die, even of SIGKILL (Linux)."""
    parent = os.getpid()

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)
        if sys.platform == "linux":
            _LIBC.prctl(PR_SET_PDEATHSIG, int(last_signal))
            if os.getppid() != parent:
                os._exit(1)

    return prepare
