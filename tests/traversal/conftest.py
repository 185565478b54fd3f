"""A source with resources that nothing links yet, and one that has the same ids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.traversal.graphs import make_source, store_nodes


@pytest.fixture(autouse=True)
def _nobody_was_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def source(db: None) -> Source:
    source = make_source()
    store_nodes(source)
    return source


@pytest.fixture
def twin(db: None) -> Source:
    twin = make_source()
    store_nodes(twin)
    return twin


@pytest.fixture
def reader(source: Source) -> Api:
    return Api(factories.make_key("reader"), source.key)
