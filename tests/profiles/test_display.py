"""What lists show: titles, columns, and values in one line."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.datatypes import DATA_TYPES
from profiles.display import LONGEST, Display, shown_paths, text_of, title_of
from profiles.exact import decode
from profiles.paths import Path, all_paths, find_path
from profiles.reading import read_properties
from tests.datatypes import TABLE

SYMBOL = {"type": "symbol"}

SUMMARIES: list[tuple[str, str, str]] = [
    ("symbol", '"two\\n lines"', "two lines"),
    ("integer", "7", "7"),
    ("decimal", "1.10", "1.10"),
    ("boolean", "true", "Yes"),
    ("boolean", "false", "No"),
    ("date", '"2024-05"', "2024-05"),
    ("period", '{"start":"2023","end":"2024"}', "2023 – 2024"),
    ("period", "{}", ""),
    ("address", '{"line":["1 Main Street"],"city":"Toronto"}', "1 Main Street, Toronto"),
    ("address", '{"text":"At home","city":"Toronto"}', "At home"),
    ("address", '{"use":"home"}', "home"),
    ("humanname", '{"family":"Okafor","given":["Ada","M."],"prefix":["Dr."]}', "Dr. Ada M. Okafor"),
    ("humanname", '{"text":"Ada","family":"Okafor"}', "Ada"),
    ("contactpoint", '{"system":"phone","value":"+1"}', "+1"),
    ("identifier", '{"system":"a","value":"7"}', "7"),
    ("coding", '{"code":"fr","display":"French"}', "French"),
    ("coding", '{"code":"fr"}', "fr"),
    ("geopoint", '{"longitude":1.0,"latitude":2}', "2, 1.0"),
    ("attachment", '{"title":"A","url":"https://b"}', "A"),
    ("reference", '{"type":"office","id":"west"}', "office/west"),
    ("array", "[1,2]", "1, 2"),
    ("object", '{"opens":"09:00:00"}', "09:00:00"),
]


def path_to(type: str) -> Path:
    return Path(("x",), read_properties({"x": TABLE[type].definition})["x"])


@pytest.mark.parametrize(("type", "text", "shown"), SUMMARIES)
def test_a_value_is_told_in_one_line(type: str, text: str, shown: str) -> None:
    assert text_of(path_to(type), decode(text.encode())) == shown


@pytest.mark.parametrize("type", list(TABLE))
def test_every_value_has_a_line_whatever_it_is(type: str) -> None:
    """A profile may have changed since it was stored."""
    for text in [*TABLE[type].valid, *TABLE[type].invalid]:
        line = text_of(path_to(type), decode(text.encode()))
        assert len(line) <= LONGEST
        assert "\n" not in line


def test_some_types_name_a_record() -> None:
    assert [name for name, type in DATA_TYPES.items() if type.is_name] == ["symbol", "humanname"]


def display(properties: Any, titled: Any = (), listed: Any = ()) -> tuple[list[str], list[str]]:
    made = Display.of(read_properties(properties), titled, listed)
    return [path.text for path in made.titled], [path.text for path in made.listed]


MANY: dict[str, Any] = {
    "n": {"type": "integer"},
    "title": SYMBOL,
    "tags": {"type": "array", "items": SYMBOL},
    "home": {"type": "address"},
    **dict.fromkeys("abcd", SYMBOL),
}


def test_where_nothing_was_chosen_the_likely_is_shown() -> None:
    assert display(MANY) == (["title"], ["n", "a", "b", "c"])
    assert display({"n": {"type": "integer"}}) == ([], ["n"])
    assert display({}) == ([], [])


def test_what_is_called_a_name_is_the_likely_title() -> None:
    people = {"type": "array", "items": {"type": "humanname"}}
    npi = {"type": "symbol"}
    assert display({"npi": npi, "names": people})[0] == ["names"]
    assert display({"npi": npi, "displayName": npi, "contacts": people})[0] == ["displayName"]
    assert display({"contacts": people, "npi": npi})[0] == ["npi"]


def test_what_was_chosen_is_shown_in_its_order() -> None:
    assert display(MANY, ["b", "a"], ["home.city", "tags", "n"]) == (
        ["b", "a"],
        ["home.city", "tags", "n"],
    )


def test_what_the_profile_has_no_more_is_passed_over() -> None:
    assert display(MANY, ["gone", "a"], ["home.gone", "tags.x"]) == (
        ["a"],
        ["n", "title", "b", "c"],
    )


def test_a_title_is_made_of_what_is_there() -> None:
    made = Display.of(read_properties(MANY), ["a", "n"], [])
    assert title_of(made, ["Ada", 7]) == "Ada 7"
    assert title_of(made, [None, 7]) == "7"
    assert title_of(made, [None, None]) == ""


def test_paths_pass_through_arrays() -> None:
    properties = read_properties(
        {"a": {"type": "array", "items": {"type": "object", "properties": {"b": SYMBOL}}}}
    )
    assert [path.text for path in all_paths(properties)] == ["a", "a.b"]
    assert [path.text for path in shown_paths(properties)] == ["a"]
    found = find_path(properties, "a.b")
    assert found is not None
    assert found.place == ("a", "[]", "b")
    assert find_path(properties, "a.[]") is find_path(properties, "b") is None
