"""Fixtures of the tests of what is done once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.writing.threads import Threads


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[Threads]:
    threads = Threads(monkeypatch)
    yield threads
    threads.close()
