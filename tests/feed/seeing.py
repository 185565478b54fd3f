"""The feed within one transaction, as most tests are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from ingestion.feed import ticks

OWN_IS_OVER = f"'1:' || ({ticks.OWN} + 1) || ':'"


@contextmanager
def own_changes_are_seen() -> Iterator[None]:
    """By whoever begins at the beginning, as if their transaction had ended."""
    with patch.object(ticks, "SEEN", OWN_IS_OVER):
        yield
