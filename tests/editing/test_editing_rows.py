"""The body of a definition through its rows and inputs, and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from profiles.editing.definitions import profile_shape
from profiles.editing.order import in_order_of
from profiles.editing.places import place_in_rows
from profiles.editing.rows import body_of, repeated_keys, rows_of
from profiles.exact import Json, decode, encode
from profiles.inputs.nodes import Node, Place
from profiles.inputs.shapes import bound, shown
from tests import examples
from tests.inputs.browsing import sent
from tests.strategies import BOUNDED
from tests.strategies.definitions import Definitions, catalogues

PLACE = Place("rows", "")
SHAPE = profile_shape(["top", "middle", "leaf"])


def opened(body: Json) -> Node:
    rows = rows_of(body)
    return shown(SHAPE, rows, rows, PLACE)


def saved(body: Json, **typed: str) -> Json:
    """The body that comes of its form, where `typed` was typed."""
    node = bound(SHAPE, sent(opened(body), **typed), rows_of(body), PLACE)
    return in_order_of(body, body_of(node.value))  # type: ignore[arg-type]


def text(body: Json) -> str:
    return encode(body).decode()


@BOUNDED
@given(catalogues())
def test_rows_amount_to_the_body_they_were_made_of(catalogue: Definitions) -> None:
    for body in catalogue.values():
        assert text(in_order_of(body, body_of(rows_of(body)))) == text(body)


@settings(BOUNDED, max_examples=50)
@given(catalogues())
def test_a_form_that_nobody_touched_changes_nothing(catalogue: Definitions) -> None:
    for body in catalogue.values():
        assert text(saved(body)) == text(body)


def of_type(type: str, **members: Json) -> Json:
    return {"properties": {"a": {"type": type, **members}}}


@pytest.mark.parametrize(
    "body",
    [
        of_type("symbol", rules=[]),
        of_type("symbol", rules=[{}]),
        of_type("symbol", rules=[{}, {"required": True}]),
        of_type("symbol", rules=[{"when": {"eq": {"a": "*"}}, "min": 1}, {"max": 3}]),
        of_type("symbol", rules=[{"enum": ["", "a"]}]),
        of_type("symbol", rules=[{"enum": ["two\nlines", " "]}]),
        of_type("symbol", description="", rules=[{"pattern": "", "required": False}]),
        of_type("boolean", rules=[{"when": {"eq": {"a": "true"}}, "required": True}]),
        of_type("boolean", rules=[{"when": {"eq": {"a": True}}, "required": True}]),
        of_type("array", items={"type": "array", "items": {"type": "symbol"}}),
        of_type("object", properties={}),
        of_type("symbol", indexed=True),
        of_type("symbol", indexed=False),
        of_type("address", indexed=[]),
        of_type("address", indexed=["period.start", "city"]),
        of_type("array", items={"type": "geopoint", "indexed": True}),
        {"properties": {}, "contained": {}},
        {"contained": {"key": {"types": ["b", "b"], "cardinality": "0:*"}}, "properties": {}},
        {"properties": {key: {"type": "symbol"} for key in ("properties", "key", "rules")}},
    ],
)
def test_whatever_a_definition_may_say_stays(body: Json) -> None:
    assert text(saved(body)) == text(body)


def test_decimals_keep_their_digits() -> None:
    body = decode(b'{"properties":{"a":{"type":"decimal","rules":[{"min":1.10,"enum":[2.00]}]}}}')
    assert saved(body) == body
    assert '"min":1.10,"enum":[2.00]' in text(saved(body))


def test_the_order_of_rows_is_that_of_the_body() -> None:
    inputs = sent(opened(examples.PROVIDER))
    inputs.setlist("rows/properties", ["", "2", "0", "1"])
    node = bound(SHAPE, inputs, rows_of(examples.PROVIDER), PLACE)
    body = in_order_of(examples.PROVIDER, body_of(node.value))  # type: ignore[arg-type]
    assert list(body["properties"]) == ["specialities", "name", "practiceNumber"]


def test_a_saved_key_is_fixed() -> None:
    typed = {"rows__properties__0__key": "other"}
    assert saved(examples.PROVIDER, **typed) == examples.PROVIDER


def test_a_row_is_added_with_its_key() -> None:
    inputs = sent(opened(examples.PROVIDER))
    inputs.appendlist("rows/properties", "n1")
    inputs["rows/properties/n1/key"] = "born"
    inputs["rows/properties/n1/type"] = "date"
    inputs["rows/properties/n1/required"] = "true"
    node = bound(SHAPE, inputs, rows_of(examples.PROVIDER), PLACE)
    body = body_of(node.value)  # type: ignore[arg-type]
    assert body["properties"]["born"] == {"type": "date", "rules": [{"required": True}]}


def test_a_rule_that_was_left_blank_is_none() -> None:
    inputs = sent(opened(of_type("symbol")))
    inputs.appendlist("rows/properties/0/rules", "n1")
    inputs["rows/properties/0/rules/n1/min"] = ""
    node = bound(SHAPE, inputs, rows_of(of_type("symbol")), PLACE)
    assert body_of(node.value) == of_type("symbol")  # type: ignore[arg-type]


def test_another_type_takes_away_what_it_cannot_have() -> None:
    body = of_type("symbol", description="…", rules=[{"required": True, "min": 1, "pattern": "a"}])
    kept = {"description": "…", "rules": [{"required": True}]}
    assert saved(body, rows__properties__0__type="boolean") == of_type("boolean", **kept)


def marked(body: Json, *sent_marks: str, **typed: str) -> Json:
    """The property, where these boxes of its marks were ticked and no other."""
    inputs = sent(opened(body), **typed)
    inputs.setlist("rows/properties/0/indexed", ["", *sent_marks])
    node = bound(SHAPE, inputs, rows_of(body), PLACE)
    return body_of(node.value)["properties"]["a"]  # type: ignore[arg-type]


def test_a_property_is_marked_by_a_box() -> None:
    assert marked(of_type("date"), "true") == {"type": "date", "indexed": True}
    assert marked(of_type("date", indexed=False), "true") == {"type": "date", "indexed": True}
    assert marked(of_type("date", indexed=True)) == {"type": "date"}


def test_parts_are_marked_by_a_box_each() -> None:
    address = of_type("address", indexed=["state", "city"])
    assert marked(address, "city", "text", "state")["indexed"] == ["state", "city", "text"]
    assert marked(address) == {"type": "address"}


def test_marks_that_fit_no_more_are_dropped_with_the_type() -> None:
    type = "rows__properties__0__type"
    assert marked(of_type("date", indexed=True), "true", **{type: "symbol"})["indexed"] is True
    for other in ("boolean", "address", "array", "object"):
        assert "indexed" not in marked(of_type("date", indexed=True), "true", **{type: other})
    address = of_type("address", indexed=["period.start", "city"])
    assert marked(address, "period.start", "city", **{type: "humanname"}) == {
        "type": "humanname",
        "indexed": ["period.start"],
    }
    assert "indexed" not in marked(address, "period.start", "city", **{type: "date"})


def test_the_elements_of_an_array_are_typed_once_it_is_one() -> None:
    array = {"rows__properties__0__type": "array", "rows__properties__0__items__type": "code"}
    assert saved(of_type("symbol"), **array) == of_type("array", items={"type": "code"})


def test_values_are_allowed_one_on_each_line() -> None:
    typed = {"rows__properties__0__enum": "1\r\n\r\n2.50\r\nthree"}
    (rule,) = saved(of_type("decimal"), **typed)["properties"]["a"]["rules"]
    assert text(rule) == '{"enum":[1,2.50,"three"]}'


@pytest.mark.parametrize(
    ("typed", "operand"), [("*", "*"), ("12", 12), ('"12"', "12"), ("true", True), ("[1]", "[1]")]
)
def test_operands_are_typed_as_they_are_meant(typed: str, operand: Json) -> None:
    body = of_type("symbol", rules=[{"when": {"eq": {"a": "x"}}, "required": True}])
    changed = saved(body, rows__properties__0__rules__0__when__value=typed)
    assert changed["properties"]["a"]["rules"][0]["when"] == {"eq": {"a": operand}}


NESTED = {
    "properties": {
        "plain": {"type": "symbol", "rules": [{"min": 1}, {"max": 2}]},
        "a/b": {
            "type": "array",
            "items": {"type": "object", "properties": {"deep": {"type": "symbol"}}},
            "rules": [{"required": True, "when": {"eq": {"plain": "*"}}}],
        },
    },
    "contained": {"key": {"types": ["leaf"], "cardinality": "0:*"}},
}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("", ""),
        ("/other", "/other"),
        ("/properties/plain", "/properties/0/key"),
        ("/properties/plain/rules/0/min", "/properties/0/min"),
        ("/properties/plain/rules/1/max", "/properties/0/rules/0/max"),
        ("/properties/a~1b/rules/0/when/eq", "/properties/1/rules/0/when"),
        ("/properties/a~1b/items/properties/deep/type", "/properties/1/items/properties/0/type"),
        ("/contained/key/types/0", "/contained/0/types/0"),
        ("/contained", "/contained"),
        ("/properties/gone", "/properties"),
    ],
)
def test_faults_of_the_body_lead_to_its_rows(path: str, place: str) -> None:
    assert place_in_rows(path, rows_of(NESTED)) == place


def test_keys_that_two_rows_share_are_faults() -> None:
    deep = [{"key": "x"}, {"key": "x"}]
    rows = {
        "properties": [{"key": "a", "items": {"properties": deep}}, {"key": "a"}],
        "contained": [{}, {}],
    }
    assert [fault.path for fault in repeated_keys(rows)] == [
        "/properties/a/items/properties/x",
        "/properties/a",
        "/contained/",
    ]
