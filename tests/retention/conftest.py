"""A source with records and links of every sort."""

from __future__ import annotations

import pytest

from profiles.models import Source
from tests.tasks.batches import make_world


@pytest.fixture
def world(source: Source) -> Source:
    return make_world(source)
