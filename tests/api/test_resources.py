"""Resources over HTTP: create, upsert, read, delete."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from ingestion.models import Resource
from profiles.models import Source
from relationships.models import Relationship
from tests.clients import Api

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
VISA = {"id": "visa", "type": "paymentMethod", "data": {"value": "Visa"}}


def of(answer: Any) -> Any:
    """What a client sent of a resource, as it is shown."""
    return {part: answer.resource[part] for part in ("id", "type", "data", "contained")}


def test_post_creates_a_resource_and_makes_its_id(api: Api) -> None:
    answer = api.post("resources/provider", {"data": {"name": "Ada"}})
    assert answer.status == 201
    assert UUID(answer.resource["id"]).version == 7
    assert answer.resource["data"] == {"name": "Ada"}


def test_post_takes_an_id(api: Api) -> None:
    answer = api.post("resources/provider", {"id": "ada", "data": {}})
    assert of(answer) == {"id": "ada", "type": "provider", "data": {}, "contained": {}}


@pytest.mark.parametrize("id", ["@rootId", None])
def test_post_makes_an_id_where_none_is_known(api: Api, id: str | None) -> None:
    answer = api.post("resources/provider", {"id": id, "data": {}})
    assert UUID(answer.resource["id"])


def test_post_tells_where_the_new_resource_is(api: Api, source: Source) -> None:
    answer = api.post("resources/provider", {"id": "ada", "data": {}})
    assert answer.headers["Location"] == f"/sources/{source.key}/v1/resources/provider/ada"
    assert api.get(answer.headers["Location"]).etag == answer.etag


def test_post_refuses_an_id_that_exists(api: Api, provider: str) -> None:
    answer = api.post("resources/provider", {"id": "ada", "data": {"name": "Bo"}})
    assert answer.error == (409, "ALREADY_EXISTS")
    assert answer.faults == [("/id", "unique")]
    assert api.get(provider).json["data"]["name"] == "Ada"


def test_the_same_id_may_come_again_in_another_profile(api: Api, provider: str) -> None:
    assert api.post("resources/office", {"id": "ada", "data": {}}).status == 201


def test_the_answer_to_a_write_has_a_task_a_status_and_the_resource(api: Api) -> None:
    answer = api.post("resources/provider", {"data": {}})
    assert set(answer.json) == {"taskId", "status", "resource"}
    assert answer.json["status"] == "PERSISTED"
    assert answer.json["taskId"].startswith("s_")


def test_a_resource_is_shown_in_this_form(api: Api, source: Source) -> None:
    identifier = [{"system": "urn:a", "value": "1"}]
    api.put("resources/provider/ada", {"data": {"name": "A"}, "meta": {"identifier": identifier}})
    shown = api.get("resources/provider/ada").json
    meta = shown.pop("meta")
    assert shown == {"id": "ada", "type": "provider", "data": {"name": "A"}, "contained": {}}
    assert TIME.fullmatch(meta.pop("createdAt"))
    assert TIME.fullmatch(meta.pop("updatedAt"))
    assert meta == {"source": source.key, "version": 1, "identifier": identifier}


def test_what_is_read_is_what_the_write_answered(api: Api) -> None:
    put = api.put("resources/provider/ada", {"data": {"name": "Ada", "specialities": ["b", "a"]}})
    got = api.get("resources/provider/ada")
    assert (got.json, got.etag) == (put.resource, put.etag)


def test_put_creates_a_resource(api: Api, source: Source) -> None:
    answer = api.put("resources/provider/ada", {"data": {"name": "Ada"}})
    assert answer.status == 201
    assert answer.headers["Location"].endswith("/resources/provider/ada")
    assert of(answer)["id"] == "ada"


def test_put_replaces_the_whole_resource(api: Api, provider: str) -> None:
    answer = api.put(provider, {"data": {"specialities": ["Pharmacist"]}})
    assert answer.status == 200
    assert "Location" not in answer.headers
    assert api.get(provider).json["data"] == {"specialities": ["Pharmacist"]}


def test_put_without_contained_removes_contained(api: Api) -> None:
    api.put("resources/office/w", {"data": {}, "contained": {"primaryPaymentMethod": [VISA]}})
    api.put("resources/office/w", {"data": {}})
    assert api.get("resources/office/w").json["contained"] == {}


def test_put_without_meta_keeps_identifiers_and_the_time_of_creation(api: Api) -> None:
    meta = {"identifier": [{"value": "1"}], "createdAt": "2001-02-03T04:05:06Z"}
    api.put("resources/office/w", {"data": {}, "meta": meta})
    kept = api.put("resources/office/w", {"data": {"name": "W"}}).resource["meta"]
    assert kept["identifier"] == [{"value": "1"}]
    assert kept["createdAt"] == "2001-02-03T04:05:06.000000Z"


@pytest.mark.parametrize("meta", [{}, None, {"identifier": None, "createdAt": None}])
def test_put_with_a_meta_that_says_nothing_keeps_it_too(api: Api, meta: object) -> None:
    api.put("resources/office/w", {"data": {}, "meta": {"identifier": [{"value": "1"}]}})
    answer = api.put("resources/office/w", {"data": {}, "meta": meta})
    assert answer.resource["meta"]["identifier"] == [{"value": "1"}]
    assert answer.resource["meta"]["version"] == 1


def test_an_empty_list_clears_the_identifiers(api: Api) -> None:
    api.put("resources/office/w", {"data": {}, "meta": {"identifier": [{"value": "1"}]}})
    answer = api.put("resources/office/w", {"data": {}, "meta": {"identifier": []}})
    assert answer.resource["meta"]["identifier"] == []


def test_a_version_counts_the_changes(api: Api, provider: str) -> None:
    for name in ("B", "C"):
        answer = api.put(provider, {"data": {"name": name}})
    assert answer.resource["meta"]["version"] == 3


def test_a_later_version_is_newer(api: Api, provider: str) -> None:
    before = api.get(provider).json["meta"]
    after = api.put(provider, {"data": {}}).resource["meta"]
    assert after["createdAt"] == before["createdAt"]
    assert after["updatedAt"] > before["updatedAt"]


def test_an_id_and_a_type_in_the_body_agree_with_the_path(api: Api, provider: str) -> None:
    assert api.put(provider, {"id": "ada", "type": "provider", "data": {}}).status == 200
    answer = api.put(provider, {"id": "bo", "type": "office", "data": {}})
    assert answer.faults == [("/id", "place"), ("/type", "place")]


@pytest.mark.parametrize("id", ["a", "-", "0", "A-b_", "x" * 93, "bulk", "schema", "a" + "_" * 92])
def test_an_id_is_up_to_93_ascii_letters_digits_hyphens_and_underscores(api: Api, id: str) -> None:
    assert api.put(f"resources/provider/{id}", {"data": {}}).resource["id"] == id
    assert api.get(f"resources/provider/{id}").json["id"] == id


BAD_IDS = ["_a", "x" * 94, "a.b", "a b", "é", "a\n", "٣", "@rootId1", ""]


@pytest.mark.parametrize("id", BAD_IDS)
def test_other_ids_are_refused_in_a_body(api: Api, id: str) -> None:
    assert api.post("resources/provider", {"id": id, "data": {}}).faults == [("/id", "id")]


@pytest.mark.parametrize("id", ["_a", "x" * 94, "a.b", "a%20b", "%C3%A9", "a%0A", "@rootId"])
def test_other_ids_are_refused_in_a_path(api: Api, id: str) -> None:
    answer = api.put(f"resources/provider/{id}", {"data": {}})
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [("/id", "id")]
    assert not Resource.objects.exists()


@pytest.mark.parametrize("id", [1, True, [], {}, 1.5])
def test_an_id_is_text(api: Api, id: object) -> None:
    assert api.post("resources/provider", {"id": id, "data": {}}).faults == [("/id", "id")]


def test_a_rejected_write_names_every_fault(api: Api) -> None:
    body = {
        "data": {"name": 1, "practiceNumber": "x", "colour": "red", "specialities": ["a", 2, None]},
        "contained": {"rooms": []},
        "meta": {"version": 3, "identifier": [{"use": "home"}]},
        "extra": 1,
    }
    answer = api.put("resources/provider/ada", body)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.json["message"] == "9 faults in the resource."
    assert sorted(answer.faults) == [
        ("/contained/rooms", "unknown"),
        ("/data/colour", "unknown"),
        ("/data/name", "type"),
        ("/data/practiceNumber", "type"),
        ("/data/specialities/1", "type"),
        ("/data/specialities/2", "type"),
        ("/extra", "unknown"),
        ("/meta/identifier/0/use", "enum"),
        ("/meta/version", "unknown"),
    ]


def test_data_is_required(api: Api) -> None:
    assert api.put("resources/provider/ada", {}).faults == [("/data", "required")]
    assert api.put("resources/provider/ada", {"data": None}).faults == [("/data", "required")]


@pytest.mark.parametrize("body", ["[]", '"a"', "1", "null", "true", "[{}]"])
def test_a_body_is_an_object(api: Api, body: str) -> None:
    assert api.put("resources/provider/ada", body).faults == [("", "type")]
    assert api.post("resources/provider", body).faults == [("", "type")]


@pytest.mark.parametrize("value", ["[]", '"a"', "1", "true"])
def test_data_contained_and_meta_are_objects(api: Api, value: str) -> None:
    body = f'{{"data":{value},"contained":{value},"meta":{value}}}'
    faults = api.put("resources/provider/ada", body).faults
    assert faults == [("/contained", "type"), ("/data", "type"), ("/meta", "type")]


def test_a_profile_that_is_not_there_is_a_404(api: Api) -> None:
    assert api.post("resources/nurse", {"data": {}}).error == (404, "NOT_FOUND")
    assert api.put("resources/nurse/a", {"data": {}}).error == (404, "NOT_FOUND")
    assert api.get("resources/nurse/a").error == (404, "NOT_FOUND")
    assert api.get("resources/nurse").error == (404, "NOT_FOUND")


def test_a_contained_profile_has_no_resources_of_its_own(api: Api) -> None:
    api.put("profiles/card", {"type": "CONTAINED", "properties": {}})
    assert api.post("resources/card", {"data": {}}).error == (404, "NOT_FOUND")
    assert api.get("resources/card").error == (404, "NOT_FOUND")


def test_a_root_profile_that_is_contained_has_resources_of_its_own_too(api: Api) -> None:
    assert api.post("resources/paymentMethod", {"data": {"value": "Visa"}}).status == 201


def test_a_resource_that_is_not_there_is_a_404(api: Api) -> None:
    assert api.get("resources/provider/ada").error == (404, "NOT_FOUND")
    assert api.delete("resources/provider/ada").error == (404, "NOT_FOUND")
    assert api.patch("resources/provider/ada", {}).error == (404, "NOT_FOUND")


def test_a_resource_of_another_source_is_not_there(api: Api, provider: str) -> None:
    api.put("/catalog/v1/sources/other", {"type": "registry"})
    api.put("/sources/other/v1/profiles/provider", {"properties": {}})
    assert api.get("/sources/other/v1/resources/provider/ada").status == 404
    assert api.get("/sources/other/v1/resources/provider").json["data"] == []


def test_a_deleted_resource_is_gone(api: Api, provider: str) -> None:
    answer = api.delete(provider)
    assert answer.status == 200
    assert answer.json == {
        "taskId": answer.json["taskId"],
        "status": "PERSISTED",
        "deletedRelationships": 0,
    }
    assert api.get(provider).status == 404
    assert api.delete(provider).status == 404


def test_deleting_a_resource_deletes_its_relationships(api: Api, link: str, provider: str) -> None:
    assert api.delete(provider).json["deletedRelationships"] == 1
    assert api.get(link).status == 404
    assert not Relationship.objects.exists()


def test_a_relationship_with_itself_is_deleted_once(api: Api, provider: str) -> None:
    ends = {
        side: {"profileKey": "provider", "includeKey": side, "includeCardinality": "0:*"}
        for side in ("from", "to")
    }
    api.put("relationship-definitions/knowing", ends)
    assert api.put("relationships/knowing/ada.ada", {}).status == 201
    assert api.delete(provider).json["deletedRelationships"] == 1


def test_a_deleted_resource_can_be_made_anew_and_counts_from_1(api: Api, provider: str) -> None:
    api.put(provider, {"data": {}})
    api.delete(provider)
    answer = api.put(provider, {"data": {}})
    assert (answer.status, answer.resource["meta"]["version"]) == (201, 1)


@pytest.mark.parametrize("value", ["createdAt", "updatedAt"])
def test_a_time_of_the_past_can_be_imported(api: Api, value: str) -> None:
    meta = {"createdAt": "2001-02-03T04:05:06+02:00", "updatedAt": "2001-02-04T00:00:00.1234567Z"}
    shown = api.put("resources/provider/ada", {"data": {}, "meta": meta}).resource["meta"]
    expected = {
        "createdAt": "2001-02-03T02:05:06.000000Z",
        "updatedAt": "2001-02-04T00:00:00.123456Z",
    }
    assert shown[value] == expected[value]
    assert api.get("resources/provider/ada").json["meta"][value] == expected[value]


def test_an_imported_time_of_creation_without_the_other_is_updated_now(api: Api) -> None:
    meta = {"createdAt": "2001-02-03T04:05:06Z"}
    shown = api.put("resources/provider/ada", {"data": {}, "meta": meta}).resource["meta"]
    now = datetime.now(UTC)
    assert now - timedelta(minutes=1) < datetime.fromisoformat(shown["updatedAt"]) <= now


FUTURE = (datetime.now(UTC) + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("meta", "faults"),
    [
        ({"createdAt": FUTURE}, [("/meta/createdAt", "future")]),
        ({"updatedAt": "2001-01-01T00:00:00Z"}, [("/meta/createdAt", "required")]),
        (
            {"createdAt": "2001-01-02T00:00:00Z", "updatedAt": "2001-01-01T00:00:00Z"},
            [("/meta/updatedAt", "order")],
        ),
        ({"createdAt": "2001-01-01"}, [("/meta/createdAt", "type")]),
        ({"createdAt": "0001-01-01T00:00:00+14:00"}, [("/meta/createdAt", "range")]),
        ({"createdAt": "9999-12-31T23:59:59-13:00"}, [("/meta/createdAt", "range")]),
        ({"createdAt": "2016-12-31T23:59:60Z"}, [("/meta/createdAt", "range")]),
        (
            {"createdAt": 1, "version": 1},
            [("/meta/createdAt", "type"), ("/meta/version", "unknown")],
        ),
        (
            {"createdAt": 1, "updatedAt": FUTURE, "identifier": [{"value": "1"}, {"value": "1"}]},
            [
                ("/meta/createdAt", "type"),
                ("/meta/updatedAt", "future"),
                ("/meta/identifier/1", "unique"),
            ],
        ),
        (
            {"version": 1, "createdAt": "2016-12-31T23:59:60Z", "updatedAt": FUTURE},
            [
                ("/meta/version", "unknown"),
                ("/meta/createdAt", "range"),
                ("/meta/updatedAt", "future"),
            ],
        ),
    ],
)
def test_a_time_that_cannot_have_been_is_refused(
    api: Api, meta: object, faults: list[tuple[str, str]]
) -> None:
    assert api.put("resources/provider/ada", {"data": {}, "meta": meta}).faults == faults


def test_the_earliest_time_is_shown_in_full(api: Api) -> None:
    meta = {"createdAt": "0001-01-01T00:00:00Z", "updatedAt": "0001-01-01T00:00:00Z"}
    put = api.put("resources/provider/ada", {"data": {}, "meta": meta})
    assert put.resource["meta"]["createdAt"] == "0001-01-01T00:00:00.000000Z"
    assert api.get("resources/provider/ada").json == put.resource


@pytest.mark.parametrize(
    ("identifiers", "faults"),
    [
        ([{"value": "1"}, {"value": "1"}], [("/meta/identifier/1", "unique")]),
        ([{"value": "1"}, {"value": "1", "use": "usual"}], []),
        ([{"value": "1", "system": "urn:a"}, {"value": "1", "system": "urn:b"}], []),
        ([{"value": "1", "period": {}}, {"value": "1"}], [("/meta/identifier/1", "unique")]),
        ([None], [("/meta/identifier/0", "type")]),
        (
            [{"value": 1}, {"value": "1"}, {"value": "1"}],
            [("/meta/identifier/0/value", "type"), ("/meta/identifier/2", "unique")],
        ),
        ([{"value": "x" * 2_001}], [("/meta/identifier/0", "max")]),
        ([{"value": "é" * 1_000}], []),
    ],
)
def test_identifiers_are_distinct_by_system_use_and_value(
    api: Api, identifiers: object, faults: list[tuple[str, str]]
) -> None:
    answer = api.put("resources/office/w", {"data": {}, "meta": {"identifier": identifiers}})
    assert (answer.faults if answer.status == 400 else []) == faults
    assert answer.status == (400 if faults else 201)


def test_a_long_identifier_can_be_stored_and_found(api: Api) -> None:
    """An entry of an index has room for some 2,700 bytes."""
    value = "".join(chr(33 + (n * n * 7 + n) % 90) for n in range(1_999)).replace(":", "a")
    meta = {"identifier": [{"value": value, "use": None}]}
    assert api.put("resources/office/w", {"data": {}, "meta": meta}).status == 201
    found = api.get(f"resources/office?identifier={quote(value, safe='')}").json["data"]
    assert [row["id"] for row in found] == ["w"]


def test_head_is_get_without_a_body(api: Api, provider: str) -> None:
    answer = api.send("HEAD", provider)
    assert (answer.status, answer.text, answer.etag) == (200, "", api.get(provider).etag)
