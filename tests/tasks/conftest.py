"""A source with records and links of every sort."""

from __future__ import annotations

import pytest

from profiles.models import Source
from tests import factories
from tests.tasks.batches import CLERK
from tests.writing.asking import define_link, make


@pytest.fixture
def world(source: Source) -> Source:
    factories.ProfileFactory.create(source=source, key="clerk", body=CLERK)
    define_link(source, "many")
    define_link(source, "few", from_side="0:1")
    define_link(source, "pair", from_side="0:1", to_side="0:1")
    make(source, providers=2, offices=2)
    return source
