"""The plan that is kept for what `data` contains: right for every value, whenever it was made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from psycopg import sql

from ingestion.sql import run
from profiles.models import Profile, Source
from tests.clients import Api

pytestmark = pytest.mark.django_db(transaction=True)  # A plan does not outlive what is undone.

RECORDS = 20_000
FREQUENT, ONE_IN_200, RARE, ABSENT = "f", "c7", "r19", "none"


@pytest.fixture
def asked_by_value() -> Iterator[list[tuple[str, Any]]]:
    """What was asked for by value, and with which parameters."""
    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, text: str, parameters: Any, many: bool, context: Any) -> Any:
        if "WITH sampled" in text:
            asked.append((text, parameters))
        return execute(text, parameters, many, context)

    with connection.execute_wrapper(keep):
        yield asked


def fill(source: Source) -> None:
    run(
        """
        INSERT INTO ingestion_resource
            (id, source_id, profile_id, public_id, data, contained, identifiers, version,
             contract_version, created_at, updated_at)
        SELECT gen_random_uuid(), %s, %s, 'r' || n,
               jsonb_build_object('name', CASE WHEN n %% 2 = 0 THEN 'f' WHEN n %% 200 = 7
                                  THEN 'c7' ELSE 'r' || n END, 'wide', repeat(md5(n::text), 9)),
               '{}', '[]', 1, 1, now() - n * interval '1 second', now()
        FROM generate_series(1, %s) AS n
        """,
        [source.pk, Profile.objects.get(source=source, key="provider").pk, RECORDS],
    )


@pytest.mark.parametrize("is_filled_before", [True, False], ids=["full", "empty"])
@pytest.mark.parametrize("sort", ["-createdAt", "updatedAt", "id"])
def test_a_kept_plan_goes_by_the_index_that_is_right_for_each_value(
    api: Api,
    source: Source,
    asked_by_value: list[tuple[str, Any]],
    sort: str,
    is_filled_before: bool,
) -> None:
    """Also one that was made when the table was empty, and nothing is known of it yet."""
    path = f"resources/provider?sort={sort}&perPage=10&data.name="
    api.get(f"{path}a")
    if is_filled_before:
        fill(source)
    for _ in range(5):
        assert api.get(f"{path}{ABSENT}").json["data"] == []
    if not is_filled_before:
        fill(source)
    listed = {"-createdAt": "resource_by_age", "updatedAt": "resource_by_change"}
    walk = listed.get(sort, "resource_public_id")
    for value, found, ways in (
        (FREQUENT, 10, {walk}),
        (ONE_IN_200, 10, {walk, "resource_by_data"}),
        (RARE, 1, {walk, "resource_by_data"}),
        (ABSENT, 0, {walk, "resource_by_data"}),
    ):
        assert len(api.get(f"{path}{value}").json["data"]) == found
        plan = kept_plan(*asked_by_value[-1])
        assert {*indexes(plan)} == ways
        assert not {*scans(plan)}


def kept_plan(text: str, parameters: Any) -> Any:
    """The plan of a prepared statement, after it was run."""
    pattern = text.replace("%s", "$%")
    ((name,),) = run(
        """
        SELECT name FROM pg_prepared_statements
        WHERE regexp_replace(statement, '[$][0-9]+', '$%%', 'g') = %s
          AND generic_plans > 0 AND custom_plans = 0
        """,
        [pattern],
    )
    values = sql.SQL(", ").join(sql.Literal(getattr(one, "obj", one)) for one in parameters)
    explain = "EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE {} ({})"
    raw = connection.connection
    made = sql.SQL(explain).format(sql.Identifier(name), values)
    with transaction.atomic():
        raw.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        (found,) = raw.execute(made, prepare=False).fetchone()
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def nodes(plan: Any) -> Iterator[Any]:
    """Those that were run."""
    if plan["Actual Loops"]:
        yield plan
        for part in plan.get("Plans", ()):
            yield from nodes(part)


def indexes(plan: Any) -> Iterator[str]:
    return (node["Index Name"] for node in nodes(plan) if "Index Name" in node)


def scans(plan: Any) -> Iterator[str]:
    return (node["Node Type"] for node in nodes(plan) if node["Node Type"] == "Seq Scan")
