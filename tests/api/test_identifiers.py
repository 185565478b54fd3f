"""A resource by one of its identifiers."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from ingestion.filters import with_identifier
from ingestion.models import Resource
from profiles.models import Source
from tests.clients import Api

NPI = "http://hl7.org/fhir/sid/us-npi"


def identified(id: str, *identifiers: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "data": {"name": id}, "meta": {"identifier": list(identifiers)}}


@pytest.fixture
def provider(api: Api) -> None:
    npi = {"system": NPI, "value": "12:34", "use": "official"}
    api.post("resources/provider", identified("ada", npi))
    api.post("resources/provider", identified("bob", {"system": NPI, "value": "99"}))


@pytest.mark.parametrize("name", [f"{NPI}:12:34:official", f"{NPI}:12:34"])
def test_a_resource_is_read_by_its_identifier_with_or_without_use(
    api: Api, provider: None, name: str
) -> None:
    assert api.get(f"resources/provider/{name}").json["id"] == "ada"


@pytest.mark.parametrize("name", [f"{NPI}:12", f"{NPI}:12:34:usual", "x:12:34", f"{NPI}:12:34:"])
def test_an_identifier_matches_as_a_whole_only(api: Api, provider: None, name: str) -> None:
    assert api.get(f"resources/provider/{name}").status == 404


def test_an_identifier_that_two_resources_share_answers_their_ids(api: Api, provider: None) -> None:
    api.post("resources/provider", identified("cyd", {"system": NPI, "value": "99"}))
    answer = api.get(f"resources/provider/{NPI}:99")
    assert answer.status == 409
    assert answer.json["details"][0]["expected"] == ["bob", "cyd"]


def test_a_resource_is_changed_and_deleted_by_its_identifier(api: Api, provider: None) -> None:
    where = f"resources/provider/{NPI}:99"
    assert api.patch(where, {"data": {"name": "Robert"}}).status == 200
    assert api.get("resources/provider/bob").json["data"] == {"name": "Robert"}
    assert api.delete(where).status == 200
    assert api.get("resources/provider/bob").status == 404


def test_the_list_filters_by_identifier(api: Api, provider: None) -> None:
    found = api.get(f"resources/provider?identifier={NPI}:99").json["data"]
    assert [row["id"] for row in found] == ["bob"]


@pytest.fixture
def crowd(source: Source) -> QuerySet[Any]:
    """20,000 providers, each with an identifier; the planner has not counted them yet."""
    profile = source.profile_set.get(key="provider")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO ingestion_resource (id, source_id, profile_id, public_id, data, contained,
                identifiers, version, contract_version, created_at, updated_at)
            SELECT gen_random_uuid(), %s, %s, 'p' || n, '{}', '{}',
                jsonb_build_array(jsonb_build_object('system', 'urn:crowd', 'value', n::text)),
                1, 1, now(), now()
            FROM generate_series(1, 20000) AS n
            """,
            [source.pk, profile.pk],
        )
    return Resource.objects.filter(source_id=source.pk, profile_id=profile.pk)


def plan_of(found: QuerySet[Any], cache_mode: str) -> str:
    """How a prepared statement is carried out."""
    sql, values = found.query.sql_with_params()
    numbered = sql % tuple(f"${number}" for number in range(1, len(values) + 1))
    given = ", ".join(f"'{value}'" for value in values)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL plan_cache_mode = {cache_mode}")
        cursor.execute(f"PREPARE lookup AS {numbered}")
        cursor.execute(f"EXPLAIN EXECUTE lookup ({given})")
        told = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("DEALLOCATE lookup")
    return told


def test_an_identifier_is_looked_up_through_its_index(
    crowd: QuerySet[Any], subtests: pytest.Subtests
) -> None:
    """Before and after the planner has counted, in plans for once and in those that it keeps."""
    for is_counted, cache_mode, order in product(
        (False, True), ("force_custom_plan", "force_generic_plan"), ("public_id", "-created_at")
    ):
        if is_counted:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE ingestion_resource")
        with subtests.test(is_counted=is_counted, cache_mode=cache_mode, order=order):
            rows = with_identifier(crowd, "urn:crowd:777").order_by(order)
            found = rows.values_list("public_id", flat=True)[:101]
            plan = plan_of(found, cache_mode)
            assert "Index Scan on resource_by_identifier" in plan
            assert "Seq Scan" not in plan
            assert list(found) == ["p777"]
