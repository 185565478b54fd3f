"""PATCH: JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7396)."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.models import Change
from tests import examples
from tests.api.conftest import Profiled
from tests.clients import Api

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
VISA = {"id": "visa", "type": "paymentMethod", "data": {"value": "Visa"}}


@pytest.fixture
def ada(api: Api) -> str:
    body = {
        "data": {"name": "Ada", "practiceNumber": 1, "specialities": ["a", "b"]},
        "meta": {"identifier": [{"value": "1"}]},
    }
    api.put("resources/provider/ada", body)
    return "resources/provider/ada"


def operation(op: str, path: str, **more: Any) -> list[dict[str, Any]]:
    return [{"op": op, "path": path, **more}]


def test_a_merge_patch_sets_and_removes_members(api: Api, ada: str) -> None:
    answer = api.patch(ada, {"data": {"name": "Bo", "practiceNumber": None}})
    assert answer.status == 200
    assert answer.resource["data"] == {"name": "Bo", "specialities": ["a", "b"]}
    assert answer.resource["meta"]["version"] == 2


def test_a_merge_patch_replaces_arrays_whole(api: Api, ada: str) -> None:
    answer = api.patch(ada, {"data": {"specialities": ["c"]}})
    assert answer.resource["data"]["specialities"] == ["c"]


def test_a_merge_patch_keeps_what_it_does_not_name(api: Api, ada: str) -> None:
    answer = api.patch(ada, {"data": {"name": "Bo"}})
    assert answer.resource["meta"]["identifier"] == [{"value": "1"}]
    assert answer.resource["data"]["practiceNumber"] == 1


def test_a_merge_patch_reaches_into_objects(api: Api, profiled: Profiled) -> None:
    rooms = {"type": "object", "properties": {k: {"type": "integer"} for k in ("beds", "doors")}}
    key = profiled({"rooms": rooms})
    api.put(f"resources/{key}/one", {"data": {"rooms": {"beds": 1, "doors": 2}}})
    answer = api.patch(f"resources/{key}/one", {"data": {"rooms": {"beds": 3}}})
    assert answer.resource["data"] == {"rooms": {"beds": 3, "doors": 2}}


def test_a_merge_patch_changes_identifiers(api: Api, ada: str) -> None:
    answer = api.patch(ada, {"meta": {"identifier": [{"value": "2"}]}})
    assert answer.resource["meta"]["identifier"] == [{"value": "2"}]


@pytest.mark.parametrize("patch", [{"meta": {"identifier": None}}, {"meta": None}])
def test_a_merge_patch_removes_identifiers(api: Api, ada: str, patch: Any) -> None:
    assert api.patch(ada, patch).resource["meta"]["identifier"] == []


def test_a_merge_patch_that_removes_data_empties_it(api: Api, ada: str) -> None:
    assert api.patch(ada, {"data": None}).resource["data"] == {}


@pytest.mark.parametrize("patch", ["{}", "[]", '{"data":{}}', '{"data":{"name":"Ada"}}'])
def test_a_patch_that_changes_nothing_keeps_the_version(api: Api, ada: str, patch: str) -> None:
    before = api.get(ada)
    answer = api.patch(ada, patch)
    assert (answer.status, answer.etag, answer.resource) == (200, before.etag, before.json)
    assert Change.objects.count() == 1


@pytest.mark.parametrize(
    ("patch", "data"),
    [
        (operation("add", "/data/name", value="Bo"), {"name": "Bo"}),
        (operation("replace", "/data/name", value="Bo"), {"name": "Bo"}),
        (operation("remove", "/data/name"), {"name": None}),
        (operation("add", "/data/specialities/0", value="z"), {"specialities": ["z", "a", "b"]}),
        (operation("add", "/data/specialities/-", value="z"), {"specialities": ["a", "b", "z"]}),
        (operation("replace", "/data/specialities/1", value="z"), {"specialities": ["a", "z"]}),
        (operation("remove", "/data/specialities/0"), {"specialities": ["b"]}),
        (
            [{"op": "move", "from": "/data/specialities/0", "path": "/data/specialities/1"}],
            {"specialities": ["b", "a"]},
        ),
        (
            [{"op": "copy", "from": "/data/name", "path": "/data/specialities/-"}],
            {"specialities": ["a", "b", "Ada"]},
        ),
        (
            operation("test", "/data/name", value="Ada")
            + operation("replace", "/data/name", value="B"),
            {"name": "B"},
        ),
        (operation("add", "/data/name", value=None), {"name": None}),
    ],
)
def test_a_json_patch_changes_what_its_operations_say(
    api: Api, ada: str, patch: Any, data: dict[str, Any]
) -> None:
    answer = api.patch(ada, patch)
    assert answer.status == 200
    expected = {"name": "Ada", "practiceNumber": 1, "specialities": ["a", "b"], **data}
    assert answer.resource["data"] == {k: v for k, v in expected.items() if v is not None}
    assert api.get(ada).json["data"] == answer.resource["data"]


def test_a_json_patch_replaces_data_whole(api: Api, ada: str) -> None:
    patch = operation("replace", "/data", value={"name": "Bo"})
    assert api.patch(ada, patch).resource["data"] == {"name": "Bo"}


def test_a_json_patch_changes_identifiers(api: Api, ada: str) -> None:
    patch = operation("test", "/meta/identifier/0/value", value="1")
    patch += operation("add", "/meta/identifier/-", value={"value": "2"})
    answer = api.patch(ada, patch)
    assert answer.resource["meta"]["identifier"] == [{"value": "1"}, {"value": "2"}]


def test_a_json_patch_removes_identifiers(api: Api, ada: str) -> None:
    answer = api.patch(ada, operation("remove", "/meta/identifier"))
    assert answer.resource["meta"]["identifier"] == []


def test_both_objects_and_the_identifiers_are_always_there(api: Api) -> None:
    api.put("resources/office/w", {"data": {}})
    patch = operation("test", "/data", value={})
    patch += operation("test", "/contained", value={})
    patch += operation("test", "/meta/identifier", value=[])
    assert api.patch("resources/office/w", patch).status == 200


def test_a_patch_reaches_contained_resources(api: Api) -> None:
    api.put("resources/office/w", {"data": {}, "contained": {"primaryPaymentMethod": [VISA]}})
    path = "/contained/primaryPaymentMethod/0/data/value"
    answer = api.patch("resources/office/w", operation("replace", path, value="Amex"))
    (row,) = answer.resource["contained"]["primaryPaymentMethod"]
    assert row == {**VISA, "id": "office/w/primaryPaymentMethod/visa", "data": {"value": "Amex"}}


def test_a_patch_adds_a_contained_resource_with_a_short_id(api: Api, office: str) -> None:
    patch = operation("add", "/contained/primaryPaymentMethod", value=[VISA])
    (row,) = api.patch(office, patch).resource["contained"]["primaryPaymentMethod"]
    assert row["id"] == "office/west/primaryPaymentMethod/visa"


def test_numbers_keep_their_digits_through_a_patch(api: Api, profiled: Profiled) -> None:
    key = profiled({"a": {"type": "decimal"}, "b": {"type": "decimal"}})
    api.put(f"resources/{key}/one", '{"data":{"a":1.10,"b":0.100}}')
    api.patch(f"resources/{key}/one", '[{"op":"copy","from":"/data/a","path":"/data/b"}]')
    assert api.get(f"resources/{key}/one").text.count("1.10") == 2
    api.patch(f"resources/{key}/one", '{"data":{"b":2.500}}')
    assert '"a": 1.10' in api.get(f"resources/{key}/one").text
    assert '"b": 2.500' in api.get(f"resources/{key}/one").text


def test_1_is_not_true_for_a_test(api: Api, ada: str) -> None:
    answer = api.patch(ada, operation("test", "/data/practiceNumber", value=True))
    assert answer.faults == [("/0/path", "test")]


def test_a_test_compares_numbers_by_value(api: Api, ada: str) -> None:
    assert api.patch(ada, '[{"op":"test","path":"/data/practiceNumber","value":1.0}]').status == 200


@pytest.mark.parametrize(
    ("content_type", "patch", "status"),
    [
        ("application/json", "[]", 200),
        ("application/json", "{}", 200),
        (JSON_PATCH, "[]", 200),
        (MERGE_PATCH, "{}", 200),
        (f"{MERGE_PATCH}; charset=utf-8", "{}", 200),
        ("Application/JSON", "{}", 200),
        (JSON_PATCH, "{}", 400),
        (MERGE_PATCH, "[]", 400),
        ("text/plain", "{}", 415),
        ("application/x-www-form-urlencoded", "{}", 415),
        ("", "{}", 415),
    ],
)
def test_the_media_type_says_which_patch_it_is(
    api: Api, ada: str, content_type: str, patch: str, status: int
) -> None:
    assert api.patch(ada, patch, content_type=content_type).status == status


@pytest.mark.parametrize("content_type", [JSON_PATCH, MERGE_PATCH])
def test_a_patch_is_no_body_of_another_write(api: Api, ada: str, content_type: str) -> None:
    """A PUT would replace the whole resource by it."""
    assert api.put(ada, {"data": {}}, content_type=content_type).status == 415
    assert api.post("resources/provider", {"data": {}}, content_type=content_type).status == 415


@pytest.mark.parametrize("patch", ['"a"', "1", "null", "true"])
def test_a_patch_is_an_array_or_an_object(api: Api, ada: str, patch: str) -> None:
    assert api.patch(ada, patch).faults == [("", "type")]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "data",
        "/id",
        "/type",
        "/meta",
        "/meta/version",
        "/meta/createdAt",
        "/meta/identifiers",
        "/dataset",
        "/contained2/x",
        None,
        1,
        [],
    ],
)
@pytest.mark.parametrize("op", ["add", "replace", "remove", "test"])
def test_a_json_patch_goes_nowhere_else(api: Api, ada: str, op: str, path: Any) -> None:
    answer = api.patch(ada, [{"op": op, "path": path, "value": 1}])
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [("/0/path", "path")]


@pytest.mark.parametrize("op", ["move", "copy"])
@pytest.mark.parametrize("start", ["", "/id", "/meta/version", None, 5])
def test_a_json_patch_takes_nothing_from_elsewhere(api: Api, ada: str, op: str, start: Any) -> None:
    answer = api.patch(ada, [{"op": op, "from": start, "path": "/data/name"}])
    assert answer.faults == [("/0/from", "path")]


@pytest.mark.parametrize(
    "patch",
    [
        operation("remove", "/data/colour"),
        operation("replace", "/data/colour", value=1),
        operation("add", "/data/colour/dark", value=1),
        operation("add", "/data/name/0", value=1),
        operation("add", "/data/practiceNumber/0", value=1),
        operation("add", "/data/specialities/3", value="z"),
        operation("add", "/data/specialities/01", value="z"),
        operation("add", "/data/specialities/-1", value="z"),
        operation("add", "/data/specialities/0x", value="z"),
        operation("add", "/data/specialities/٠", value="z"),
        operation("add", f"/data/specialities/{'9' * 5_000}", value="z"),
        operation("remove", "/data/specialities/-"),
        operation("remove", "/data/specialities/2"),
        operation("add", "/data/name~", value=1),
        operation("add", "/data/~2", value=1),
        [{"op": "move", "from": "/data", "path": "/data/name"}],
        [{"op": "move", "from": "/data/colour", "path": "/data/name"}],
        [{"op": "copy", "from": "/data/specialities/-", "path": "/data/name"}],
        operation("remove", "/data") + operation("add", "/data/name", value="Bo"),
    ],
)
def test_an_operation_that_leads_to_nothing_is_the_fault(api: Api, ada: str, patch: Any) -> None:
    before = api.get(ada).text
    answer = api.patch(ada, patch)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [(f"/{len(patch) - 1}/path", "path")]
    assert api.get(ada).text == before


def test_a_failed_test_is_the_fault_and_nothing_is_changed(api: Api, ada: str) -> None:
    patch = operation("replace", "/data/name", value="Bo")
    patch += operation("test", "/data/practiceNumber", value=2)
    assert api.patch(ada, patch).faults == [("/1/path", "test")]
    assert api.get(ada).json["data"]["name"] == "Ada"


def test_every_fault_of_the_operations_is_named(api: Api, ada: str) -> None:
    patch = [1, {}, {"op": "add", "path": "/data/name"}, {"op": ["add"], "path": "/id"}]
    assert api.patch(ada, patch).faults == [
        ("/0", "type"),
        ("/1/op", "enum"),
        ("/1/path", "path"),
        ("/2/value", "required"),
        ("/3/op", "enum"),
        ("/3/path", "path"),
    ]


def test_every_fault_of_the_result_is_at_its_place_there(api: Api, ada: str) -> None:
    answer = api.patch(ada, {"data": {"name": 1, "colour": "red", "specialities": ["a", None]}})
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [
        ("/data/colour", "unknown"),
        ("/data/name", "type"),
        ("/data/specialities/1", "type"),
    ]
    assert {fault["scope"] for fault in answer.json["details"]} == {"result"}


@pytest.mark.parametrize(
    ("patch", "place"),
    [
        ({"data": 1}, "/data"),
        ({"contained": []}, "/contained"),
        ({"meta": 1}, "/meta"),
        ({"meta": {"identifier": 1}}, "/meta/identifier"),
        (operation("replace", "/data", value="a"), "/data"),
        (operation("add", "/contained", value=[1]), "/contained"),
        (operation("replace", "/meta/identifier", value={}), "/meta/identifier"),
    ],
)
def test_a_result_of_the_wrong_shape_is_refused(api: Api, ada: str, patch: Any, place: str) -> None:
    answer = api.patch(ada, patch)
    assert answer.faults == [(place, "type")]
    assert answer.json["details"][0]["scope"] == "result"


@pytest.mark.parametrize("member", ["id", "type", "source", "version"])
def test_a_merge_patch_knows_no_other_members(api: Api, ada: str, member: str) -> None:
    assert api.patch(ada, {member: "x"}).faults == [(f"/{member}", "unknown")]
    answer = api.patch(ada, {"meta": {member: "x"}})
    assert answer.faults == [(f"/meta/{member}", "unknown")]


def test_a_patch_is_judged_by_the_profile_of_today(api: Api, ada: str) -> None:
    """What was stored under an older profile is left alone until it is written."""
    specialities = examples.PROVIDER["properties"]["specialities"]
    api.put("profiles/provider", {"properties": {"specialities": specialities}})
    answer = api.patch(ada, {"data": {"specialities": []}})
    assert answer.faults == [("/data/name", "unknown"), ("/data/practiceNumber", "unknown")]
    assert api.patch(ada, {"data": {"name": None, "practiceNumber": None}}).status == 200


def test_an_added_value_is_not_shared_between_operations(api: Api, profiled: Profiled) -> None:
    lists = {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}
    key = profiled({"lists": lists})
    api.put(f"resources/{key}/one", {"data": {}})
    patch = operation("add", "/data/lists", value=[[1]])
    patch += [{"op": "copy", "from": "/data/lists/0", "path": "/data/lists/1"}]
    patch += operation("add", "/data/lists/1/-", value=2)
    assert api.patch(f"resources/{key}/one", patch).resource["data"]["lists"] == [[1], [1, 2]]


def test_copies_of_copies_are_limited(api: Api, ada: str) -> None:
    """Each doubles the record: forty of them would fill the memory."""
    patch = [{"op": "copy", "from": "/data", "path": f"/data/a{n}"} for n in range(40)]
    answer = api.patch(ada, patch)
    assert answer.error == (413, "CONTENT_TOO_LARGE")


@pytest.mark.parametrize("copies", [0, 1, 4])
def test_a_patch_that_nests_too_deeply_is_refused(api: Api, ada: str, copies: int) -> None:
    deep = '{"a":' * 190 + "{}" + "}" * 190
    operations = [f'{{"op":"add","path":"/data/a{"/a" * n}","value":{deep}}}' for n in (0, 191)]
    for n in range(copies):
        target = "/data" + "/a" * (382 * 2**n + 1)
        operations.append(f'{{"op":"copy","from":"/data/a","path":"{target}"}}')
    answer = api.patch(ada, f"[{','.join(operations)}]")
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [("", "depth")]


def test_a_relationship_is_patched_too(api: Api, link: str) -> None:
    answer = api.patch(link, {"data": {"effective": {"end": "2025"}}})
    assert answer.status == 200
    assert answer.relationship["data"] == {"effective": {"start": "2024", "end": "2025"}}
    patch = operation("remove", "/data/effective/start")
    assert api.patch(link, patch).relationship["data"] == {"effective": {"end": "2025"}}


def test_the_ends_of_a_relationship_are_not_patched(api: Api, link: str) -> None:
    assert api.patch(link, {"from": {"id": "bo"}}).faults == [("/from", "unknown")]
    assert api.patch(link, {"contained": {}}).faults == [("/contained", "unknown")]
    assert api.patch(link, operation("remove", "/to/id")).faults == [("/0/path", "path")]


def test_a_fault_of_a_patched_relationship_is_at_its_place_in_the_result(
    api: Api, link: str
) -> None:
    answer = api.patch(link, {"data": {"effective": {"end": "2023"}}})
    assert answer.faults == [("/data/effective", "order")]
    assert answer.json["details"][0]["scope"] == "result"
