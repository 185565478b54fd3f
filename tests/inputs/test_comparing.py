"""Two values of a shape, line by line, as the form calls the places."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.exact import Json
from profiles.inputs.building import contained_shape, data_shape
from profiles.inputs.comparing import Line, compare, trees
from profiles.inputs.merging import same
from profiles.inputs.nodes import Place
from profiles.reading import read_profile
from tests.browser.clinics import CLINIC, MACHINE, ROOM, room

CATALOGUE = {
    key: read_profile(body) for key, body in (("clinic", CLINIC), ("room", ROOM), ("m", MACHINE))
}
CATALOGUE["machine"] = CATALOGUE.pop("m")


def lines(old: Json, new: Json) -> list[Line]:
    shape = data_shape("clinic", CATALOGUE["clinic"].properties)
    return list(compare(*trees(shape, old, new, Place("data", "/data"))))


def told(old: Json, new: Json) -> list[tuple[str, str, str]]:
    return [(line.kind, " › ".join(line.way.names), line.pointer) for line in lines(old, new)]


def rooms(old: list[Any], new: list[Any]) -> list[tuple[str, str]]:
    shape = contained_shape(CATALOGUE["clinic"], CATALOGUE)
    place = Place("contained", "/contained")
    found = compare(*trees(shape, {"rooms": old}, {"rooms": new}, place))
    return [(line.kind, " › ".join(line.way.names)) for line in found]


def test_fields_are_called_as_in_the_form() -> None:
    assert told({"isOpen": True, "beds": 1}, {"isOpen": False, "name": "South"}) == [
        ("added", "Name", "/data/name"),
        ("removed", "Beds", "/data/beds"),
        ("changed", "Is open", "/data/isOpen"),
    ]


def test_a_digit_more_is_a_change() -> None:
    (line,) = lines({"rating": Decimal("1.1")}, {"rating": Decimal("1.10")})
    assert [getattr(side, "text", "") for side in (line.old, line.new)] == ["1.1", "1.10"]


def test_parts_are_told_by_their_way() -> None:
    old = {"address": {"city": "Toronto", "country": "CA"}}
    assert told(old, {"address": {"city": "Ottawa", "country": "CA"}}) == [
        ("changed", "Address › City", "/data/address/city")
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["a", "b"], ["a", "b", "c"], [("added", "Tags 3")]),
        (["a", "b"], ["x", "a", "b"], [("added", "Tags 1")]),
        (["a", "b"], ["b"], [("removed", "Tags 1")]),
        (["a", "b", "c"], ["c", "a", "b"], [("moved", "Tags 1")]),
        (["a", "b"], ["a", "c"], [("changed", "Tags 2")]),
        (["a", "a"], ["a"], [("removed", "Tags 2")]),
    ],
)
def test_elements_are_told_one_by_one(
    old: list[str], new: list[str], expected: list[tuple[str, str]]
) -> None:
    found = [(kind, name) for kind, name, _ in told({"tags": old}, {"tags": new})]
    assert found == expected


def test_a_contained_resource_is_known_by_its_id() -> None:
    found = rooms([room("R0", floor=1), room("R1", floor=1)], [room("R1", floor=2)])
    assert found == [("changed", "Rooms › Room 1: R1 › Floor"), ("removed", "Rooms › Room 1: R0")]


def test_another_id_at_the_same_place_is_another_one() -> None:
    found = rooms([room("R0", floor=1)], [room("R9", floor=1)])
    assert found == [("added", "Rooms › Room 1: R9"), ("removed", "Rooms › Room 1: R0")]


def test_another_type_is_a_difference() -> None:
    (line,) = rooms([room("R0")], [{**room("R0"), "type": "hall"}])
    assert line == ("changed", "Rooms › Room 1: R0 › Type")


def test_what_the_profile_does_not_know_is_told_too() -> None:
    assert told({"old": {"a": 1}}, {"old": {"a": 2}}) == [("changed", "old", "/data/old")]


def test_what_does_not_fit_is_told_whole() -> None:
    assert told({"tags": ["a"]}, {"tags": "a"}) == [("changed", "Tags", "/data/tags")]


@pytest.mark.parametrize("empty", ["", [], {}])
def test_something_empty_is_something(empty: Json) -> None:
    key = {"": "name", "[]": "tags", "{}": "address"}[str(empty)]
    assert [kind for kind, *_ in told({}, {key: empty})] == ["added"]


SCALARS = st.none() | st.booleans() | st.integers(0, 3) | st.text("ab", max_size=2)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "name", "number", "city"]), inner, max_size=3)
    ),
    max_leaves=6,
)
DATA = st.dictionaries(
    st.sampled_from(["name", "beds", "tags", "contacts", "address", "gone"]), VALUES, max_size=4
)


@given(DATA, DATA)
def test_there_are_lines_where_there_is_a_difference_and_only_there(old: Json, new: Json) -> None:
    assert bool(lines(old, new)) is not same(old, new)
