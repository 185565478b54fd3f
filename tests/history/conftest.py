"""A source with records and links of every sort, whose history is replayed after every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from profiles.models import Source
from tests import factories
from tests.tasks.batches import CLERK
from tests.writing.asking import define_link, make
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
    factories.ProfileFactory.create(source=source, key="clerk", body=CLERK)
    define_link(source, "many")
    define_link(source, "few", from_side="0:1")
    define_link(source, "pair", from_side="0:1", to_side="0:1")
    make(source, providers=2, offices=2)
    return source
