"""What was sent comes back exactly: every digit, every character, every empty value."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import Profiled
from tests.clients import Api

REFERENCE = {"type": "reference"}


def through(api: Api, key: str, text: str) -> str:
    """The text of the property `x` after a round through the API, as a GET shows it."""
    put = api.put(f"resources/{key}/one", f'{{"data":{{"x":{text}}}}}')
    assert put.status in (200, 201), put.text
    got = api.get(f"resources/{key}/one")
    assert got.json == put.resource
    shown: str = got.text.partition('"x": ')[2].partition("},")[0]
    return shown


@pytest.mark.parametrize(
    "number",
    [
        "0", "1", "-1", "1.0", "1.10", "1.100", "0.1", "-0.5", "0.30000000000000004",
        "123456789012345678901234567890.123456789012345678901234567890",
        "9007199254740993", "9223372036854775807", "1000000000000000000000000000000",
        "0.0000000000000000000000000000000000000000000000000001", "100", "10.0",
    ],
)  # fmt: skip
def test_a_decimal_keeps_every_digit(api: Api, profiled: Profiled, number: str) -> None:
    assert through(api, profiled({"x": {"type": "decimal"}}), number) == number


@pytest.mark.parametrize(
    ("sent", "back"),
    [
        ("1e3", "1000"),
        ("1E+3", "1000"),
        ("1.50e1", "15.0"),
        ("1e-3", "0.001"),
        ("-2.5E-2", "-0.025"),
        ("1e100", "1" + "0" * 100),
        ("0e5", "0"),
        ("-0", "0"),
        ("-0.0", "0.0"),
        ("-0e3", "0"),
    ],
)
def test_an_exponent_is_expanded_and_minus_zero_is_zero(
    api: Api, profiled: Profiled, sent: str, back: str
) -> None:
    assert through(api, profiled({"x": {"type": "decimal"}}), sent) == back


@pytest.mark.parametrize("number", ["1e3", "1.10", "-0"])
def test_a_number_inside_text_stays_text(api: Api, profiled: Profiled, number: str) -> None:
    key = profiled({"x": {"type": "symbol"}})
    for text in (number, f": {number}", f"[{number},{number}]", f'"{number}"'):
        assert json.loads(through(api, key, json.dumps(text))) == text


TEXTS = [
    "",
    " ",
    "  two  spaces  ",
    "tab\tline\nreturn\rfeed\f",
    'quote " backslash \\ slash /',
    "null",
    "true",
    "é",
    "e\u0301",
    "ﬁ Å",
    "مرحبا",
    "👩‍⚕️ 🇨🇦 😀",
    "\u2028\u2029\ufeff\u200b",
    "\x7f\x80\x9f\ufffe\uffff",
    "\U0010ffff\U00010000",
    "\x01\x1f",
    "<script>&amp;</script>",
    "%00 \\u0000 \\n",
    "@rootId",
    "office/@rootId/primaryPaymentMethod/1",
    "x" * 100_000,
    "'; DROP TABLE ingestion_resource; --",
    "{{7*7}} ${x} %s %(x)s",
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text)[:30])
@pytest.mark.parametrize("escaped", [True, False])
def test_text_comes_back_character_for_character(
    api: Api, profiled: Profiled, text: str, escaped: bool
) -> None:
    key = profiled({"x": {"type": "symbol"}})
    sent = json.dumps(text, ensure_ascii=escaped)
    assert json.loads(through(api, key, sent)) == text


def test_the_answer_to_a_write_is_as_exact_as_a_read(api: Api, profiled: Profiled) -> None:
    key = profiled({"x": {"type": "decimal"}})
    answer = api.put(f"resources/{key}/one", '{"data":{"x":1.10}}')
    assert '"x":1.10' in answer.text


def test_elements_keep_their_order_and_their_doubles(api: Api, profiled: Profiled) -> None:
    key = profiled({"x": {"type": "array", "items": {"type": "integer"}}})
    assert through(api, key, "[3,1,2,1,3]") == "[3, 1, 2, 1, 3]"


@pytest.mark.parametrize(
    ("definition", "empty"),
    [
        ({"type": "symbol"}, '""'),
        ({"type": "array", "items": {"type": "symbol"}}, "[]"),
        ({"type": "array", "items": {"type": "symbol"}}, '[""]'),
        ({"type": "object", "properties": {}}, "{}"),
        ({"type": "address"}, "{}"),
        ({"type": "address"}, '{"line": []}'),
        ({"type": "boolean"}, "false"),
        ({"type": "integer"}, "0"),
    ],
)
def test_an_empty_value_is_a_value(
    api: Api, profiled: Profiled, definition: Any, empty: str
) -> None:
    assert json.loads(through(api, profiled({"x": definition}), empty)) == json.loads(empty)


def test_a_null_member_is_absent(api: Api, profiled: Profiled) -> None:
    inner = {"a": {"type": "symbol"}, "b": {"type": "period"}}
    key = profiled({"x": {"type": "object", "properties": inner}, "y": {"type": "symbol"}})
    body = '{"data":{"x":{"a":null,"b":{"start":null,"end":"2024"}},"y":null}}'
    api.put(f"resources/{key}/one", body)
    assert api.get(f"resources/{key}/one").json["data"] == {"x": {"b": {"end": "2024"}}}


def test_a_null_member_does_not_stand_for_a_required_one(api: Api, profiled: Profiled) -> None:
    key = profiled({"x": {"type": "symbol", "rules": [{"required": True}]}})
    assert api.put(f"resources/{key}/one", {"data": {"x": None}}).faults == [
        ("/data/x", "required")
    ]


def test_a_null_of_an_unknown_member_is_absent_too(api: Api) -> None:
    answer = api.put("resources/provider/a", {"data": {"colour": None}, "contained": None})
    assert answer.resource["data"] == {}


def test_a_null_inside_an_array_is_a_fault(api: Api, profiled: Profiled) -> None:
    key = profiled({"x": {"type": "array", "items": {"type": "address"}}})
    answer = api.put(f"resources/{key}/one", {"data": {"x": [{}, None, {"line": ["a", None]}]}})
    assert answer.faults == [("/data/x/1", "type"), ("/data/x/2/line/1", "type")]


def test_places_are_those_of_what_was_sent_though_nulls_are_dropped(
    api: Api, profiled: Profiled
) -> None:
    key = profiled({"x": {"type": "array", "items": {"type": "period"}}})
    body = {"data": {"x": [{"start": None, "end": None}, {"start": 1, "end": None}]}}
    assert api.put(f"resources/{key}/one", body).faults == [("/data/x/1/start", "type")]


@pytest.mark.parametrize("token", ["@rootId", r"\u0040rootId", r"@root\u0049d"])
def test_a_reference_to_the_token_gets_the_id_of_its_resource(
    api: Api, profiled: Profiled, token: str
) -> None:
    key = profiled({"x": REFERENCE})
    body = f'{{"data":{{"x":{{"type":"{key}","id":"{token}"}}}}}}'
    made = api.post(f"resources/{key}", body).resource
    assert UUID(made["id"])
    assert made["data"] == {"x": {"type": key, "id": made["id"]}}
    put = api.put(f"resources/{key}/one", body).resource
    assert put["data"]["x"]["id"] == "one"


def test_the_token_is_replaced_wherever_a_reference_stands(api: Api, profiled: Profiled) -> None:
    inner = {"deep": {"type": "array", "items": REFERENCE}}
    key = profiled({"x": {"type": "object", "properties": inner}})
    body = {"data": {"x": {"deep": [{"type": key, "id": "@rootId"}, {"id": "b", "type": key}]}}}
    data = api.put(f"resources/{key}/one", body).resource["data"]
    assert [reference["id"] for reference in data["x"]["deep"]] == ["one", "b"]


def test_the_token_is_replaced_by_the_id_of_the_root_in_contained_resources(
    api: Api, profiled: Profiled
) -> None:
    part = profiled({"x": REFERENCE})
    key = profiled({}, contained={"parts": {"types": [part], "cardinality": "0:*"}})
    row = {"type": part, "data": {"x": {"type": key, "id": "@rootId"}}}
    body = {"data": {}, "contained": {"parts": [row]}}
    (shown,) = api.put(f"resources/{key}/one", body).resource["contained"]["parts"]
    assert shown["data"]["x"]["id"] == "one"
    (shown,) = api.post(f"resources/{key}/one/parts", row).resource["contained"]["parts"][1:]
    assert shown["data"]["x"]["id"] == "one"


def test_a_null_beside_the_token_does_not_hide_it(api: Api, profiled: Profiled) -> None:
    key = profiled({"x": REFERENCE})
    body = {"data": {"x": {"type": key, "id": "@rootId", "display": None}}}
    assert api.put(f"resources/{key}/one", body).resource["data"]["x"]["id"] == "one"


@pytest.mark.parametrize("text", ["@rootId", "@rootId1", "@@rootId", " @rootId", "x@rootId"])
def test_text_that_merely_looks_like_the_token_stays(
    api: Api, profiled: Profiled, text: str
) -> None:
    key = profiled({"x": {"type": "symbol"}, "y": {"type": "array", "items": {"type": "symbol"}}})
    answer = api.put(f"resources/{key}/one", {"data": {"x": text, "y": [text]}})
    assert answer.resource["data"] == {"x": text, "y": [text]}


def test_an_object_that_merely_looks_like_a_reference_stays(api: Api, profiled: Profiled) -> None:
    parts = {"id": {"type": "symbol"}, "type": {"type": "symbol"}}
    key = profiled({"x": {"type": "object", "properties": parts}, "y": {"type": "address"}})
    data = {"x": {"id": "@rootId", "type": "a"}, "y": {"id": "@rootId", "type": "postal"}}
    assert api.put(f"resources/{key}/one", {"data": data}).resource["data"] == data


@pytest.mark.parametrize("token", ["@rootId1", "@rootid", "@rootId ", "@"])
def test_another_token_is_no_id(api: Api, profiled: Profiled, token: str) -> None:
    key = profiled({"x": REFERENCE})
    answer = api.put(f"resources/{key}/one", {"data": {"x": {"type": key, "id": token}}})
    assert answer.faults == [("/data/x/id", "pattern")]


def test_an_unknown_member_is_refused_and_not_dropped(api: Api) -> None:
    answer = api.put("resources/provider/a", {"data": {"name": "A", "Name": "B"}})
    assert answer.faults == [("/data/Name", "unknown")]
    assert api.get("resources/provider/a").status == 404


def test_identifiers_come_back_in_their_order(api: Api) -> None:
    identifiers = [{"value": value, "period": {"start": "2024"}} for value in ("b", "a", "é")]
    api.put("resources/provider/a", {"data": {}, "meta": {"identifier": identifiers}})
    assert api.get("resources/provider/a").json["meta"]["identifier"] == identifiers


def test_a_list_is_as_exact_as_a_read(api: Api, profiled: Profiled) -> None:
    key = profiled({"x": {"type": "decimal"}, "y": {"type": "symbol"}})
    api.put(f"resources/{key}/one", '{"data":{"x":1.10,"y":"é\\"\\\\"}}')
    assert api.get(f"resources/{key}/one").text in api.get(f"resources/{key}").text


def test_a_relationship_is_as_exact_as_a_resource(api: Api, provider: str, office: str) -> None:
    properties = {"share": {"type": "decimal"}, "note": {"type": "symbol"}}
    definition = api.get("relationship-definitions/provider-office").json
    api.put("relationship-definitions/provider-office", {**definition, "properties": properties})
    link = "relationships/provider-office/ada.west"
    api.put(link, '{"data":{"share":0.50,"note":"@rootId","x":null}}')
    text = api.get(link).text
    assert '"share": 0.50' in text
    assert '"note": "@rootId"' in text
