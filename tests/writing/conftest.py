"""What every test of the write path has: its history is replayed when it is over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from profiles.models import Source
from tests.writing.replaying import check_history


@pytest.fixture(autouse=True)
def history_is_replayed(source: Source) -> Iterator[None]:
    """After every test, whatever it did."""
    yield
    for one in Source.objects.all():
        check_history(one)


@pytest.fixture
def without_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks alone have to do it: no constraint that is violated has the batch done again."""
    monkeypatch.setattr("ingestion.writing.ATTEMPTS", 1)
