"""Waiting for what others do."""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS = 60
"""The machine may have a lot to do."""


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()
