"""What a worker asks of the C library, lest its memory grows with the number of its threads."""

from __future__ import annotations

import ctypes

M_ARENA_MAX = -8
"""Of glibc's `malloc.h`."""


def share_one_heap() -> None:
    """For all threads that begin later. Only one of them runs Python at a time.

    A thread would have a heap of its own, and that keeps what the largest batch took which was
    ever done in it: 40 MB in each of six threads, of which one is at work.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):  # Another library: macOS, musl.
        return
    mallopt(M_ARENA_MAX, 1)
