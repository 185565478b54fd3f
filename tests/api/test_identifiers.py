"""A resource by one of its identifiers."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from profiles.models import Source
from tests import factories
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


def test_an_identifier_is_looked_up_through_its_index(source: Source) -> None:
    factories.make_key()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM ingestion_resource WHERE NOT (identifiers = '[]'::jsonb)"
            " AND registrar_identifier_names(identifiers) @> ARRAY['a:b']"
        )
        assert "resource_by_identifier" in str(cursor.fetchall())
