import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.conditions import text_pattern
from profiles.exact import Json
from tests.profiles.judging import Found, faults, profile, validator

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
    rule = {"min": 2, "max": 3, "pattern": "^a", "enum": ["ab", "abcd"], "when": {"eq": {"b": True}}}
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


# The compiled conditions against an interpreter that is slow and plainly right.

RECORD = {
    "note": SYMBOL,
    "count": {"type": "integer"},
    "open": {"type": "boolean"},
    "tags": an_array(SYMBOL),
    "home": an_object(city=SYMBOL, flags=an_object(new={"type": "boolean"}, name=SYMBOL)),
    "people": an_array(
        an_object(
            name=SYMBOL,
            age={"type": "integer"},
            phones=an_array(an_object(kind=SYMBOL, number=SYMBOL)),
        )
    ),
    "grid": an_array(an_array(an_object(kind=SYMBOL, value=SYMBOL))),
}
CASES: list[tuple[str, When]] = [
    ("note", {"eq": {"count": "*"}}),
    ("note", {"eq": {"count": 1}}),
    ("note", {"lt": {"count": 1}}),
    ("note", {"gt": {"count": 1}}),
    ("note", {"eq": {"open": False}}),
    ("note", {"eq": {"tags": "*"}}),
    ("note", {"eq": {"tags": "a*"}}),
    ("note", {"eq": {"home": "*"}}),
    ("note", {"eq": {"home.flags.new": True}}),
    ("note", {"eq": {"people.name": "A"}}),
    ("note", {"eq": {"people.phones": "*"}}),
    ("note", {"eq": {"people.phones.kind": "*"}}),
    ("note", {"gt": {"people.age": 1}}),
    ("note", {"eq": {"people.phones.kind": "ab"}}),
    ("note", {"eq": {"grid": "*"}}),
    ("note", {"eq": {"grid.kind": "*b"}}),
    ("home.flags.name", {"eq": {"home.city": "a"}}),
    ("home.flags.name", {"eq": {"open": True}}),
    ("people[].name", {"eq": {"note": "*"}}),
    ("people[].name", {"eq": {"people[current].age": "*"}}),
    ("people[].name", {"lt": {"people[current].age": 0}}),
    ("people[].name", {"eq": {"people[current].phones.kind": "a"}}),
    ("people[].name", {"eq": {"people[current]": "*"}}),
    ("people[].phones[].number", {"eq": {"people[current].name": "a"}}),
    ("people[].phones[].number", {"eq": {"people[current].phones[current].kind": "*a*"}}),
    ("people[].phones[].number", {"eq": {"people[current].phones.kind": "b"}}),
    ("people[].phones[].number", {"eq": {"people.phones.kind": "b"}}),
    ("grid[][].value", {"eq": {"grid[current].kind": "a"}}),
    ("grid[][].value", {"eq": {"grid.kind": "a"}}),
    ("grid[][].value", {"eq": {"grid[current]": "*"}}),
]

some_text = st.sampled_from(["", "a", "A", "ab", "b", "*"])
a_thing = {"kind": some_text, "number": some_text, "value": some_text}
some_things = {key: st.lists(st.fixed_dictionaries({}, optional={"kind": some_text, key: some_text}), max_size=3) for key in ("number", "value")}
records = st.fixed_dictionaries(
    {},
    optional={
        "note": some_text,
        "count": st.integers(0, 2),
        "open": st.booleans(),
        "tags": st.lists(some_text, max_size=3),
        "home": st.fixed_dictionaries(
            {},
            optional={
                "city": some_text,
                "flags": st.fixed_dictionaries(
                    {}, optional={"new": st.booleans(), "name": some_text}
                ),
            },
        ),
        "people": st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "name": some_text,
                    "age": st.integers(-1, 2),
                    "phones": some_things["number"],
                },
            ),
            max_size=3,
        ),
        "grid": st.lists(some_things["value"], max_size=3),
    },
)


def with_rule(definition: Any, steps: list[str], rule: Mapping[str, Any]) -> Any:
    """The definition of a property, with a rule at the place that `steps` lead to."""
    if not steps:
        return {**definition, "rules": [rule]}
    step, *rest = steps
    if step == "[]":
        return {**definition, "items": with_rule(definition["items"], rest, rule)}
    parts = definition["properties"]
    return {**definition, "properties": {**parts, step: with_rule(parts[step], rest, rule)}}


def missing(value: Json, steps: list[str], when: When, root: Json) -> Found:
    return [
        (f"{place}/{steps[-1]}", "required")
        for place, parent, current in owners(value, steps, "/data", "", {})
        if steps[-1] not in parent and is_true(when, root, current)
    ]


def owners(
    value: Json, steps: list[str], place: str, path: str, current: dict[str, Json]
) -> Iterator[tuple[str, Json, dict[str, Json]]]:
    """The objects that should hold the property, and the elements in which each stands."""
    step, *rest = steps
    if not rest:
        yield place, value, current
    elif step == "[]":
        for index, element in enumerate(value):
            yield from owners(element, rest, f"{place}/{index}", path, {path: element, **current})
    elif step in value:
        yield from owners(
            value[step], rest, f"{place}/{step}", f"{path}.{step}".lstrip("."), current
        )


def is_true(when: When, root: Json, current: dict[str, Json]) -> bool:
    ((operator, comparison),) = when.items()
    ((path, operand),) = comparison.items()
    array, bound, rest = path.rpartition("[current]")
    start = current[array.replace("[current]", "")] if bound else root
    keys = rest.strip(".").split(".") if rest else []
    return any(compares(operator, found, operand) for found in reached(start, keys, operand == "*"))


def reached(value: Json, keys: list[str], whole: bool) -> Iterator[Json]:
    if not keys and (whole or not isinstance(value, list)):
        yield value
    elif isinstance(value, list):
        for element in value:
            yield from reached(element, keys, whole)
    elif keys[0] in value:
        yield from reached(value[keys[0]], keys[1:], whole)


def compares(operator: str, value: Json, operand: Any) -> bool:
    if operator != "eq":
        return bool(value <= operand if operator == "lt" else value >= operand)
    if isinstance(operand, str):
        wanted = ".*".join(map(re.escape, operand.split("*")))
        return operand == "*" or bool(re.fullmatch(wanted, value, re.IGNORECASE | re.DOTALL))
    return bool(value == operand)


@pytest.mark.parametrize(("place", "when"), CASES)
def test_conditions_hold_as_a_slow_interpreter_finds(place: str, when: When) -> None:
    steps = re.findall(r"\[\]|[^.\[]+", place)
    rule = {"required": True, "when": when}
    compiled = validator(profile(with_rule({"properties": RECORD}, steps, rule)["properties"]))
    outcomes = set()

    @settings(max_examples=150, deadline=None, database=None)
    @given(records)
    def agrees(data: dict[str, Json]) -> None:
        found = [(fault.path, fault.rule) for fault in compiled.faults({"data": data})]
        outcomes.add(bool(found))
        assert found == missing(data, steps, when, data)

    agrees()
    assert outcomes == {True, False}
