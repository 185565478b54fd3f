import json

import pytest

from profiles.datatypes import DATA_TYPES
from profiles.exact import decode, encode
from tests.datatypes import INVALID, TABLE, VALID, Broken
from tests.profiles.judging import judge


def test_the_table_covers_every_data_type() -> None:
    assert list(TABLE) == list(DATA_TYPES)


def test_there_are_24_data_types() -> None:
    assert len(DATA_TYPES) == 24
    assert all(name == name.lower() for name in DATA_TYPES)


@pytest.mark.parametrize("type", TABLE)
def test_an_entry_of_the_table_defines_a_property_of_its_type(type: str) -> None:
    assert TABLE[type].definition["type"] == type


@pytest.mark.parametrize(("type", "text"), VALID)
def test_a_valid_value_has_no_fault(type: str, text: str) -> None:
    assert judge(TABLE[type].definition, text) == []


@pytest.mark.parametrize(("type", "text", "broken"), INVALID)
def test_an_invalid_value_has_exactly_its_faults(
    type: str, text: str, broken: list[Broken]
) -> None:
    assert judge(TABLE[type].definition, text) == broken


@pytest.mark.parametrize(("type", "text"), VALID)
def test_a_valid_value_comes_back_exactly(type: str, text: str) -> None:
    assert encode(decode(text.encode())).decode() == TABLE[type].comes_back(text)


@pytest.mark.parametrize(("type", "text"), VALID)
def test_what_comes_back_is_valid_and_stays_as_it_is(type: str, text: str) -> None:
    stored = TABLE[type].comes_back(text)
    assert judge(TABLE[type].definition, stored) == []
    assert encode(decode(stored.encode())).decode() == stored


@pytest.mark.parametrize("type", [name for name, kind in DATA_TYPES.items() if not kind.takes])
def test_the_example_of_a_type_is_valid(type: str) -> None:
    assert judge({"type": type}, json.dumps(DATA_TYPES[type].example)) == []


@pytest.mark.parametrize("type", TABLE)
def test_a_value_of_the_wrong_kind_is_told_by_the_type(type: str) -> None:
    assert judge(TABLE[type].definition, "null") == [("", "type")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9223372036854775807.0", []),
        ("9223372036854775808.0", [("", "max")]),
        ("-9223372036854775808.0", []),
        ("-9223372036854775809.0", [("", "min")]),
        ("9223372036854775806.0", []),
    ],
)
def test_the_bounds_of_64_bits_are_exact_in_any_notation(text: str, found: list[Broken]) -> None:
    assert judge({"type": "integer"}, text) == found
