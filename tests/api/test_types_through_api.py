"""Every row of the table of data types, through PUT and GET."""

from __future__ import annotations

import pytest

from profiles.datatypes import DATA_TYPES
from profiles.exact import canonical, decode, encode
from tests.api.conftest import Profiled
from tests.clients import Api
from tests.datatypes import TABLE, Broken

WRITTEN_OUT = {"0e101": "0"}
"""What the schema refuses for its exponent, and what it is once that is written out."""

every_type = pytest.mark.parametrize("type", list(TABLE))


def shown_at(text: str) -> bytes:
    """The value at `data.x` of a resource, as it was written: only its members are sorted."""
    return canonical(decode(text.encode())["data"]["x"])


def test_the_table_knows_every_type() -> None:
    assert TABLE.keys() == DATA_TYPES.keys()


@every_type
def test_what_is_valid_comes_back(api: Api, profiled: Profiled, type: str) -> None:
    examples = TABLE[type]
    where = f"resources/{profiled({'x': examples.definition})}"
    for index, text in enumerate(examples.valid):
        put = api.put(f"{where}/r{index}", f'{{"data":{{"x":{text}}}}}')
        assert put.status == 201, (text, put.text)
        expected = canonical(decode(examples.comes_back(text).encode()))
        assert shown_at(api.get(f"{where}/r{index}").text) == expected, text


@every_type
def test_what_came_back_is_valid_and_changes_nothing(
    api: Api, profiled: Profiled, type: str
) -> None:
    examples = TABLE[type]
    where = f"resources/{profiled({'x': examples.definition})}"
    for index, text in enumerate(examples.valid):
        api.put(f"{where}/r{index}", f'{{"data":{{"x":{text}}}}}')
        shown = api.get(f"{where}/r{index}")
        data = encode(decode(shown.text.encode())["data"]).decode()
        again = api.put(f"{where}/r{index}", f'{{"data":{data}}}')
        assert (again.status, again.etag) == (200, shown.etag), text


@every_type
def test_what_is_invalid_is_refused_with_every_fault(
    api: Api, profiled: Profiled, type: str
) -> None:
    examples = TABLE[type]
    required = {**examples.definition, "rules": [{"required": True}]}
    where = f"resources/{profiled({'x': required})}/one"
    for text, broken in examples.invalid.items():
        if text in WRITTEN_OUT:
            continue
        answer = api.put(where, f'{{"data":{{"x":{instead_of_null(text)}}}}}')
        assert answer.error == (400, "INVALID_ARGUMENT"), text
        assert sorted(answer.faults) == sorted(places(text, broken)), text


@pytest.mark.parametrize(("text", "back"), WRITTEN_OUT.items())
def test_a_zero_is_zero_whatever_its_exponent(
    api: Api, profiled: Profiled, text: str, back: str
) -> None:
    where = f"resources/{profiled({'x': {'type': 'decimal'}})}/one"
    api.put(where, f'{{"data":{{"x":{text}}}}}')
    assert shown_at(api.get(where).text) == back.encode()


def instead_of_null(text: str) -> str:
    """A null member is an absent one: another value of the wrong type has its faults."""
    return text.replace(":null", ":0")


def places(text: str, broken: list[Broken]) -> list[Broken]:
    """The faults of a value, seen from the body."""
    if text == "null":
        return [("/data/x", "required")]
    return [(f"/data/x{path}", rule) for path, rule in broken]
