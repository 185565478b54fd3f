from collections.abc import Mapping
from typing import Any

import pytest

from profiles.conditions import text_pattern
from profiles.exact import Json
from tests.profiles.judging import faults

SYMBOL = {"type": "symbol"}
When = Mapping[str, Mapping[str, Any]]


def an_array(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def an_object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def holds(when: When, data: Json, **properties: Mapping[str, Any]) -> bool:
    """Whether `x` is required of a record that holds `data`."""
    x = {"type": "symbol", "rules": [{"required": True, "when": when}]}
    found = [(fault.path, fault.rule) for fault in faults({**properties, "x": x}, data)]
    assert found in ([], [("/data/x", "required")])
    return bool(found)


@pytest.mark.parametrize(
    ("operand", "text", "is_equal"),
    [
        ("email", "email", True),
        ("email", "EMail", True),
        ("EMAIL", "email", True),
        ("email", "emails", False),
        ("email", "an email", False),
        ("email", "email\n", False),
        ("École", "éCOLE", True),
        ("ОФИС", "офис", True),
        ("ΟΔΟΣ", "οδος", True),
        ("οδος", "ΟΔΟΣ", True),
        ("straße", "STRAẞE", True),
        ("e", "é", False),
        ("", "", True),
        ("", "a", False),
        ("Jo*", "john", True),
        ("Jo*", "jo", True),
        ("Jo*", "major", False),
        ("*jo*", "MAJOR\nJohn", True),
        ("a*c", "a\n\u2028😀c", True),
        ("a*c*", "abd", False),
        ("**", "", True),
        ("a.c", "abc", False),
        ("a.c", "A.C", True),
        ("a+", "aa", False),
        ("[ab]", "a", False),
        ("[ab]", "[AB]", True),
        ("a|b", "a", False),
        ("(a)", "a", False),
        ("a{2}", "aa", False),
        ("^a$", "a", False),
        ("a\\d", "a1", False),
        ("^$.+?()[]{}|/\\-#&~ ", "^$.+?()[]{}|/\\-#&~ ", True),
    ],
)
def test_eq_compares_texts_whole_without_case_and_literally_but_for_stars(
    operand: str, text: str, is_equal: bool
) -> None:
    assert holds({"eq": {"a": operand}}, {"a": text}, a=SYMBOL) == is_equal


def test_eq_is_false_of_what_is_not_there() -> None:
    assert not holds({"eq": {"a": ""}}, {}, a=SYMBOL)


@pytest.mark.parametrize("type", ["integer", "decimal"])
@pytest.mark.parametrize(
    ("when", "value", "is_true"),
    [
        ({"eq": {"a": 3}}, 3, True),
        ({"eq": {"a": 3}}, 4, False),
        ({"eq": {"a": 0}}, 0, True),
        ({"lt": {"a": 3}}, 3, True),
        ({"lt": {"a": 3}}, 2, True),
        ({"lt": {"a": 3}}, 4, False),
        ({"gt": {"a": 0}}, 0, True),
        ({"gt": {"a": 0}}, 1, True),
        ({"gt": {"a": 0}}, -1, False),
    ],
)
def test_numbers_compare_inclusively(type: str, when: When, value: int, is_true: bool) -> None:
    assert holds(when, {"a": value}, a={"type": type}) == is_true


@pytest.mark.parametrize("operator", ["eq", "lt", "gt"])
def test_a_number_that_is_not_there_compares_with_nothing(operator: str) -> None:
    assert not holds({operator: {"a": 0}}, {}, a={"type": "integer"})


@pytest.mark.parametrize("operand", [True, False])
@pytest.mark.parametrize("value", [True, False])
def test_booleans_are_equal_to_themselves(operand: bool, value: bool) -> None:
    assert holds({"eq": {"a": operand}}, {"a": value}, a={"type": "boolean"}) == (operand == value)


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        (SYMBOL, ""),
        ({"type": "integer"}, 0),
        ({"type": "boolean"}, False),
        (an_array(SYMBOL), []),
        (an_object(), {}),
        ({"type": "period"}, {}),
    ],
)
def test_a_star_alone_asks_whether_there_is_a_value(
    definition: Mapping[str, Any], value: Json
) -> None:
    assert holds({"eq": {"a": "*"}}, {"a": value}, a=definition)
    assert not holds({"eq": {"a": "*"}}, {}, a=definition)


def test_a_path_leads_through_objects_and_parts_of_complex_types() -> None:
    home = an_object(address={"type": "address"})
    when = {"eq": {"home.address.city": "oslo"}}
    assert holds(when, {"home": {"address": {"city": "Oslo"}}}, home=home)
    assert not holds(when, {"home": {"address": {}}}, home=home)
    assert not holds(when, {"home": {}}, home=home)
    assert not holds(when, {}, home=home)


def test_a_path_reaches_the_id_of_a_complex_value() -> None:
    assert holds({"eq": {"a.id": "one"}}, {"a": {"id": "ONE"}}, a={"type": "coding"})


def test_through_an_array_any_element_is_enough() -> None:
    contacts = an_array({"type": "contactpoint"})
    when = {"eq": {"contacts.system": "email"}}
    assert holds(when, {"contacts": [{"system": "fax"}, {"system": "email"}]}, contacts=contacts)
    assert not holds(when, {"contacts": [{"system": "fax"}, {}]}, contacts=contacts)
    assert not holds(when, {"contacts": []}, contacts=contacts)


def test_an_array_of_texts_equals_what_any_element_equals() -> None:
    tags = an_array(SYMBOL)
    assert holds({"eq": {"tags": "b"}}, {"tags": ["a", "B"]}, tags=tags)
    assert not holds({"eq": {"tags": "b"}}, {"tags": ["a"]}, tags=tags)


def test_every_criterion_holds_on_its_condition_only() -> None:
    rule = {
        "min": 2,
        "max": 3,
        "pattern": "^a",
        "enum": ["ab", "abcd"],
        "when": {"eq": {"b": True}},
    }
    properties = {"a": {"type": "symbol", "rules": [rule]}, "b": {"type": "boolean"}}
    assert faults(properties, {"a": "x", "b": False}) == []
    assert faults(properties, {"b": True}) == []
    assert {fault.rule for fault in faults(properties, {"a": "x", "b": True})} == {
        "min",
        "pattern",
        "enum",
    }


def test_a_min_of_0_on_a_condition_is_not_lost() -> None:
    rule = {"min": 0, "when": {"eq": {"b": "*"}}}
    properties = {"a": {"type": "integer", "rules": [rule]}, "b": SYMBOL}
    assert [fault.rule for fault in faults(properties, {"a": -1, "b": ""})] == ["min"]
    assert faults(properties, {"a": -1}) == []


def test_a_conditional_rule_does_not_replace_an_unconditional_one() -> None:
    rules = [{"min": 1}, {"min": 5, "when": {"eq": {"b": "*"}}}]
    properties = {"a": {"type": "integer", "rules": rules}, "b": SYMBOL}
    assert [fault.expected for fault in faults(properties, {"a": 0})] == [1]
    assert [fault.expected for fault in faults(properties, {"a": 3, "b": ""})] == [5]


def test_a_property_may_depend_on_itself() -> None:
    rule = {"max": 3, "when": {"eq": {"a": "x*"}}}
    properties = {"a": {"type": "symbol", "rules": [rule]}}
    assert faults(properties, {"a": "abcd"}) == []
    assert [fault.rule for fault in faults(properties, {"a": "xbcd"})] == ["max"]


def test_current_means_the_element_that_is_checked() -> None:
    when = {"eq": {"contacts[current].system": "email"}}
    value = {"type": "symbol", "rules": [{"required": True, "when": when}]}
    contacts = an_array(an_object(system=SYMBOL, value=value))
    found = faults({"contacts": contacts}, {"contacts": [{"system": "fax"}, {"system": "email"}]})
    assert [(fault.path, fault.rule) for fault in found] == [("/data/contacts/1/value", "required")]


def test_without_current_any_element_makes_the_rule_hold_for_all() -> None:
    value = {"type": "symbol", "rules": [{"required": True, "when": {"eq": {"contacts.a": "b"}}}]}
    contacts = an_array(an_object(a=SYMBOL, value=value))
    found = faults({"contacts": contacts}, {"contacts": [{"a": "c"}, {"a": "b"}]})
    assert [fault.path for fault in found] == ["/data/contacts/0/value", "/data/contacts/1/value"]


def test_current_may_be_the_element_itself() -> None:
    rule = {"max": 3, "when": {"eq": {"tags[current]": "x*"}}}
    tags = an_array({"type": "symbol", "rules": [rule]})
    found = faults({"tags": tags}, {"tags": ["abcd", "xbcd", "x"]})
    assert [(fault.path, fault.rule) for fault in found] == [("/data/tags/1", "max")]


@pytest.mark.parametrize("path", ["a.b", "a[current].b"])
def test_nothing_is_required_inside_an_object_that_is_not_there(path: str) -> None:
    part = {"type": "symbol", "rules": [{"required": True, "when": {"eq": {path: "*"}}}]}
    properties = {"a": an_array(an_object(b=SYMBOL, c=an_object(part=part)))}
    found = faults(properties, {"a": [{"b": "x"}, {"b": "x", "c": {}}]})
    assert [fault.path for fault in found] == ["/data/a/1/c/part"]


def test_a_pattern_for_a_text_is_plain_ecmascript() -> None:
    assert text_pattern("a.b-1*") == r"^[Aa]\.[Bb]-1[\s\S]*$"
