from typing import Any

import pytest

from profiles.consistency import check_profile
from profiles.datatypes import DATA_TYPES
from profiles.exact import Json
from profiles.names import PATH_WORDS
from profiles.properties import Cardinality, Containment, ProfileType
from profiles.validator import pattern_problem
from tests.datatypes import TABLE
from tests.profiles.judging import Found, contains, exact, profile, refusal, refused

SYMBOL = {"type": "symbol"}


def of_property(definition: Json) -> Found:
    """The faults of a profile with one property `x`, their places seen from its definition."""
    found = refused({"properties": {"x": definition}})
    return [(path.removeprefix("/properties/x"), rule) for path, rule in found]


def of_rule(type: str, *rules: Json) -> Found:
    found = of_property({**TABLE[type].definition, "rules": list(rules)})
    return [(path.removeprefix("/rules"), rule) for path, rule in found]


def accepts_rule(type: str, *rules: dict[str, Any]) -> bool:
    return bool(profile({"x": {**TABLE[type].definition, "rules": list(rules)}}).properties)


def test_a_definition_is_read_whole() -> None:
    other = profile({}, key="leaf")
    body = {
        "type": "CONTAINED",
        "description": "A place.",
        "properties": {"name": {**SYMBOL, "description": "Its name.", "rules": [{"min": 0}]}},
        "contained": contains(leaves=(["leaf"], "0:*")),
    }
    found = check_profile("profile", exact(body), {"leaf": other})
    assert found.type is ProfileType.CONTAINED
    assert found.description == "A place."
    assert found.properties["name"].description == "Its name."
    assert found.properties["name"].rules[0].min == 0
    assert found.contained == {"leaves": Containment(("leaf",), Cardinality.ANY)}


def test_a_profile_is_root_unless_it_says_otherwise() -> None:
    assert profile({}).type is ProfileType.ROOT


def test_the_running_example_is_accepted() -> None:
    payment = profile({"value": SYMBOL}, key="paymentMethod")
    rows = contains(
        primaryPaymentMethod=(["paymentMethod"], "0:1"),
        alternativePaymentMethods=(["paymentMethod"], "0:*"),
    )
    assert profile({"name": SYMBOL, "note": SYMBOL}, rows, {"paymentMethod": payment})


@pytest.mark.parametrize("body", [[], "a", 1, None, True])
def test_a_definition_is_an_object(body: Json) -> None:
    assert refused(body) == [("", "type")]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, [("/properties", "required")]),
        ({"properties": []}, [("/properties", "type")]),
        ({"properties": None}, [("/properties", "type")]),
        ({"properties": {}, "name": "x"}, [("/name", "unknown")]),
        ({"properties": {}, "type": "root"}, [("/type", "enum")]),
        ({"properties": {}, "type": 1}, [("/type", "enum")]),
        ({"properties": {}, "description": 1}, [("/description", "type")]),
        ({"properties": {}, "contained": []}, [("/contained", "type")]),
    ],
)
def test_a_profile_has_known_members_of_their_types(body: Json, found: Found) -> None:
    assert refused(body) == found


@pytest.mark.parametrize(
    ("definition", "found"),
    [
        (1, [("", "type")]),
        ({}, [("/type", "required")]),
        ({"type": "string"}, [("/type", "enum")]),
        ({"type": "Symbol"}, [("/type", "enum")]),
        ({"type": "base64"}, [("/type", "enum")]),
        ({"type": "elementid"}, [("/type", "enum")]),
        ({"type": None}, [("/type", "enum")]),
        ({"type": ["symbol"]}, [("/type", "enum")]),
        ({"type": "symbol", "title": "x"}, [("/title", "unknown")]),
        ({"type": "symbol", "description": None}, [("/description", "type")]),
        ({"type": "symbol", "rules": {}}, [("/rules", "type")]),
        ({"type": "symbol", "rules": [1]}, [("/rules/0", "type")]),
        ({"type": "array"}, [("/items", "required")]),
        ({"type": "array", "items": [SYMBOL]}, [("/items", "type")]),
        ({"type": "array", "items": {"type": "x"}}, [("/items/type", "enum")]),
        ({"type": "array", "items": SYMBOL, "properties": {}}, [("/properties", "unknown")]),
        ({"type": "object"}, [("/properties", "required")]),
        ({"type": "object", "properties": {"a": {}}}, [("/properties/a/type", "required")]),
        ({"type": "object", "properties": {}, "items": SYMBOL}, [("/items", "unknown")]),
        ({"type": "symbol", "items": SYMBOL}, [("/items", "unknown")]),
        ({"type": "address", "properties": {}}, [("/properties", "unknown")]),
    ],
)
def test_a_property_has_a_known_type_and_the_members_of_it(definition: Json, found: Found) -> None:
    assert of_property(definition) == found


@pytest.mark.parametrize("type", ["code", "coding"])
def test_a_binding_is_refused(type: str) -> None:
    binding = {"vocabulary": {"key": "spoken-language", "strength": "required"}}
    assert of_property({"type": type, "binding": binding}) == [("/binding", "unknown")]


CRITERIA = {"required": True, "min": 1, "max": 1, "enum": ["2024"], "pattern": "a"}
TEXTS = {"symbol", "code", "markdown", "xhtml", "uri", "url", "date", "datetime", "instant", "time"}
NUMBERS = {"integer", "decimal"}
APPLIES_TO = {
    "required": set(DATA_TYPES),
    "min": TEXTS | NUMBERS | {"array"},
    "max": TEXTS | NUMBERS | {"array"},
    "enum": TEXTS | NUMBERS,
    "pattern": TEXTS,
}
"""What api-facts.md says under "Rules"."""


@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("type", DATA_TYPES)
def test_a_criterion_fits_the_types_that_it_applies_to(type: str, criterion: str) -> None:
    value = CRITERIA[criterion]
    if type not in APPLIES_TO[criterion]:
        assert of_rule(type, {criterion: value}) == [(f"/0/{criterion}", "unknown")]
    elif criterion == "enum":
        assert accepts_rule(type, {criterion: [exact(TABLE[type].valid[0].encode())]})
    else:
        assert accepts_rule(type, {criterion: value})


@pytest.mark.parametrize(
    ("type", "rule", "found"),
    [
        ("symbol", {"required": "yes"}, [("/0/required", "type")]),
        ("symbol", {"required": None}, [("/0/required", "type")]),
        ("symbol", {"min": -1}, [("/0/min", "min")]),
        ("symbol", {"min": 1.5}, [("/0/min", "type")]),
        ("symbol", {"max": "1"}, [("/0/max", "type")]),
        ("symbol", {"max": 2**31}, [("/0/max", "max")]),
        ("array", {"min": -1}, [("/0/min", "min")]),
        ("integer", {"min": 1.5}, [("/0/min", "type")]),
        ("integer", {"max": 2**63}, [("/0/max", "max")]),
        ("decimal", {"max": "1"}, [("/0/max", "type")]),
        ("decimal", {"max": True}, [("/0/max", "type")]),
        ("symbol", {"enum": []}, [("/0/enum", "min")]),
        ("symbol", {"enum": "a"}, [("/0/enum", "type")]),
        ("symbol", {"enum": ["a", 1, None]}, [("/0/enum/1", "type"), ("/0/enum/2", "type")]),
        ("code", {"enum": ["a", "a  b"]}, [("/0/enum/1", "type")]),
        ("date", {"enum": ["2024-02-30"]}, [("/0/enum/0", "type")]),
        ("integer", {"enum": [1, 1.5, "1"]}, [("/0/enum/1", "type"), ("/0/enum/2", "type")]),
        ("symbol", {"pattern": 1}, [("/0/pattern", "type")]),
        ("symbol", {"minimum": 1}, [("/0/minimum", "unknown")]),
    ],
)
def test_a_criterion_has_a_value_of_its_kind(type: str, rule: Json, found: Found) -> None:
    assert of_rule(type, rule) == found


def test_a_number_beyond_what_can_be_kept_is_no_bound() -> None:
    body = b'{"properties":{"x":{"type":"decimal","rules":[{"min":1e101}]}}}'
    assert refused(body) == [("/properties/x/rules/0/min", "range")]


@pytest.mark.parametrize("type", ["symbol", "integer", "decimal", "array"])
def test_a_min_above_its_max_is_refused(type: str) -> None:
    assert of_rule(type, {"max": 5}, {"min": 2, "max": 1}) == [("/1/min", "order")]
    assert of_rule(type, {"min": 1, "max": 0}) == [("/0/min", "order")]
    assert accepts_rule(type, {"min": 1, "max": 1})


def test_a_min_is_compared_with_its_max_to_the_last_digit() -> None:
    low = f"1.{'0' * 60}1"
    body = f'{{"properties":{{"x":{{"type":"decimal","rules":[{{"min":{low},"max":1}}]}}}}}}'
    assert refused(body.encode()) == [("/properties/x/rules/0/min", "order")]


@pytest.mark.parametrize(
    "pattern",
    [
        *["(", ")", "[", "*", "a**?+b(", "a{2,1}", r"\p{Nope}", "(?<n>a", "[b-a]", "\\"],
        *["(?=a)", "(?!a)", "a(?<=b)", "(?<!a)b", "(a|(?=b))"],
        *[r"(a)\1", r"(?<n>a)\k<n>", r"\1"],
        *["a{100000000}", "(a{1000}){1000}"],
    ],
)
def test_a_pattern_that_does_not_compile_in_linear_time_is_refused(pattern: str) -> None:
    assert pattern_problem(pattern)
    assert of_rule("symbol", {"pattern": pattern}) == [("/0/pattern", "pattern")]


@pytest.mark.parametrize(
    "pattern", ["", "^a$", r"^\p{Lu}\d+[^\s]?$", "^(?:a|b)+(?<n>c)$", r"\u0041"]
)
def test_a_pattern_that_compiles_is_accepted(pattern: str) -> None:
    assert pattern_problem(pattern) is None
    assert accepts_rule("symbol", {"pattern": pattern})


BAD_NAMES = ["a__b", "_a", "a_", "a b", "", "a.b", "é", "k" * 63, "a/b~c", "a[current]", "[]"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_property_with_a_bad_name_is_refused_at_its_place(name: str) -> None:
    path = "/properties/" + name.replace("~", "~0").replace("/", "~1")
    assert refused({"properties": {name: SYMBOL}}) == [(path, "name")]
    nested = {"x": {"type": "array", "items": {"type": "object", "properties": {name: SYMBOL}}}}
    assert refused({"properties": nested}) == [(f"/properties/x/items{path}", "name")]


@pytest.mark.parametrize("name", ["_a", "a b", "", "k" * 63, *sorted(PATH_WORDS)])
def test_a_contain_key_with_a_bad_name_is_refused_at_its_place(name: str) -> None:
    body = {"properties": {}, "contained": {name: {"types": ["profile"], "cardinality": "0:1"}}}
    assert refused(body) == [(f"/contained/{name}", "name")]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (1, [("", "type")]),
        ({}, [("/cardinality", "required"), ("/types", "required")]),
        ({"types": [], "cardinality": "0:1"}, [("/types", "min")]),
        ({"types": "profile", "cardinality": "0:1"}, [("/types", "type")]),
        ({"types": [1], "cardinality": "0:1"}, [("/types/0", "type")]),
        ({"types": ["profile"], "cardinality": "2:*"}, [("/cardinality", "enum")]),
        ({"types": ["profile"], "cardinality": "0:1", "max": 1}, [("/max", "unknown")]),
        ({"types": ["profile", "nope"], "cardinality": "0:1"}, [("/types/1", "exists")]),
    ],
)
def test_a_containment_names_profiles_that_exist_and_a_cardinality(row: Json, found: Found) -> None:
    assert refused({"properties": {}, "contained": {"key": row}}) == [
        (f"/contained/key{path}", rule) for path, rule in found
    ]


def test_all_faults_of_a_definition_are_told_at_once() -> None:
    definition = {
        "type": "TOP",
        "more": 1,
        "properties": {
            "a__b": SYMBOL,
            "b": {"type": "nope"},
            "c": {"type": "integer", "rules": [{"min": 2, "max": 1}, {"pattern": "a"}]},
            "d": {"type": "code", "binding": {}, "rules": [{"pattern": "("}]},
            "e": {"type": "symbol", "rules": [{"required": True, "when": {"eq": {"nope": 1}}}]},
            "f": {"type": "array"},
        },
        "contained": {
            "bulk": {"types": ["profile"], "cardinality": "0:1"},
            "one": {"types": ["nope"], "cardinality": "0:1"},
            "two": {"types": ["profile"], "cardinality": "1:1"},
        },
    }
    found = refused(definition)
    assert sorted(found) == [
        ("/contained/bulk", "name"),
        ("/contained/one/types/0", "exists"),
        ("/contained/two", "cycle"),
        ("/more", "unknown"),
        ("/properties/a__b", "name"),
        ("/properties/b/type", "enum"),
        ("/properties/c/rules/0/min", "order"),
        ("/properties/c/rules/1/pattern", "unknown"),
        ("/properties/d/binding", "unknown"),
        ("/properties/d/rules/0/pattern", "pattern"),
        ("/properties/e/rules/0/when/eq", "when"),
        ("/properties/f/items", "required"),
        ("/type", "enum"),
    ]


@pytest.mark.parametrize("key", ["0", "01", "+1"])
def test_a_fault_under_a_key_of_digits_is_told_at_its_place(key: str) -> None:
    body = {"properties": {key: {"type": "symbol", "rules": [{"min": "x"}]}}}
    assert (f"/properties/{key}/rules/0/min", "type") in refused(body)


def test_a_refused_definition_says_what_is_known() -> None:
    (fault,) = refusal({"properties": {"x": {"type": "boolean", "rules": [{"min": 1}]}}})
    assert fault.expected == ["required", "when"]
