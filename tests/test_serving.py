"""What answers without a key: health, readiness, the page about the API."""

from __future__ import annotations

import re

import pytest
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client


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


def test_the_docs_let_nothing_run_but_files_of_their_own_host(client: Client) -> None:
    policy = client.get("/docs")["Content-Security-Policy"]
    sources = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert sources["default-src"] == "'none'"
    assert {sources["script-src"], sources["style-src"], sources["connect-src"]} == {"'self'"}
    assert "unsafe" not in policy


def test_every_file_of_the_docs_is_served_from_here(client: Client) -> None:
    page = client.get("/docs").content.decode()
    files = re.findall(r'(?:src|href|data-schema)="([^"]*)"', page)
    assert "/api/schema" in files
    for name in files:
        response = client.get(name)
        assert response.status_code == 200, name
        assert response.getvalue(), name


def test_the_docs_hold_no_script_or_style_of_their_own(client: Client) -> None:
    page = client.get("/docs").content.decode()
    assert not re.search(r"<style|<script>|<script [^>]*>[^<]| style=| on[a-z]+=", page)


def test_the_docs_name_the_host_that_serves_them(client: Client) -> None:
    assert b"http://testserver/catalog/v1/sources" in client.get("/docs").content


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/docs", "/api/schema"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_what_needs_no_key_can_only_be_read(path: str, method: str) -> None:
    response = Client(enforce_csrf_checks=True).generic(method, path)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert response.json()["type"] == "METHOD_NOT_ALLOWED"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/docs", "/api/schema"])
def test_what_can_be_read_can_be_asked_for_its_head(client: Client, path: str) -> None:
    assert client.head(path).status_code == 200


def test_a_form_of_the_admin_without_its_token_answers_a_page() -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/")
    assert response.status_code == 403
    assert response.headers["Content-Type"].startswith("text/html")


def test_the_document_passes_over_what_is_no_etag(client: Client) -> None:
    assert client.get("/api/schema", headers={"If-None-Match": "no quotes"}).status_code == 200
