"""Every example of every data type goes through a form and comes back."""

from __future__ import annotations

import pytest

from profiles.exact import Json, canonical, decode
from profiles.inputs.building import property_shape
from profiles.inputs.nodes import ABSENT, Node, Place, Value
from profiles.inputs.shapes import bound, shown
from profiles.reading import read_properties
from tests.datatypes import INVALID, TABLE, VALID
from tests.inputs.browsing import sent

PLACE = Place("x", "/x")


def opened(type: str, value: Value) -> Node:
    shape = property_shape("x", read_properties({"x": TABLE[type].definition})["x"])
    return shown(shape, value, value, PLACE)


def saved(type: str, node: Node, base: Value) -> Node:
    shape = property_shape("x", read_properties({"x": TABLE[type].definition})["x"])
    return bound(shape, sent(node), base, PLACE)


def test_the_table_is_used() -> None:
    assert {type for type, _ in VALID} == set(TABLE)


@pytest.mark.parametrize(("type", "text"), VALID)
def test_what_was_not_touched_stays_as_it_is(type: str, text: str) -> None:
    value = decode(TABLE[type].comes_back(text).encode())
    assert canonical(saved(type, opened(type, value), value).value) == canonical(value)


@pytest.mark.parametrize(("type", "text", "broken"), INVALID)
def test_what_does_not_fit_stays_too(type: str, text: str, broken: object) -> None:
    """A profile may have changed since: nothing is lost by looking at it."""
    value = decode(text.encode())
    assert canonical(saved(type, opened(type, value), value).value) == canonical(value)


@pytest.mark.parametrize(("type", "text"), VALID)
def test_what_is_typed_anew_means_the_same(type: str, text: str) -> None:
    """But for what is empty, which a form takes for absent."""
    value = decode(TABLE[type].comes_back(text).encode())
    typed = saved(type, opened(type, value), ABSENT).value
    full = without_empty(value)
    assert (typed is ABSENT and full in ("", [], {})) or canonical(typed) == canonical(full)


def without_empty(value: Json) -> Json:
    if isinstance(value, dict):
        members = {key: without_empty(member) for key, member in value.items()}
        return {key: member for key, member in members.items() if member not in ("", [], {})}
    if isinstance(value, list):
        elements = map(without_empty, value)
        return [element for element in elements if element not in ("", [], {})]
    return value
