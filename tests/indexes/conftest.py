"""Indexes are built outside of any transaction, so these tests commit, and tidy up themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingestion.models import DataIndex
from profiles.models import Source
from tests import factories
from tests.indexes.worker import indexes, work
from tests.writing.threads import Threads


@pytest.fixture
def source(queue: None) -> Iterator[Source]:
    """A source without a definition, and afterwards a database without an index of ours."""
    yield factories.SourceFactory.create()
    DataIndex.objects.all().delete()
    work()
    assert indexes() == {}


@pytest.fixture
def threads(source: Source, monkeypatch: pytest.MonkeyPatch) -> Iterator[Threads]:
    threads = Threads(monkeypatch)
    yield threads
    threads.close()
