"""A search that takes too long is refused and says so; writes take the time that they need."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q

from ingestion.filters.conditions import OnData, contains
from ingestion.search.pages import FoundPage
from profiles.models import Source
from tests import factories
from tests.clients import Api

pytestmark = pytest.mark.django_db(transaction=True)

SLOW = Q(OnData("({data} IS NOT NULL AND pg_sleep(60) IS NOT NULL)"))
FILTER = {"filter": {"eq": {"name": "*"}}}
SLOW_WRITES = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_sleep(0.3); RETURN NEW; END $$;
CREATE TRIGGER slowly BEFORE INSERT ON ingestion_resource FOR EACH ROW EXECUTE FUNCTION slowly();
"""


@pytest.fixture
def providers(api: Api, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Api:
    """Found slowly when it is asked whether something is there."""
    api.put("resources/provider/a", {"data": {"name": "Ada"}})
    monkeypatch.setattr("ingestion.filters.data.is_there", lambda _: SLOW)
    monkeypatch.setattr("ingestion.search.operators.is_there", lambda _: SLOW)
    settings.SEARCH_SECONDS = 0.05
    return api


SEARCHES: list[tuple[str, str, Any]] = [
    ("GET", "resources/provider?data.name__isnull=false", None),
    ("GET", "resources/provider?data.name__isnull=false&sort=id", None),
    ("GET", "resources/provider?data.name__isnull=false&total=exact", None),
    ("GET", "relationships/provider-office?from.data.name__isnull=false", None),
    ("POST", "query", {"collectionKey": "provider", **FILTER}),
    ("POST", "browse", {"collectionKeys": ["provider"], "params": FILTER}),
]


@pytest.mark.parametrize(("method", "path", "body"), SEARCHES, ids=lambda part: str(part)[:50])
def test_a_search_that_takes_too_long_is_refused(
    providers: Api, method: str, path: str, body: Any, settings: Any
) -> None:
    providers.put("resources/office/x", {"data": {}})
    providers.put("relationships/provider-office/a.x", {"data": {}})
    answer = providers.send(method, path, body)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.json["message"].startswith("The search took longer than 0.05 s.")
    settings.SEARCH_SECONDS = 10
    assert providers.get("resources/provider").status == 200


def test_the_sample_is_limited_too(providers: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """By which rare is told from frequent, before anything is looked for."""
    providers.put("resources/office/x", {"data": {}})
    providers.put("relationships/provider-office/a.x", {"data": {}})
    monkeypatch.setattr("ingestion.filters.data.contains", lambda path, value: SLOW)
    began = time.monotonic()
    answer = providers.get("relationships/provider-office?from.data.name=Ada")
    assert answer.json["message"].startswith("The search took longer than 0.05 s.")
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("total", ["exact", "estimated"])
def test_what_takes_long_to_count_is_refused(
    providers: Api, monkeypatch: pytest.MonkeyPatch, total: str
) -> None:
    """The page itself is found at once."""
    monkeypatch.setattr("ingestion.search.answers.find", _found_nothing)
    answer = providers.get(f"resources/provider?data.name__isnull=false&total={total}")
    assert answer.json["message"].startswith("The search took longer than")


def test_the_limit_is_over_with_the_search(providers: Api, source: Source) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        before = cursor.fetchone()
        providers.get("resources/provider?data.name=Ada")
        providers.get("resources/provider?data.name__isnull=false")
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == before


def test_writes_are_not_limited(providers: Api) -> None:
    providers.get("resources/provider?data.name=Ada")
    with connection.cursor() as cursor:
        cursor.execute(SLOW_WRITES)
    try:
        assert providers.put("resources/provider/b", {"data": {}}).status == 201
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER slowly ON ingestion_resource; DROP FUNCTION slowly()")


def test_other_faults_of_the_database_are_told_as_they_are(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what was ended for its time is the caller's to change."""
    api.put("resources/provider/a", {"data": {"name": "Ada"}})
    ended = Q(OnData("({data} IS NOT NULL AND pg_terminate_backend(pg_backend_pid()))"))
    monkeypatch.setattr("ingestion.filters.data.is_there", lambda _: ended)
    answer = Api(factories.make_key("reader"), api.source).get(
        "resources/provider?data.name__isnull=false"
    )
    connection.close()
    assert answer.status == 503


def _found_nothing(_: object) -> Any:
    return FoundPage()


@pytest.mark.parametrize("sort", ["-createdAt", "id"])
def test_what_is_not_found_in_haste_is_found_by_walking(
    api: Api, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    """As what is rare among the first rows, and frequent further on."""
    for id, name in (("a", "Ada"), ("b", "Ben"), ("c", "Ada")):
        api.put(f"resources/provider/{id}", {"data": {"name": name}})
    nap = Q(OnData("({data} IS NOT NULL AND pg_sleep(0.1) IS NOT NULL)"))
    monkeypatch.setattr(
        "ingestion.filters.data.contains", lambda path, value: nap & Q(contains(path, value))
    )
    monkeypatch.setattr("ingestion.search.time_limit.HASTE", 0.02)
    answer = api.get(f"resources/provider?data.name=Ada&sort={sort}&explain=true&perPage=1")
    assert [row["id"] for row in answer.json["data"]] == ["c" if sort == "-createdAt" else "a"]
    (explained,) = answer.json["meta"]["explain"]
    assert explained["indexes"] == [
        "resource_by_age" if sort == "-createdAt" else "resource_public_id"
    ]
