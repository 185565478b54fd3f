"""`browse` lists several collections as one, each by id."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.models import Source
from tests import examples, factories
from tests.clients import Answer, Api


@pytest.fixture
def clinic(api: Api, source: Source) -> Api:
    """Three providers, two offices, four relationships, and a definition called like a profile."""
    for id in ("b", "a", "c"):
        data = {"name": id.upper(), "practiceNumber": ord(id), "specialities": ["Nurse"]}
        api.put(f"resources/provider/{id}", {"data": data})
    for id in ("x", "y"):
        api.put(f"resources/office/{id}", {"data": {"name": id}})
    sides = {
        side: {**examples.PROVIDER_OFFICE[side], "includeKey": f"{side}-again"}
        for side in ("from", "to")
    }
    factories.RelationshipDefinitionFactory.create(source=source, key="provider", body=sides)
    for definition in ("provider", "provider-office"):
        for id in ("a.x", "b.y"):
            assert api.put(f"relationships/{definition}/{id}", {"data": {}}).status == 201
    return api


def shown(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    records = [hit.get("resource") or hit["relationship"] for hit in answer.json["hits"]]
    return [f"{record['type']} {record['id']}" for record in records]


EVERYTHING = [
    *("provider a", "provider b", "provider c", "office x", "office y"),
]
LINKS = [
    *("provider-office provider.a,office.x", "provider-office provider.b,office.y"),
    *("provider provider.a,office.x", "provider provider.b,office.y"),
]


def pages(api: Api, body: dict[str, Any], size: int) -> list[str]:
    found: list[str] = []
    params = {**body.get("params", {}), "perPage": size}
    while True:
        answer = api.post("browse", {**body, "params": params})
        page = shown(answer)
        found += page
        if "cursor" not in answer.json["meta"]:
            return found
        assert len(page) == size
        params["cursor"] = answer.json["meta"]["cursor"]


@pytest.mark.parametrize("size", range(1, 7))
def test_pages_lead_through_all_profiles(clinic: Api, size: int) -> None:
    assert pages(clinic, {"collectionKeys": ["provider", "office"]}, size) == EVERYTHING


@pytest.mark.parametrize("size", range(1, 6))
def test_pages_lead_through_all_definitions(clinic: Api, size: int) -> None:
    """One is called like a profile."""
    body = {
        "collectionKeys": ["provider-office", "provider"],
        "collectionType": "relationships",
    }
    assert pages(clinic, body, size) == LINKS


def test_hits_are_what_reads_answer(clinic: Api) -> None:
    answer = clinic.post("browse", {"collectionKeys": ["office"]})
    assert answer.json["hits"] == [
        {"hitType": "RESOURCE", "resource": clinic.get(f"resources/office/{id}").json}
        for id in ("x", "y")
    ]
    body = {"collectionKeys": ["provider"], "collectionType": "relationships"}
    first = clinic.post("browse", body).json["hits"][0]
    assert first == {
        "hitType": "RELATIONSHIP",
        "relationship": clinic.get("relationships/provider/a.x").json,
    }


def test_an_empty_collection_between_others_is_passed(clinic: Api) -> None:
    for id in ("a", "b", "c"):
        clinic.delete(f"resources/provider/{id}")
    body = {"collectionKeys": ["office", "provider", "paymentMethod"]}
    for size in (1, 2, 3):
        assert pages(clinic, body, size) == EVERYTHING[3:]


@pytest.mark.parametrize("total", ["exact", "estimated"])
def test_the_total_is_that_of_all_collections(clinic: Api, total: str) -> None:
    params = {"perPage": 1, "total": total}
    answer = clinic.post("browse", {"collectionKeys": ["provider", "office"], "params": params})
    assert answer.json["meta"]["total"] == len(EVERYTHING)
    filtered = {**params, "filter": {"any": {"name": ["A", "y"]}}}
    answer = clinic.post("browse", {"collectionKeys": ["provider", "office"], "params": filtered})
    assert answer.json["meta"]["total"] == 2


def test_no_total_is_told_unless_asked(clinic: Api) -> None:
    assert "total" not in clinic.post("browse", {"collectionKeys": ["office"]}).json["meta"]


def test_a_filter_holds_in_every_collection(clinic: Api) -> None:
    params = {"filter": {"any": {"name": ["B", "x"]}}}
    body = {"collectionKeys": ["provider", "office"], "params": params}
    assert pages(clinic, body, 1) == ["provider b", "office x"]


def test_a_path_that_one_collection_lacks_is_refused_with_its_name(clinic: Api) -> None:
    params = {"filter": {"any": {"specialities": ["Nurse"]}}}
    answer = clinic.post("browse", {"collectionKeys": ["provider", "office"], "params": params})
    assert answer.faults == [("/params/filter/any/specialities", "exists")]
    assert "office" in answer.json["details"][0]["message"]


@pytest.mark.parametrize(
    ("properties", "keys"),
    [
        ({"include": ["name"]}, {"name"}),
        ({"exclude": ["name"]}, {"practiceNumber", "specialities"}),
        ({"include": ["name", "specialities"], "exclude": ["name"]}, {"specialities"}),
        ({"exclude": []}, {"name", "practiceNumber", "specialities"}),
        ({}, {"name", "practiceNumber", "specialities"}),
    ],
)
def test_properties_are_included_or_excluded(
    clinic: Api, properties: dict[str, Any], keys: set[str]
) -> None:
    body = {"collectionKeys": ["provider"], "params": {"properties": properties}}
    for hit in clinic.post("browse", body).json["hits"]:
        assert hit["resource"]["data"].keys() == keys
        assert hit["resource"].keys() == {"id", "type", "data", "contained", "meta"}


def test_where_nothing_is_included_there_is_no_data(clinic: Api) -> None:
    body = {"collectionKeys": ["provider"], "params": {"properties": {"include": []}}}
    for hit in clinic.post("browse", body).json["hits"]:
        assert hit["resource"].keys() == {"id", "type", "contained", "meta"}


def test_a_cursor_goes_on_behind_what_was_deleted(clinic: Api) -> None:
    body: dict[str, Any] = {"collectionKeys": ["provider", "office"], "params": {"perPage": 2}}
    cursor = clinic.post("browse", body).json["meta"]["cursor"]
    clinic.delete("resources/provider/b")
    clinic.delete("resources/provider/c")
    body["params"]["cursor"] = cursor
    assert shown(clinic.post("browse", body)) == ["office x", "office y"]


def test_a_reader_may_browse_and_query(clinic: Api, source: Source) -> None:
    reader = Api(factories.make_key("reader"), source.key)
    assert reader.post("browse", {"collectionKeys": ["office"]}).status == 200
    assert reader.post("query", {"collectionKey": "office"}).status == 200
    blind = Api(factories.make_key("reader", sources=[]), source.key)
    assert blind.post("browse", {"collectionKeys": ["office"]}).status == 404
