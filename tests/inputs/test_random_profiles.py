"""Random profiles and records: what a form sends is what the API would have been sent."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.exact import Json, canonical
from profiles.inputs.building import contained_shape, data_shape
from profiles.inputs.nodes import ABSENT, Place, Value
from profiles.inputs.shapes import Shape, bound, shown
from profiles.schema import Catalogue
from tests.api.test_coming_back import as_shown
from tests.inputs.browsing import sent
from tests.inputs.test_types_through_forms import without_empty
from tests.profiles.judging import read
from tests.strategies import BOUNDED
from tests.strategies.definitions import catalogues
from tests.strategies.records import faulty_bodies, sound_bodies

PLACES = {"data": Place("data", "/data"), "contained": Place("contained", "/contained")}


def shapes(catalogue: Catalogue) -> dict[str, Shape]:
    return {
        "data": data_shape("top", catalogue["top"].properties),
        "contained": contained_shape(catalogue["top"], catalogue),
    }


def with_plain_lines(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: with_plain_lines(member) for key, member in value.items()}
    if isinstance(value, list):
        return [with_plain_lines(element) for element in value]
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    return value


def through_form(shape: Shape, value: Json, base: Value, place: Place) -> Value:
    """What comes of a value that is shown, sent as it is, and read as a change of `base`."""
    node = shown(shape, value, base, place)
    return bound(shape, sent(node), base, place).value


@settings(BOUNDED, max_examples=15)
@given(st.data())
def test_a_form_that_was_not_touched_sends_what_is_stored(data: st.DataObject) -> None:
    """Whatever that is: also where a profile that was changed does not fit it any more."""
    catalogue = read(data.draw(catalogues()))
    stored = {
        "data": data.draw(faulty_bodies("top", catalogue)).get("data", {}),
        "contained": data.draw(sound_bodies("top", catalogue)).get("contained", {}),
    }
    for part, shape in shapes(catalogue).items():
        value = as_shown(stored[part])
        result = through_form(shape, value, value, PLACES[part])
        assert canonical(result) == canonical(value)


@settings(BOUNDED, max_examples=15)
@given(st.data())
def test_what_is_typed_into_a_new_form_is_what_the_api_is_sent(data: st.DataObject) -> None:
    """But for what is empty, and for ends of lines: a form has no way to say those."""
    catalogue = read(data.draw(catalogues()))
    body: dict[str, Any] = data.draw(sound_bodies("top", catalogue))
    shape = shapes(catalogue)["data"]
    full = with_plain_lines(without_empty(as_shown(body["data"])))
    result = through_form(shape, full, ABSENT, PLACES["data"])
    assert canonical(with_plain_lines(without_empty(result))) == canonical(full)
