"""Rows: added, moved, removed and duplicated, and still known for what they were."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from profiles.exact import Json
from profiles.inputs.building import contained_shape, property_shape
from profiles.inputs.nodes import ABSENT, Node, Place, Value
from profiles.inputs.shapes import Shape
from profiles.reading import read_profile, read_properties
from tests import examples
from tests.inputs.browsing import sent

TAGS = {"type": "array", "items": {"type": "symbol"}}
PHONES = {"type": "array", "items": {"type": "contactpoint"}}
X = Place("x", "/x")
C = Place("c", "/contained")


def shape(definition: Json) -> Shape:
    return property_shape("x", read_properties({"x": definition})["x"])


def cards(bodies: list[Json]) -> Json:
    return {"alternativePaymentMethods": bodies}


def card(id: str, value: str) -> Json:
    full = f"office/west/alternativePaymentMethods/{id}"
    return {"id": full, "type": "paymentMethod", "data": {"value": value}}


def office() -> Shape:
    catalogue = {
        "office": read_profile(examples.OFFICE),
        "paymentMethod": read_profile(examples.PAYMENT_METHOD),
    }
    return contained_shape(catalogue["office"], catalogue)


def opened(shape: Shape, base: Value, place: Place = X) -> QueryDict:
    return sent(shape.show(base, base, place))


def bound(shape: Shape, inputs: QueryDict, base: Value, place: Place = X) -> Node:
    return shape.bind(inputs, base, place)


def test_rows_stand_in_the_order_in_which_they_are_sent() -> None:
    base = ["a", "b", "c"]
    inputs = opened(shape(TAGS), base)
    inputs.setlist("x", ["", "2", "0", "1"])
    assert bound(shape(TAGS), inputs, base).value == ["c", "a", "b"]


def test_positions_move_rows_where_no_script_does() -> None:
    base = ["a", "b", "c"]
    inputs = opened(shape(TAGS), base)
    inputs["x/2~position"], inputs["x/0~position"] = "1", "2"
    assert bound(shape(TAGS), inputs, base).value == ["c", "a", "b"]


def test_a_row_goes_to_the_position_that_is_typed_and_the_others_give_way() -> None:
    base = ["a", "b", "c"]
    inputs = opened(shape(TAGS), base)
    inputs["x/0~position"] = "2"
    assert bound(shape(TAGS), inputs, base).value == ["b", "a", "c"]


@pytest.mark.parametrize("text", ["", "first", "nan"])
def test_a_position_that_is_no_number_moves_nothing(text: str) -> None:
    inputs = opened(shape(TAGS), ["a", "b"])
    inputs["x/0~position"] = text
    assert bound(shape(TAGS), inputs, ["a", "b"]).value == ["a", "b"]


def test_a_new_row_is_added_where_it_stands() -> None:
    inputs = opened(shape(TAGS), ["a", "b"])
    inputs.setlist("x", ["", "0", "n1", "1"])
    inputs["x/n1"] = "new"
    assert bound(shape(TAGS), inputs, ["a", "b"]).value == ["a", "new", "b"]


def test_a_new_row_that_was_left_blank_is_none() -> None:
    inputs = opened(shape(PHONES), ABSENT)
    inputs.setlist("x", ["", "n1", "n2"])
    inputs["x/n2/value"] = "555"
    assert bound(shape(PHONES), inputs, ABSENT).value == [{"value": "555"}]


def test_a_removed_row_is_gone_but_still_shown() -> None:
    inputs = opened(shape(TAGS), ["a", "b"])
    inputs["x/0~remove"] = "on"
    node = bound(shape(TAGS), inputs, ["a", "b"])
    assert node.value == ["b"]
    assert [child.value for child in node.children] == ["a", "b"]


def test_faults_lead_to_the_rows_that_are_sent() -> None:
    """A pointer counts what is sent; the names of inputs stay."""
    inputs = opened(shape(TAGS), ["a", "b", "c"])
    inputs["x/0~remove"] = "on"
    node = bound(shape(TAGS), inputs, ["a", "b", "c"])
    (*_, found) = node.way_to("/x/1")
    assert (found.place.name, found.value) == ("x/2", "c")


def test_an_empty_list_stays_one_and_no_list_stays_none() -> None:
    bases: list[Value] = [[], ABSENT]
    for base in bases:
        assert bound(shape(TAGS), opened(shape(TAGS), base), base).value == base


def test_a_list_without_rows_is_absent_unless_it_is_required() -> None:
    required = {**TAGS, "rules": [{"required": True}]}
    for definition, value in ((TAGS, ABSENT), (required, [])):
        inputs = opened(shape(definition), ["a"])
        inputs["x/0~remove"] = "on"
        assert bound(shape(definition), inputs, ["a"]).value == value


def test_a_list_that_was_not_sent_stays_as_it_is() -> None:
    assert bound(shape(TAGS), QueryDict(), ["a"]).value == ["a"]


def test_what_a_row_has_beyond_its_inputs_stays_when_it_is_moved() -> None:
    base = [{"value": "1", "id": "a"}, {"value": "", "rank": 1}]
    inputs = opened(shape(PHONES), base)
    inputs.setlist("x", ["", "1", "0"])
    assert bound(shape(PHONES), inputs, base).value == [base[1], base[0]]


@pytest.mark.parametrize("token", ["7", "-1", "x", "0x1", "٣", "1" * 5_000])
def test_a_token_that_nobody_gave_is_a_new_row(token: str) -> None:
    inputs = QueryDict(mutable=True)
    inputs.setlist("x", ["", token])
    inputs[f"x/{token}"] = "typed"
    assert bound(shape(TAGS), inputs, ["a"]).value == ["typed"]


# Contained resources


def test_contained_resources_that_were_not_touched_stay_as_they_are() -> None:
    base = cards([card("visa", "Visa"), card("amex", "Amex")])
    assert bound(office(), opened(office(), base, C), base, C).value == base


def test_a_new_contained_resource_has_the_type_of_its_button() -> None:
    inputs = opened(office(), {}, C)
    name = "c/alternativePaymentMethods"
    inputs.setlist(name, ["", "n1"])
    inputs[f"{name}/n1/type"], inputs[f"{name}/n1/data/value"] = "paymentMethod", "Cash"
    added = {"type": "paymentMethod", "data": {"value": "Cash"}}
    assert bound(office(), inputs, {}, C).value == cards([added])


def test_the_type_of_a_contained_resource_cannot_be_changed() -> None:
    base = cards([card("visa", "Visa")])
    inputs = opened(office(), base, C)
    inputs["c/alternativePaymentMethods/0/type"] = "office"
    assert bound(office(), inputs, base, C).value == base


def test_the_id_of_a_contained_resource_is_shown_without_its_place() -> None:
    base = cards([card("visa", "Visa")])
    inputs = opened(office(), base, C)
    assert inputs["c/alternativePaymentMethods/0/id"] == "visa"
    inputs["c/alternativePaymentMethods/0/id"] = "master"
    value = bound(office(), inputs, base, C).value
    assert isinstance(value, dict)
    assert value["alternativePaymentMethods"][0]["id"] == "master"


def test_what_can_be_added_is_told_once_for_each_depth() -> None:
    loop = read_profile(
        {
            "properties": {},
            "contained": {key: {"types": ["a"], "cardinality": "0:*"} for key in ("x", "y")},
        }
    )
    found = {}

    def collect(shape: Shape) -> None:
        for key, row in shape.blanks():
            if key not in found:
                found[key] = row
                collect(row)

    collect(contained_shape(loop, {"a": loop}))
    assert list(found) == [f"a@{depth}" for depth in range(1, 6)]


# What the profile does not know


def test_a_property_that_the_profile_lost_stays_until_it_is_removed() -> None:
    group = {"type": "object", "properties": {"a": {"type": "symbol"}}}
    base = {"a": "1", "gone": {"deep": [1.10]}}
    inputs = opened(shape(group), base)
    assert bound(shape(group), inputs, base).value == base
    inputs["x/gone~remove"] = "on"
    assert bound(shape(group), inputs, base).value == {"a": "1"}


def test_a_group_whose_inputs_are_cleared_is_absent() -> None:
    address = {"type": "address"}
    base = {"city": "Toronto"}
    inputs = opened(shape(address), base)
    inputs["x/city"] = ""
    assert bound(shape(address), inputs, base).value is ABSENT
    assert bound(shape(address), opened(shape(address), {}), {}).value == {}


def test_what_is_no_number_is_handed_on_as_it_was_typed() -> None:
    inputs = QueryDict(mutable=True)
    inputs["x"] = "12 or so"
    node = bound(shape({"type": "integer"}), inputs, 5)
    assert node.value == "12 or so"
    assert list(node.texts()) == ["12 or so"]


def test_a_choice_that_the_profile_lost_is_still_shown() -> None:
    definition = {"type": "code", "rules": [{"enum": ["a", "b"]}]}
    node = shape(definition).show("c", "c", X)
    assert list(node.choices) == ["a", "b", "c"]  # type: ignore[attr-defined]
