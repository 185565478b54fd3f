"""The text of a cell, and the value that it stands for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ingestion.tables.cells import cell_reader, cell_writer
from profiles.exact import Json, decode
from profiles.properties import Property
from profiles.reading import read_properties


def read_cell(prop: Property, text: str) -> Json:
    return decode(cell_reader(prop)(text))


def write_cell(prop: Property, value: Json) -> str:
    return cell_writer(prop)(value)


def prop(definition: Any) -> Property:
    return read_properties({"p": definition})["p"]


SYMBOL = prop({"type": "symbol"})
INTEGER = prop({"type": "integer"})
DECIMAL = prop({"type": "decimal"})
BOOLEAN = prop({"type": "boolean"})
ADDRESS = prop({"type": "address"})
SYMBOLS = prop({"type": "array", "items": {"type": "symbol"}})
INTEGERS = prop({"type": "array", "items": {"type": "integer"}})
NAMES = prop({"type": "array", "items": {"type": "humanname"}})

BOTH_WAYS: list[tuple[Property, str, Json]] = [
    (SYMBOL, "Ada", "Ada"),
    (SYMBOL, " Ada ", " Ada "),
    (SYMBOL, "a|b\\", "a|b\\"),
    (SYMBOL, '""', ""),
    (SYMBOL, '"', '"'),
    (SYMBOL, '""""', '""'),
    (SYMBOL, '"Ada"', '"Ada"'),
    (SYMBOL, "=1+1", "=1+1"),
    (SYMBOL, "-1", "-1"),
    (SYMBOL, "@a", "@a"),
    (SYMBOL, "007", "007"),
    (INTEGER, "7", 7),
    (INTEGER, "-7", -7),
    (INTEGER, "7.0", Decimal("7.0")),
    (DECIMAL, "1.10", Decimal("1.10")),
    (DECIMAL, "53.71717171717171717171717", Decimal("53.71717171717171717171717")),
    (BOOLEAN, "true", True),
    (BOOLEAN, "false", False),
    (SYMBOLS, "a|b", ["a", "b"]),
    (SYMBOLS, "a", ["a"]),
    (SYMBOLS, "|", []),
    (SYMBOLS, '""', [""]),
    (SYMBOLS, '""|a|""', ["", "a", ""]),
    (SYMBOLS, "a\\|b|c\\\\", ["a|b", "c\\"]),
    (SYMBOLS, "\\|", ["|"]),
    (SYMBOLS, "\\\\\\|", ["\\|"]),
    (INTEGERS, "1|2", [1, 2]),
    (ADDRESS, '{"city":"Toronto"}', {"city": "Toronto"}),
    (ADDRESS, "{}", {}),
    (NAMES, '[{"family":"Okafor"}]', [{"family": "Okafor"}]),
    (NAMES, "[]", []),
]


@pytest.mark.parametrize(("prop", "text", "value"), BOTH_WAYS)
def test_a_value_has_one_text_and_comes_back_from_it(
    prop: Property, text: str, value: Json
) -> None:
    assert write_cell(prop, value) == text
    read = read_cell(prop, text)
    assert (repr(read), read) == (repr(value), value)


@pytest.mark.parametrize(
    ("prop", "text", "value"),
    [
        (DECIMAL, " 1.10 ", Decimal("1.10")),
        (BOOLEAN, "TRUE", True),
        (BOOLEAN, " False", False),
        (SYMBOLS, "a||b|", ["a", "b"]),
        (SYMBOLS, "C:\\temp|b", ["C:\\temp", "b"]),
        (SYMBOLS, "a\\", ["a\\"]),
    ],
)
def test_other_texts_are_understood_too(prop: Property, text: str, value: Json) -> None:
    assert read_cell(prop, text) == value


@pytest.mark.parametrize(
    ("prop", "text", "value"),
    [
        (INTEGER, "seven", "seven"),
        (INTEGER, "007", "007"),
        (DECIMAL, "1,5", "1,5"),
        (BOOLEAN, "yes", "yes"),
        (INTEGERS, "1|two", [1, "two"]),
        (ADDRESS, "Toronto", "Toronto"),
    ],
)
def test_what_is_no_value_of_the_type_stays_a_text(prop: Property, text: str, value: Json) -> None:
    assert read_cell(prop, text) == value


@pytest.mark.parametrize(
    ("prop", "value", "text"), [(INTEGER, "seven", '"seven"'), (SYMBOLS, {"a": 1}, '{"a":1}')]
)
def test_what_was_stored_for_another_type_is_written_as_json(
    prop: Property, value: Json, text: str
) -> None:
    assert write_cell(prop, value) == text
