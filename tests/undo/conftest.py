"""A source with records and links of every sort, whose history is replayed after every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from profiles.models import Source
from tests.tasks.batches import make_world
from tests.writing.replaying import check_history


@pytest.fixture(autouse=True)
def history_is_replayed(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that has a source, whatever it did."""
    own = request.getfixturevalue("source") if "source" in request.fixturenames else None
    yield
    if own is not None:
        check_history(own)


@pytest.fixture
def world(source: Source) -> Source:
    return make_world(source)
