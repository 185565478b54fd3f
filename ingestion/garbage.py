"""Python's cyclic garbage collector, held back while many records are written.

It runs after so many new objects, and then looks at all that there are: a quarter of the time of a
load goes into finding nothing, since batches are freed without it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS = 50_000
"""Two batches or so. The default is 700."""


@contextmanager
def rare_collections() -> Iterator[None]:
    """For a process that does nothing else: all that is there is taken to stay."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
