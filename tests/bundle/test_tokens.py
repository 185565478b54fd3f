"""Tokens stand for ids that are made when the bundle is written."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.models import Resource
from profiles.models import Source
from tests import factories
from tests.bundle.asking import create, faults, ids, link, put, send
from tests.clients import Api

REFERENCE = {"type": "reference"}


@pytest.fixture
def referring(api: Api, source: Source) -> Api:
    """With profiles and a definition that hold references, at any depth."""
    address = {"type": "object", "properties": {"of": REFERENCE, "name": {"type": "symbol"}}}
    properties = {
        "one": REFERENCE,
        "many": {"type": "array", "items": REFERENCE},
        "deep": {"type": "array", "items": address},
    }
    note = {"properties": {"of": REFERENCE}}
    factories.ProfileFactory.create(source=source, key="note", body=note)
    notes = {"types": ["note"], "cardinality": "0:*"}
    body = {"properties": properties, "contained": {"notes": notes}}
    factories.ProfileFactory.create(source=source, key="case", body=body)
    factories.RelationshipDefinitionFactory.create(
        source=source,
        key="told",
        body={
            "from": {"profileKey": "provider", "includeKey": "told", "includeCardinality": "0:*"},
            "to": {"profileKey": "office", "includeKey": "toldBy", "includeCardinality": "0:*"},
            "properties": {"by": REFERENCE},
        },
    )
    return api


def to(id: str, type: str = "provider") -> Any:
    return {"type": type, "id": id}


def test_a_token_is_the_id_of_its_resource(api: Api) -> None:
    resources = [create("provider", "@rootId1"), create("office", "@rootId2")]
    answer = send(api, resources, [link("@rootId1", "@rootId2")])
    provider, office, relationship = ids(answer)
    assert relationship == f"provider.{provider},office.{office}"
    assert api.get(f"resources/provider/{provider}").status == 200
    assert api.get(f"relationships/provider-office/{provider}.{office}").status == 200


def test_a_token_stands_in_every_reference(referring: Api) -> None:
    data = {
        "one": to("@rootId2"),
        "many": [to("@rootId2"), to("ada"), to("@rootId1", "case")],
        "deep": [{"of": to("@rootId2"), "name": "@rootId2"}],
    }
    contained = {"notes": [{"type": "note", "data": {"of": to("@rootId2")}}]}
    case = create("case", "@rootId1", data, contained=contained)
    answer = send(referring, [case, create("provider", "@rootId2")])
    own, other = ids(answer)
    shown = referring.get(f"resources/case/{own}").json
    assert shown["data"] == {
        "one": to(other),
        "many": [to(other), to("ada"), to(own, "case")],
        "deep": [{"of": to(other), "name": "@rootId2"}],
    }
    assert shown["contained"]["notes"][0]["data"] == {"of": to(other)}


def test_a_token_stands_in_what_is_stored_already(referring: Api) -> None:
    referring.put("resources/case/old", {"data": {}})
    answer = send(
        referring, [put("case", "old", {"one": to("@rootId1")}), create("provider", "@rootId1")]
    )
    assert referring.get("resources/case/old").json["data"] == {"one": to(ids(answer)[1])}


def test_a_token_stands_in_the_data_of_a_relationship(referring: Api) -> None:
    resources = [create("provider", "@rootId1"), put("office", "west")]
    linked = link("@rootId1", "west", {"by": to("@rootId1")}, type="told")
    provider, *_ = ids(send(referring, resources, [linked]))
    shown = referring.get(f"relationships/told/{provider}.west").json
    assert shown["data"] == {"by": to(provider)}


def test_a_plain_word_is_the_resource_itself(referring: Api) -> None:
    both = {"many": [to("@rootId", "case"), to("@rootId7")]}
    resources = [create("case", "@rootId", both), create("provider", "@rootId7")]
    own, other = ids(send(referring, resources))
    data = referring.get(f"resources/case/{own}").json["data"]
    assert data == {"many": [to(own, "case"), to(other)]}


def test_an_escaped_token_is_one(referring: Api) -> None:
    case = (
        '{"type": "case", "id": "a", "data": {"one": {"type": "provider", "id": "\\u0040rootId1"}}}'
    )
    provider = '{"type": "provider", "id": "@rootId1", "data": {}}'
    body = (
        f'{{"resourceOperations": [{{"action": "UPSERT", "upsert": {case}}},'
        f' {{"action": "CREATE", "create": {provider}}}]}}'
    )
    answer = referring.post("bundle", body)
    assert referring.get("resources/case/a").json["data"]["one"] == to(ids(answer)[1])


def test_an_unknown_token_is_a_fault_at_its_place(referring: Api) -> None:
    contained = {"notes": [{"type": "note", "data": {"of": to("@rootId4")}}]}
    data = {"many": [to("@rootId1"), to("@rootId3")]}
    resources = [create("provider", "@rootId1"), put("case", "a", data, contained=contained)]
    answer = send(referring, resources, [link("@rootId2", "@rootId1")])
    assert answer.status == 400
    assert faults(answer) == [
        ("resource", 1, "/contained/notes/0/data/of/id", "token"),
        ("resource", 1, "/data/many/1/id", "token"),
        ("relationship", 0, "/from/id", "token"),
    ]
    assert not Resource.objects.exists()


@pytest.mark.parametrize(
    "operation", [put("provider", "@rootId1"), create("provider", "@rootId01")]
)
def test_only_a_create_declares_a_token(api: Api, operation: Any) -> None:
    answer = send(api, [operation])
    assert answer.status == 400
    assert [path for _, _, path, _ in faults(answer)] == ["/id"]


def test_a_token_is_declared_once(api: Api) -> None:
    resources = [create("provider", "@rootId1"), create("office", "@rootId1", {"name": 1})]
    answer = send(api, resources)
    assert answer.status == 400
    assert faults(answer) == [
        ("resource", 1, "/id", "unique"),
        ("resource", 1, "/data/name", "type"),
    ]
    assert not Resource.objects.exists()


def test_a_token_outside_of_a_bundle_is_no_id(api: Api) -> None:
    assert api.post("resources/provider", {"id": "@rootId1", "data": {}}).faults == [("/id", "id")]
