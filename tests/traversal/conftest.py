"""A source with resources that nothing links yet, and one that has the same ids."""

from __future__ import annotations

import pytest

from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.kept import KeptSource
from tests.traversal.graphs import make_source, store_nodes


def _make_filled_source() -> Source:
    source = make_source()
    store_nodes(source)
    return source


ONE, OTHER = KeptSource(_make_filled_source), KeptSource(_make_filled_source)


@pytest.fixture
def source(db: None) -> Source:
    return ONE()


@pytest.fixture
def twin(db: None) -> Source:
    return OTHER()


@pytest.fixture
def reader(source: Source) -> Api:
    return Api(factories.make_key("reader"), source.key)
