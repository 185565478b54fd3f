import json
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from profiles.datatypes import DATA_TYPES
from profiles.definition_schema import profile_validator
from profiles.exact import Json, decode, encode
from profiles.keywords import KEYWORDS
from profiles.schema import DIALECT, relationship_schema, resource_schema
from tests.datatypes import INVALID, TABLE, VALID, Broken
from tests.profiles.judging import contains, profile

OURS = {"range", "order", "unique"}
"""Rules that only our own keywords know, so that other validators let them pass."""


def is_whole(checker: Any, value: Json) -> bool:
    is_decimal = isinstance(value, Decimal) and value == value.to_integral_value()
    return is_decimal or Draft202012Validator.TYPE_CHECKER.is_type(value, "integer")


types = Draft202012Validator.TYPE_CHECKER.redefine("integer", is_whole)
Other = extend(Draft202012Validator, type_checker=types)
"""Another validator than ours, taught that a Decimal may be a whole number."""


def schema_of(**properties: Any) -> dict[str, Any]:
    return resource_schema("profile", {"profile": profile(properties)})


def other_accepts(type: str, text: str) -> bool:
    return bool(OTHERS[type].is_valid({"data": {"x": decode(text.encode())}}))


OTHERS = {type: Other(schema_of(x=examples.definition)) for type, examples in TABLE.items()}


@pytest.mark.parametrize("type", TABLE)
def test_the_schema_of_every_type_is_plain_2020_12(type: str) -> None:
    Draft202012Validator.check_schema(schema_of(x=TABLE[type].definition))


def test_the_schema_of_rules_conditions_and_containment_is_plain_2020_12() -> None:
    leaf = profile({"a": {"type": "period"}}, key="leaf")
    when = {"eq": {"b[current].c": "a*-."}}
    rule = {"required": True, "min": 1, "max": 9, "pattern": "^a", "enum": ["ab"], "when": when}
    c = {"type": "symbol", "rules": [rule, {"min": 2}, {"min": 3}]}
    b = {"type": "array", "items": {"type": "object", "properties": {"c": c}}}
    definition = profile({"b": b}, contains(key=(["leaf"], "1:*")), {"leaf": leaf})
    schema = resource_schema("profile", {"profile": definition, "leaf": leaf})
    Draft202012Validator.check_schema(schema)
    assert json.loads(encode(schema)) == schema


def test_the_schema_of_a_definition_is_plain_2020_12() -> None:
    Draft202012Validator.check_schema(profile_validator().schema)


@pytest.mark.parametrize(("type", "text"), VALID)
def test_another_validator_accepts_what_ours_accepts(type: str, text: str) -> None:
    assert other_accepts(type, text)


def differs(text: str, broken: list[Broken]) -> bool:
    """Whether validators may disagree: our keywords, and `$` before a newline at the end."""
    return {rule for _, rule in broken} <= OURS or r"\n" in text


@pytest.mark.parametrize(
    ("type", "text"), [(type, text) for type, text, broken in INVALID if not differs(text, broken)]
)
def test_another_validator_refuses_what_ours_refuses(type: str, text: str) -> None:
    assert not other_accepts(type, text)


@pytest.mark.parametrize(
    ("type", "text"),
    [(type, text) for type, text, broken in INVALID if {rule for _, rule in broken} <= OURS],
)
def test_another_validator_ignores_our_own_keywords(type: str, text: str) -> None:
    assert other_accepts(type, text)


def keywords(schema: Json) -> set[str]:
    if isinstance(schema, dict):
        return set(schema).union(*map(keywords, schema.values()))
    return set().union(*map(keywords, schema)) if isinstance(schema, list) else set()


def test_keywords_beyond_2020_12_are_those_of_our_vocabulary() -> None:
    every = {type: examples.definition for type, examples in TABLE.items()}
    leaf = profile(every, key="leaf")
    definition = profile({}, contains(key=(["leaf"], "1:1")), {"leaf": leaf})
    schema = resource_schema("profile", {"profile": definition, "leaf": leaf})
    ours = {keyword for keyword in keywords(schema) if keyword.startswith("x-")}
    assert ours == {*KEYWORDS, "x-cardinality"}


def test_a_schema_names_its_dialect_and_profile() -> None:
    schema = schema_of()
    assert schema["$schema"] == DIALECT
    assert schema["title"] == "profile"
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["data"]


def test_a_schema_tells_the_descriptions() -> None:
    schema = schema_of(x={"type": "date", "description": "A day."})
    assert schema["$defs"]["profile.profile"]["properties"]["x"]["description"] == "A day."


def test_a_type_stands_once_in_a_schema_and_only_if_it_is_used() -> None:
    schema = schema_of(x={"type": "period"}, y={"type": "datetime"}, z={"type": "period"})
    assert set(schema["$defs"]) == {
        "profile.profile",
        "type.period",
        "type.datetime",
        "type.elementid",
    }


def test_every_reference_of_a_schema_leads_somewhere() -> None:
    leaf = profile({"a": {"type": "attachment"}}, key="leaf")
    rows = contains(key=(["leaf", "profile"], "0:*"))
    definition = profile({}, rows, {"leaf": leaf})
    schema = resource_schema("profile", {"profile": definition, "leaf": leaf})
    text = encode(schema).decode()
    references = {part.split('"')[0] for part in text.split('"$ref":"')[1:]}
    assert references == {f"#/$defs/{name}" for name in schema["$defs"]}


def test_a_body_without_data_or_with_more_is_refused() -> None:
    compiled = Other(schema_of())
    assert not compiled.is_valid({})
    assert not compiled.is_valid({"data": {}, "meta": {}})
    assert compiled.is_valid({"data": {}, "contained": {}})


def test_a_relationship_needs_data_only_if_a_property_is_required() -> None:
    free = profile({"x": {"type": "symbol"}}).properties
    bound = profile({"x": {"type": "symbol", "rules": [{"required": True}]}}).properties
    assert Other(relationship_schema("works", "", free)).is_valid({})
    assert not Other(relationship_schema("works", "", bound)).is_valid({})
    assert Other(relationship_schema("works", "", bound)).is_valid({"data": {"x": ""}})
    assert not Other(relationship_schema("works", "", free)).is_valid({"data": {}, "contained": {}})


def test_the_schema_of_a_relationship_is_plain_2020_12() -> None:
    schema = relationship_schema("works", "Who works where.", profile({}).properties)
    Draft202012Validator.check_schema(schema)
    assert (schema["title"], schema["description"]) == ("works", "Who works where.")


def test_every_type_describes_itself() -> None:
    for datatype in DATA_TYPES.values():
        assert datatype.expectation
        assert datatype.example is not None
