import json
from typing import Any

import pytest

from tests.datatypes import TABLE
from tests.profiles.judging import Found, faults, judge, judge_text

TEXT_TYPES = {
    "symbol": ("abc", "abcd"),
    "code": ("abc", "abcd"),
    "markdown": ("abc", "abcd"),
    "xhtml": ("abc", "abcd"),
    "uri": ("a:b", "a:bc"),
    "url": ("a:b", "a:bc"),
    "date": ("2024", "2024-02"),
    "datetime": ("2024", "2024-02"),
    "instant": ("2024-05-31T13:30:00Z", "2024-05-31T13:30:00.5Z"),
    "time": ("13:30:00", "13:30:00.5"),
}
"""A short and a longer value of each type that is text."""


def with_rules(type: str, *rules: dict[str, Any]) -> dict[str, Any]:
    return {**TABLE[type].definition, "rules": list(rules)}


@pytest.mark.parametrize("type", TABLE)
def test_a_required_property_has_to_be_there(type: str) -> None:
    definition = with_rules(type, {"required": True})
    (fault,) = faults({"x": definition}, {})
    assert (fault.path, fault.rule) == ("/data/x", "required")
    assert judge(definition, TABLE[type].valid[0]) == []


@pytest.mark.parametrize("type", TABLE)
def test_a_property_is_not_required_unless_a_rule_says_so(type: str) -> None:
    assert faults({"x": with_rules(type)}, {}) == []
    assert faults({"x": with_rules(type, {"required": False})}, {}) == []


def test_one_rule_that_requires_is_enough() -> None:
    definition = with_rules("symbol", {"required": True}, {"required": False, "max": 3})
    assert [fault.rule for fault in faults({"x": definition}, {})] == ["required"]


@pytest.mark.parametrize("empty", ['""', "[]", "{}", "0", "false"])
def test_an_empty_value_is_there(empty: str) -> None:
    types = {'""': "symbol", "[]": "array", "{}": "period", "0": "integer", "false": "boolean"}
    assert judge(with_rules(types[empty], {"required": True}), empty) == []


@pytest.mark.parametrize("type", TEXT_TYPES)
def test_min_and_max_of_a_text_are_its_length(type: str) -> None:
    short, long = TEXT_TYPES[type]
    assert judge(with_rules(type, {"min": len(long)}), json.dumps(long)) == []
    assert judge(with_rules(type, {"min": len(long)}), json.dumps(short)) == [("", "min")]
    assert judge(with_rules(type, {"max": len(short)}), json.dumps(short)) == []
    assert judge(with_rules(type, {"max": len(short)}), json.dumps(long)) == [("", "max")]


@pytest.mark.parametrize("type", TEXT_TYPES)
def test_a_pattern_holds_for_any_text_and_is_found_anywhere(type: str) -> None:
    short, long = TEXT_TYPES[type]
    end = long[len(short) - 1 :].replace(".", "\\.")
    definition = with_rules(type, {"pattern": f"{end}$"})
    assert judge(definition, json.dumps(long)) == []
    assert judge(definition, json.dumps(short)) == [("", "pattern")]


@pytest.mark.parametrize("type", TEXT_TYPES)
def test_an_enum_of_texts_is_a_closed_list(type: str) -> None:
    short, long = TEXT_TYPES[type]
    assert judge(with_rules(type, {"enum": [short]}), json.dumps(short)) == []
    assert judge(with_rules(type, {"enum": [short]}), json.dumps(long)) == [("", "enum")]


def test_an_enum_of_texts_heeds_the_case() -> None:
    assert judge(with_rules("symbol", {"enum": ["a"]}), '"A"') == [("", "enum")]


def test_the_length_of_a_text_counts_characters() -> None:
    assert judge(with_rules("symbol", {"max": 3}), '"é😀x"') == []


@pytest.mark.parametrize("type", ["integer", "decimal"])
@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        ({"min": 0}, "0", []),
        ({"min": 0}, "-0.0", []),
        ({"min": 0}, "-1", [("", "min")]),
        ({"max": 0}, "0", []),
        ({"max": 0}, "1", [("", "max")]),
        ({"min": -5, "max": 5}, "-5", []),
        ({"min": -5, "max": 5}, "5.0", []),
        ({"min": -5, "max": 5}, "1e1", [("", "max")]),
        ({"enum": [1, 1000]}, "1e3", []),
        ({"enum": [1, 1000]}, "1.0", []),
        ({"enum": [1, 1000]}, "2", [("", "enum")]),
        ({"enum": [0]}, "0", []),
        ({"min": 9007199254740993}, "9007199254740992", [("", "min")]),
        ({"max": 9007199254740992}, "9007199254740993", [("", "max")]),
    ],
)
def test_min_max_and_enum_of_a_number_are_its_value(
    type: str, rule: dict[str, Any], text: str, found: Found
) -> None:
    assert judge(with_rules(type, rule), text) == found


LARGE = 2**63 - 1
ABOUT_ONE = "1.00000000000000000000000000000000000000000000000000000000001"


@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        ('{"max":1}', ABOUT_ONE, [("", "max")]),
        ('{"max":1.0}', ABOUT_ONE, [("", "max")]),
        ('{"max":10e-1}', ABOUT_ONE, [("", "max")]),
        (f'{{"min":{ABOUT_ONE}}}', "1", [("", "min")]),
        (f'{{"min":{ABOUT_ONE}}}', ABOUT_ONE, []),
        (f'{{"enum":[{ABOUT_ONE}]}}', "1", [("", "enum")]),
        (f'{{"enum":[{ABOUT_ONE}]}}', f"{ABOUT_ONE}0", []),
        ('{"enum":[1.1]}', "1.10", []),
        ('{"min":0.1}', "0.10", []),
        ('{"min":0.1}', f"0.0{'9' * 60}", [("", "min")]),
        ('{"min":1e50,"max":1e100}', "1e100", []),
        ('{"min":1e50,"max":1e100}', "1e49", [("", "min")]),
        (f'{{"max":{LARGE}}}', f"{LARGE}.0", []),
        (f'{{"max":{LARGE}}}', f"{LARGE}.{'0' * 40}1", [("", "max")]),
        (f'{{"max":{LARGE}.0}}', f"{LARGE}.1", [("", "max")]),
        (f'{{"min":{LARGE}}}', f"{LARGE}.0", []),
        (f'{{"min":{LARGE}.1}}', f"{LARGE}.0", [("", "min")]),
        (f'{{"min":{LARGE}.1}}', f"{LARGE}.10", []),
    ],
)
def test_the_bounds_of_a_decimal_are_exact(rule: str, text: str, found: Found) -> None:
    assert judge_text(f'{{"type":"decimal","rules":[{rule}]}}', text) == found


def test_min_and_max_of_an_array_are_the_number_of_its_elements() -> None:
    definition = with_rules("array", {"min": 1, "max": 2})
    assert judge(definition, "[]") == [("", "min")]
    assert judge(definition, "[[]]") == []
    assert judge(definition, "[[],[]]") == []
    assert judge(definition, "[[],[],[]]") == [("", "max")]


def test_a_max_of_0_elements_is_not_lost() -> None:
    assert judge(with_rules("array", {"max": 0}), "[[]]") == [("", "max")]


def test_rules_inside_items_hold_for_each_element() -> None:
    items = {"type": "symbol", "rules": [{"min": 2, "pattern": "^a"}, {"enum": ["ab", "b"]}]}
    definition = {"type": "array", "items": items}
    assert judge(definition, '["ab","b","abc","ab"]') == [
        ("/1", "min"),
        ("/1", "pattern"),
        ("/2", "enum"),
    ]


def test_required_inside_items_asks_nothing_of_an_empty_array() -> None:
    definition = {"type": "array", "items": {"type": "symbol", "rules": [{"required": True}]}}
    assert judge(definition, "[]") == []


def test_rules_hold_deep_inside_objects_and_arrays() -> None:
    phone = {"type": "integer", "rules": [{"min": 0}, {"required": True}]}
    person = {"type": "object", "properties": {"phone": phone}}
    definition = {"type": "array", "items": {"type": "array", "items": person}}
    assert judge(definition, '[[],[{"phone":0},{},{"phone":-1}]]') == [
        ("/1/1/phone", "required"),
        ("/1/2/phone", "min"),
    ]


def test_a_required_part_asks_nothing_of_an_absent_object() -> None:
    part = {"type": "symbol", "rules": [{"required": True}]}
    definition = {"type": "object", "properties": {"part": part}}
    assert faults({"x": definition}, {}) == []
    assert judge(definition, "{}") == [("/part", "required")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('""', [("", "min"), ("", "pattern")]),
        ('"ax"', [("", "min"), ("", "pattern")]),
        ('"axb"', []),
        ('"axxb"', []),
        ('"axxxb"', [("", "max")]),
    ],
)
def test_all_rules_with_the_same_criterion_hold(text: str, found: Found) -> None:
    rules = [{"min": 2}, {"min": 3}, {"min": 1}, {"max": 4}, {"max": 9}]
    assert judge(with_rules("symbol", *rules, {"pattern": "a"}, {"pattern": "b"}), text) == found


def test_of_several_enums_the_value_stands_in_each() -> None:
    definition = with_rules("symbol", {"enum": ["a", "b"]}, {"enum": ["b", "c"]})
    assert [judge(definition, f'"{value}"') for value in "abc"] == [
        [("", "enum")],
        [],
        [("", "enum")],
    ]


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("b", "abc", True),
        ("^b", "abc", False),
        ("^a$", "a\n", False),
        (r"^\d+$", "٣", False),
        (r"^\w+$", "é", False),
        (r"^\p{L}+$", "é", True),
        ("^.$", "😀", True),
        ("^.$", "\n", False),
        (r"^\u0041\x42$", "AB", True),
        (r"^(?<year>[0-9]{4})$", "2024", True),
        ("^[a&&b]$", "&", True),
        ("", "", True),
        ("^(a|a)*$", "a" * 50_000 + "b", False),
    ],
)
def test_a_pattern_is_an_ecmascript_regular_expression(
    pattern: str, text: str, matches: bool
) -> None:
    found = judge(with_rules("symbol", {"pattern": pattern}), json.dumps(text))
    assert found == ([] if matches else [("", "pattern")])


def test_a_description_changes_nothing() -> None:
    definition = {**with_rules("integer", {"min": 0}), "description": "How many."}
    assert judge(definition, "-1") == [("", "min")]
