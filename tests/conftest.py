"""Fixtures that many tests share."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from hypothesis import HealthCheck
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.kept import KeptSource
from tests.workers import empty_queue
from tests.writing.threads import Threads

CLINIC = KeptSource(factories.clinic)


def pytest_configure() -> None:
    """Tests sign sessions on whatever server DATABASE_URL names, so that it needs no SECRET_KEY.

    They change keys and roles in between requests, and count what a request asks the database.
    Their bulks are shared, though they are small, and their passwords quickly hashed. Hypothesis
    measures by the clock how long an example takes, which on a busy machine says nothing.
    """
    patience = hypothesis.settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis.settings.register_profile("patient", patience)
    hypothesis.settings.load_profile("patient")
    settings.SECRET_KEY = "for tests"
    settings.KEY_SECONDS = settings.TICK_SECONDS = 0
    settings.BULK_SHARED_BYTES = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Tests by the thousand stay to the end: nobody has to walk them for garbage time and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _garbage_is_collected_as_always() -> Iterator[None]:
    """Of a worker all that is there is taken to stay. It would walk all tests for each task, and
    leave them to be walked by whoever comes next.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingestion.tasks.running.rare_collections", nullcontext)
        patch.setattr("ingestion.loading.files.rare_collections", nullcontext)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once() -> Iterator[None]:
    """Every test client makes the middleware anew, and that asks the disk for each file: 16 ms."""
    found: dict[str, StaticFile] = {}
    list_files = WhiteNoiseMiddleware.add_files_from_finders

    def add_found(self: WhiteNoiseMiddleware) -> None:
        if not found:
            list_files(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_found)
        yield


@pytest.fixture(autouse=True)
def _nobody_was_counted() -> None:
    """Throttles count in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def source(db: None) -> Source:
    """A source with the running example of the seed.

    Its contract was read already: what happens the first time needs a `factories.clinic()`.
    """
    return CLINIC()


@pytest.fixture
def api(source: Source) -> Api:
    """A system with the role admin."""
    return Api(factories.make_key("admin"), source.key)


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[Threads]:
    """Clients at the same time. The test is one with `transaction=True`."""
    threads = Threads(monkeypatch)
    yield threads
    threads.close()


@pytest.fixture
def queue(transactional_db: None) -> Iterator[None]:
    """An empty one."""
    empty_queue()
    yield
    empty_queue()


@pytest.fixture(scope="session", autouse=True)
def _uploads_of_this_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests upload is nobody else's, and not left behind in the project."""
    folder = tmp_path_factory.mktemp("uploads")
    with _uploads_in(folder), pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPLOADS_OPTIONS", json.dumps({"location": str(folder)}))
        yield


@pytest.fixture
def uploads_folder(tmp_path: Path) -> Iterator[Path]:
    """What a test uploads is kept in a folder of its own."""
    folder = tmp_path / "uploads"
    with _uploads_in(folder):
        yield folder


def _uploads_in(folder: Path) -> override_settings:
    storages: dict[str, Any] = settings.STORAGES
    own = {**storages["uploads"], "OPTIONS": {"location": str(folder)}}
    return override_settings(STORAGES={**storages, "uploads": own})
