"""What answers without a key: health, readiness, the page about the API."""

from __future__ import annotations

import re

import pytest
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import get_resolver


def test_healthz_answers_without_the_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_answers_once_every_migration_ran(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


@pytest.mark.django_db
def test_readyz_waits_for_migrations(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["a migration"])
    assert client.get("/readyz").status_code == 503


def test_readyz_tells_that_there_is_no_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_database(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", no_database)
    monkeypatch.setattr(MigrationExecutor, "__init__", no_database)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "no database"})


def test_the_docs_show_every_address(client: Client) -> None:
    page = client.get("/docs").content.decode()
    shown = set(re.findall(r"[a-z-]+", " ".join(re.findall(r"<code>([^<]*/[^<]*)</code>", page))))
    routes = " ".join(str(pattern.pattern) for pattern in get_resolver().url_patterns)
    words = {"catalog", "sources", "profiles", "schema", "relationship-definitions", "resources"}
    assert words | {"relationships", "healthz", "readyz"} <= shown
    assert "healthz" in routes


def test_the_docs_name_the_host_that_serves_them(client: Client) -> None:
    assert b"http://testserver/catalog/v1/sources" in client.get("/docs").content
