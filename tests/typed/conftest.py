"""A source with every type, and its document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.live_server_helper import LiveServer

from profiles.models import Source
from tests.clients import Api
from tests.typed.documents import Document, make_rich


@pytest.fixture
def rich(source: Source) -> Source:
    make_rich(source)
    return source


@pytest.fixture
def document(rich: Source, api: Api) -> Document:
    return Document.read(api)


@pytest.fixture(scope="package")
def live_server() -> Iterator[LiveServer]:
    """In place of that of pytest-django, which would run on while others are tested."""
    server = LiveServer("127.0.0.1")
    yield server
    server.stop()
