"""A resource by one of its identifiers."""

from __future__ import annotations

from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.db.models import QuerySet

from ingestion.filters.resources import with_identifier
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


@pytest.mark.parametrize(
    "parts",
    [
        {"system": "http://a.example/b/", "value": "c/d:1/", "use": "official"},
        {"system": "http://a.example//b/../c", "value": "."},
        {"system": "urn:names", "value": " Zoé 漢字 %41 + ? # & '\"; -- "},
        {"system": "urn:names", "value": "\N{REPLACEMENT CHARACTER}"},
        {"system": "urn:lines", "value": "one\ntwo\n"},
        {"system": "urn:lines", "value": "one\n/two"},
        {"value": "without:system"},
        {"value": "without", "use": "old"},
        {"system": "urn:without:value"},
        {"system": "urn:1", "value": "", "use": "old"},
    ],
)
def test_an_identifier_of_any_parts_is_found_by_path_and_in_the_list(
    api: Api, parts: dict[str, str]
) -> None:
    assert api.post("resources/provider", identified("ada", parts)).status == 201
    name = ":".join(parts[part] for part in ("system", "value", "use") if part in parts)
    assert api.get(f"resources/provider/{quote(name, safe='')}").json["id"] == "ada"
    assert api.get(f"resources/provider/{quote(name, safe='/:')}").json["id"] == "ada"
    listed = api.get(f"resources/provider?identifier={quote(name, safe='')}")
    assert [row["id"] for row in listed.json["data"]] == ["ada"]


def test_an_identifier_without_a_colon_is_found_in_the_list_only(api: Api) -> None:
    """In a path it is an id."""
    api.post("resources/provider", identified("ada", {"value": "1020993"}))
    assert api.get("resources/provider/1020993").status == 404
    listed = api.get("resources/provider?identifier=1020993").json["data"]
    assert [row["id"] for row in listed] == ["ada"]


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ({"system": "a", "value": "b:c"}, {"system": "a:b", "value": "c"}, "a:b:c"),
        ({"system": "a", "value": "b", "use": "old"}, {"value": "a:b:old"}, "a:b:old"),
        ({"system": "a", "value": "b", "use": "old"}, {"system": "a", "value": "b"}, "a:b"),
        ({"system": "a:b"}, {"value": "a:b"}, "a:b"),
    ],
)
def test_an_identifier_that_can_be_split_in_two_ways_matches_both(
    api: Api, one: dict[str, str], other: dict[str, str], name: str
) -> None:
    api.post("resources/provider", identified("ada", one))
    api.post("resources/provider", identified("bob", other))
    assert api.get(f"resources/provider/{name}").status == 409
    listed = api.get(f"resources/provider?identifier={name}&sort=id").json["data"]
    assert [row["id"] for row in listed] == ["ada", "bob"]


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


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_nothing_is_written_where_several_have_the_identifier(api: Api, method: str) -> None:
    for id in ("ada", "bob"):
        api.post("resources/provider", identified(id, {"system": NPI, "value": "1"}))
    answer = api.send(method, f"resources/provider/{NPI}:1", {"data": {"name": "Eve"}})
    assert answer.error == (409, "FAILED_PRECONDITION")
    for id in ("ada", "bob"):
        assert api.get(f"resources/provider/{id}").json["meta"]["version"] == 1


def test_put_creates_nothing_under_an_identifier(api: Api) -> None:
    answer = api.put(f"resources/provider/{NPI}:1", {"data": {"name": "Ada"}})
    assert answer.error == (404, "NOT_FOUND")


@pytest.mark.parametrize("name", [f"{NPI}:99", f"{NPI}:none"])
def test_post_is_no_method_of_an_identifier(api: Api, provider: None, name: str) -> None:
    answer = api.post(f"resources/provider/{name}", {"data": {"name": "Ada"}})
    assert answer.error == (405, "METHOD_NOT_ALLOWED")


def test_contained_resources_are_reached_by_the_id_of_their_root_only(api: Api) -> None:
    """With an identifier, the rest of the path belongs to it."""
    card = {"id": "visa", "type": "paymentMethod", "data": {"value": "Visa"}}
    body = {"data": {}, "contained": {"primaryPaymentMethod": [card]}}
    api.put("resources/office/west", {**body, "meta": {"identifier": [{"value": "urn:w"}]}})
    assert api.get("resources/office/west/primaryPaymentMethod/visa").status == 200
    assert api.get("resources/office/urn:w/primaryPaymentMethod/visa").status == 404


def test_a_list_by_identifier_comes_in_pages(api: Api) -> None:
    for id in "abcde":
        api.post("resources/provider", identified(id, {"system": "urn:group", "value": "1"}))
    api.post("resources/provider", identified("f", {"system": "urn:group", "value": "2"}))
    where = "resources/provider?identifier=urn:group:1&sort=id&perPage=2"
    pages = [api.get(where).json]
    while cursor := pages[-1]["meta"].get("cursor"):
        pages.append(api.get(f"{where}&cursor={cursor}").json)
    ids = [[row["id"] for row in page["data"]] for page in pages]
    assert ids == [["a", "b"], ["c", "d"], ["e"]]


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
