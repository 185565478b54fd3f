"""Examples are made from definitions, and fit them."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.datatypes import DATA_TYPES
from profiles.exact import Json
from profiles.example_values import example_contained, example_members, fitting
from profiles.schema import resource_schema
from profiles.validator import Validator
from tests.datatypes import TABLE
from tests.profiles.judging import contains, profile

NUMBER, TEXT = {"type": "integer"}, {"type": "symbol"}


def example(properties: Any) -> Json | None:
    catalogue = {"profile": profile(properties)}
    made = {"data": example_members(catalogue["profile"].properties)}
    return fitting(made, Validator(resource_schema("profile", catalogue)))


@pytest.mark.parametrize("type", DATA_TYPES)
def test_every_type_has_an_example(type: str) -> None:
    made = example({"x": dict(TABLE[type].definition)})
    assert made is not None
    assert "x" in made["data"]


@pytest.mark.parametrize(
    ("definition", "rule", "value"),
    [
        (NUMBER, {"min": 2_000_000}, 2_000_000),
        (NUMBER, {"max": 0}, 0),
        (TEXT, {"max": 5}, "South"),
        (TEXT, {"max": 0}, ""),
        (TEXT, {"min": 20}, "South West ClinicSou"),
        (TEXT, {"enum": ["b", "a"]}, "b"),
    ],
)
def test_an_example_keeps_the_rules(definition: Any, rule: Any, value: Json) -> None:
    assert example({"x": {**definition, "rules": [rule]}}) == {"data": {"x": value}}


def test_lists_are_as_long_as_they_have_to_be() -> None:
    numbers = {"type": "array", "items": NUMBER, "rules": [{"min": 3}]}
    assert example({"x": numbers}) == {"data": {"x": [1020993] * 3}}
    assert example({"x": {**numbers, "rules": [{"max": 0}]}}) == {"data": {"x": []}}


def test_what_is_optional_and_fits_not_is_left_out() -> None:
    pattern = {**TEXT, "rules": [{"pattern": "^[0-9]{10}$"}]}
    assert example({"x": pattern, "n": NUMBER}) == {"data": {"n": 1020993}}
    inside = {"type": "object", "properties": {"x": pattern, "n": NUMBER}}
    assert example({"o": inside}) == {"data": {"o": {"n": 1020993}}}


def test_there_is_none_where_what_is_needed_fits_not() -> None:
    assert example({"x": {**TEXT, "rules": [{"pattern": "^[0-9]{10}$", "required": True}]}}) is None


def test_a_condition_may_leave_something_out() -> None:
    rule = {"max": 1, "when": {"eq": {"n": 1020993}}}
    assert example({"n": NUMBER, "x": {**NUMBER, "rules": [rule]}}) == {"data": {"n": 1020993}}


def test_contained_resources_are_shown_where_they_are_needed() -> None:
    leaf = profile({"a": NUMBER}, key="leaf")
    inner = profile({}, contains(needed=(["leaf"], "1:1"), other=(["leaf"], "0:*")), {"leaf": leaf})
    top = profile({}, contains(rows=(["inner"], "0:*")), {"inner": inner, "leaf": leaf})
    made = example_contained("top", {"top": top, "inner": inner, "leaf": leaf})
    (row,) = made["rows"]
    assert list(row["contained"]) == ["needed"]
