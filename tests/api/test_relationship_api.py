"""Relationships over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.models import Change
from profiles.models import Source
from tests import examples
from tests.clients import Answer, Api

LINKS = "relationships/provider-office"
ID = "provider.ada,office.west"


def ends(from_id: str = "ada", to_id: str = "west", **more: Any) -> dict[str, Any]:
    return {
        "from": {"id": from_id, "type": "provider"},
        "to": {"id": to_id, "type": "office"},
        **more,
    }


@pytest.fixture
def people(api: Api) -> None:
    """Two providers and two offices."""
    for id in ("ada", "bo"):
        api.put(f"resources/provider/{id}", {"data": {}})
    for id in ("west", "east"):
        api.put(f"resources/office/{id}", {"data": {}})


def limit(api: Api, from_limit: str, to_limit: str) -> None:
    body = {**examples.PROVIDER_OFFICE}
    body["from"] = {**body["from"], "includeCardinality": from_limit}
    body["to"] = {**body["to"], "includeCardinality": to_limit}
    assert api.put("relationship-definitions/provider-office", body).status == 200


def test_post_creates_a_relationship_and_makes_its_id(
    api: Api, source: Source, people: None
) -> None:
    answer = api.post(LINKS, ends(data={"effective": {"start": "2024"}}))
    assert answer.status == 201
    assert answer.json["status"] == "PERSISTED"
    assert answer.relationship["id"] == ID
    assert answer.headers["Location"] == f"/sources/{source.key}/v1/{LINKS}/{ID}"


def test_a_relationship_is_shown_in_this_form(api: Api, source: Source, people: None) -> None:
    put = api.post(LINKS, ends(data={"effective": {"start": "2024"}}))
    got = api.get(f"{LINKS}/{ID}")
    assert (got.json, got.etag) == (put.relationship, put.etag)
    meta = got.json.pop("meta")
    shown = {key: part for key, part in got.json.items() if key != "meta"}
    assert shown == {
        "id": ID,
        "type": "provider-office",
        **ends(),
        "data": {"effective": {"start": "2024"}},
    }
    assert set(meta) == {"source", "version", "createdAt", "updatedAt", "identifier"}
    assert (meta["source"], meta["version"], meta["identifier"]) == (source.key, 1, [])


def test_data_is_optional(api: Api, people: None) -> None:
    assert api.post(LINKS, ends()).relationship["data"] == {}
    assert api.post(LINKS, ends("bo", data=None)).relationship["data"] == {}


def test_required_data_is_required(api: Api, people: None) -> None:
    effective = {"type": "period", "rules": [{"required": True}]}
    body = {**examples.PROVIDER_OFFICE, "properties": {"effective": effective}}
    api.put("relationship-definitions/provider-office", body)
    assert api.post(LINKS, ends()).faults == [("/data/effective", "required")]


def test_there_is_one_relationship_between_two_resources(api: Api, people: None) -> None:
    api.post(LINKS, ends())
    answer = api.post(LINKS, ends(data={"effective": {}}))
    assert answer.error == (409, "ALREADY_EXISTS")
    assert answer.faults == [("/id", "unique")]


def test_there_may_be_one_of_each_definition(api: Api, people: None) -> None:
    body = {
        "from": {"profileKey": "provider", "includeKey": "owns", "includeCardinality": "0:*"},
        "to": {"profileKey": "office", "includeKey": "owners", "includeCardinality": "0:*"},
    }
    api.put("relationship-definitions/owning", body)
    assert api.post(LINKS, ends()).status == 201
    assert api.post("relationships/owning", ends()).status == 201


@pytest.mark.parametrize("id", [ID, "ada.west"])
def test_put_creates_a_relationship_by_its_full_or_short_id(
    api: Api, people: None, id: str
) -> None:
    answer = api.put(f"{LINKS}/{id}", {})
    assert (answer.status, answer.relationship["id"]) == (201, ID)
    assert api.get(f"{LINKS}/{id}").json == answer.relationship


@pytest.mark.parametrize("body", [{}, ends(), {"from": ends()["from"]}, ends(id=ID), {"id": None}])
def test_put_takes_ends_or_leaves_them_out(api: Api, people: None, body: Any) -> None:
    assert api.put(f"{LINKS}/{ID}", body).status == 201


def test_put_replaces_the_data_whole(api: Api, link: str) -> None:
    answer = api.put(link, {"data": {"effective": {"end": "2025"}}})
    assert answer.status == 200
    assert api.get(link).json["data"] == {"effective": {"end": "2025"}}
    assert api.put(link, {}).relationship["data"] == {}


def test_the_same_put_again_changes_nothing(api: Api, link: str) -> None:
    before = api.get(link)
    changes = Change.objects.count()
    answer = api.put(link, {"data": {"effective": {"start": "2024"}}})
    assert (answer.status, answer.etag, answer.relationship) == (200, before.etag, before.json)
    assert Change.objects.count() == changes


def test_ends_in_the_body_agree_with_the_path(api: Api, people: None) -> None:
    answer = api.put(f"{LINKS}/{ID}", ends("bo", "east"))
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [("/from/id", "place"), ("/to/id", "place")]


def test_an_id_in_the_body_agrees_with_the_path(api: Api, people: None) -> None:
    answer = api.put(f"{LINKS}/{ID}", {"id": "provider.bo,office.east"})
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [("/id", "place")]


def test_an_id_in_the_body_agrees_with_the_ends(api: Api, people: None) -> None:
    assert api.post(LINKS, ends(id=ID)).status == 201
    answer = api.post(LINKS, ends("bo", "east", id=ID))
    assert answer.error == (400, "INVALID_ARGUMENT")


def test_a_type_in_the_body_is_the_definition(api: Api, people: None) -> None:
    assert api.post(LINKS, ends(type="provider-office")).status == 201
    answer = api.put(f"{LINKS}/bo.east", {"type": "owning"})
    assert answer.faults == [("/type", "place")]


NO_IDS = (
    "ada",
    "office.west,provider.ada",
    "provider.ada,office.",
    "a.b.c",
    ",",
    "_.a",
    "ada.west,",
)


@pytest.mark.parametrize("id", NO_IDS)
def test_what_is_no_id_of_the_definition_is_a_404(api: Api, link: str, id: str) -> None:
    for answer in (
        api.get(f"{LINKS}/{id}"),
        api.patch(f"{LINKS}/{id}", {}),
        api.delete(f"{LINKS}/{id}"),
    ):
        assert answer.error == (404, "NOT_FOUND")


@pytest.mark.parametrize("id", NO_IDS)
def test_nothing_is_made_by_what_is_no_id_of_the_definition(api: Api, link: str, id: str) -> None:
    for answer in (api.put(f"{LINKS}/{id}", {}), api.put(f"{LINKS}/{id}", ends(id=id))):
        assert answer.faults == [("/id", "id")]
        (fault,) = answer.json["details"]
        assert fault["expected"] == "provider.<id>,office.<id>"


def test_a_relationship_that_is_not_there_is_a_404(api: Api, people: None) -> None:
    for answer in (api.get(f"{LINKS}/{ID}"), api.delete(f"{LINKS}/{ID}")):
        assert answer.error == (404, "NOT_FOUND")
    assert api.patch(f"{LINKS}/{ID}", {}).error == (404, "NOT_FOUND")


def test_a_definition_that_is_not_there_is_a_404(api: Api, people: None) -> None:
    assert api.post("relationships/owning", ends()).error == (404, "NOT_FOUND")
    assert api.get("relationships/owning").error == (404, "NOT_FOUND")
    assert api.get(f"relationships/owning/{ID}").error == (404, "NOT_FOUND")


def test_both_ends_exist(api: Api, people: None) -> None:
    answer = api.post(LINKS, ends("nobody", "nowhere"))
    assert answer.error == (409, "FAILED_PRECONDITION")
    assert answer.faults == [("/from/id", "exists"), ("/to/id", "exists")]
    assert {fault["type"] for fault in answer.json["details"]} == {"FAILED_PRECONDITION"}


def test_an_end_of_another_source_does_not_exist(api: Api, people: None) -> None:
    api.put("/catalog/v1/sources/other", {"type": "registry"})
    api.put("/sources/other/v1/profiles/provider", examples.PROVIDER)
    api.put("/sources/other/v1/resources/provider/cy", {"data": {}})
    assert api.post(LINKS, ends("cy")).faults == [("/from/id", "exists")]


def test_an_end_of_the_wrong_profile_is_a_400(api: Api, people: None) -> None:
    body = ends()
    body["to"] = {"id": "bo", "type": "provider"}
    answer = api.post(LINKS, body)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [("/to/type", "type")]


def test_every_fault_is_named(api: Api, people: None) -> None:
    body = {
        "from": {"id": "a b", "type": "nurse", "name": "x"},
        "to": [],
        "data": {"colour": "red", "effective": {"start": "2024", "end": "2023"}},
        "meta": {"version": 1},
        "contained": {},
    }
    answer = api.post(LINKS, body)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert sorted(answer.faults) == [
        ("/contained", "unknown"),
        ("/data/colour", "unknown"),
        ("/data/effective", "order"),
        ("/from/id", "id"),
        ("/from/name", "unknown"),
        ("/from/type", "type"),
        ("/meta/version", "unknown"),
        ("/to", "type"),
    ]


def test_both_ends_are_required(api: Api, people: None) -> None:
    assert api.post(LINKS, {}).faults == [("/from", "required"), ("/to", "required")]


@pytest.mark.parametrize("body", ["[]", '"a"', "1", "null"])
def test_a_body_is_an_object(api: Api, people: None, body: str) -> None:
    assert api.post(LINKS, body).faults == [("", "type")]
    assert api.put(f"{LINKS}/{ID}", body).faults == [("", "type")]


@pytest.mark.parametrize(
    ("from_limit", "to_limit", "second", "faults"),
    [
        ("0:1", "0:*", ("ada", "east"), [("/from/id", "cardinality")]),
        ("1:1", "0:*", ("ada", "east"), [("/from/id", "cardinality")]),
        ("0:*", "0:1", ("bo", "west"), [("/to/id", "cardinality")]),
        ("1:*", "1:1", ("bo", "west"), [("/to/id", "cardinality")]),
        ("0:1", "0:1", ("bo", "east"), []),
        ("0:1", "0:*", ("bo", "west"), []),
        ("0:*", "0:1", ("ada", "east"), []),
        ("1:*", "1:*", ("ada", "east"), []),
    ],
)
def test_a_cardinality_says_how_many_partners_a_side_may_have(
    api: Api,
    people: None,
    from_limit: str,
    to_limit: str,
    second: tuple[str, str],
    faults: list[tuple[str, str]],
) -> None:
    limit(api, from_limit, to_limit)
    assert api.post(LINKS, ends()).status == 201
    answer = api.post(LINKS, ends(*second))
    assert answer.status == (409 if faults else 201)
    assert (answer.faults if faults else []) == faults


def test_a_place_that_is_taken_is_a_failed_precondition(api: Api, people: None) -> None:
    limit(api, "0:1", "0:*")
    api.post(LINKS, ends())
    answer = api.post(LINKS, ends("ada", "east"))
    (fault,) = answer.json["details"]
    assert answer.error == (409, "FAILED_PRECONDITION")
    assert (fault["type"], fault["expected"]) == ("FAILED_PRECONDITION", "0:1")


def test_a_place_is_free_again_after_a_deletion(api: Api, people: None) -> None:
    limit(api, "0:1", "0:1")
    api.post(LINKS, ends())
    api.delete(f"{LINKS}/{ID}")
    assert api.post(LINKS, ends("ada", "east")).status == 201
    assert api.post(LINKS, ends("bo", "west")).status == 201


def test_a_place_is_free_again_after_its_partner_was_deleted(api: Api, people: None) -> None:
    limit(api, "0:1", "0:1")
    api.post(LINKS, ends())
    api.delete("resources/office/west")
    assert api.post(LINKS, ends("ada", "east")).status == 201


def test_a_relationship_is_deleted_and_its_resources_stay(api: Api, link: str) -> None:
    answer = api.delete(link)
    assert answer.status == 200
    assert (answer.json["status"], answer.json["deletedRelationships"]) == ("PERSISTED", 0)
    assert api.get(link).status == 404
    assert api.get("resources/provider/ada").status == 200
    assert api.get("resources/office/west").status == 200


def test_times_and_identifiers_can_be_imported(api: Api, people: None) -> None:
    identifier = [{"system": "urn:a", "value": "1"}]
    meta = {"createdAt": "2001-02-03T04:05:06Z", "identifier": identifier}
    shown = api.post(LINKS, ends(meta=meta)).relationship["meta"]
    assert shown["createdAt"] == "2001-02-03T04:05:06.000000Z"
    assert shown["identifier"] == identifier
    kept = api.put(f"{LINKS}/{ID}", {"data": {"effective": {}}}).relationship["meta"]
    assert (kept["createdAt"], kept["identifier"]) == (shown["createdAt"], identifier)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("from=ada", ["provider.ada,office.east", "provider.ada,office.west"]),
        ("to=west", ["provider.ada,office.west", "provider.bo,office.west"]),
        ("from=ada&to=west", ["provider.ada,office.west"]),
        ("from=nobody", []),
    ],
)
def test_the_list_filters_by_the_ends(api: Api, people: None, query: str, found: list[str]) -> None:
    for pair in (("ada", "west"), ("ada", "east"), ("bo", "west")):
        api.post(LINKS, ends(*pair))
    answer: Answer = api.get(f"{LINKS}?sort=id&{query}")
    assert [row["id"] for row in answer.json["data"]] == found


@pytest.mark.parametrize("query", ["from=", "to=", "from=%20", "from=%00", "from=a%20b", "to=x.y"])
def test_an_end_that_no_resource_can_have_is_a_400(api: Api, link: str, query: str) -> None:
    """Such a filter would be ignored, and the list be that of all."""
    assert api.get(f"{LINKS}?{query}").faults == [(f"?{query.partition('=')[0]}", "parameter")]


def test_a_profile_may_be_linked_with_itself(api: Api, people: None) -> None:
    body = {
        side: {"profileKey": "provider", "includeKey": f"knows-{side}", "includeCardinality": "0:1"}
        for side in ("from", "to")
    }
    api.put("relationship-definitions/knowing", body)
    assert api.put("relationships/knowing/ada.bo", {}).status == 201
    assert api.put("relationships/knowing/bo.ada", {}).status == 201
    answer = api.put("relationships/knowing/ada.ada", {})
    assert answer.faults == [("/from/id", "cardinality"), ("/to/id", "cardinality")]
