"""The compiled conditions against an interpreter that is slow and plainly right."""

import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest

from profiles.exact import Json
from tests.profiles.judging import Found, profile, validator

SYMBOL = {"type": "symbol"}
When = Mapping[str, Mapping[str, Any]]


def an_array(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def an_object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


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

TEXTS = ["", "a", "A", "ab", "b", "*"]


def some_value(definition: Mapping[str, Any], random: Random) -> Json:
    match definition["type"]:
        case "array":
            return [some_value(definition["items"], random) for _ in range(random.randint(0, 2))]
        case "object":
            parts = definition["properties"].items()
            return {key: some_value(part, random) for key, part in parts if random.random() < 0.6}
        case "integer":
            return random.randint(-1, 2)
        case "boolean":
            return random.random() < 0.5
    return random.choice(TEXTS)


RECORDS = [some_value(an_object(**RECORD), Random(seed)) for seed in range(300)]


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
    for data in RECORDS:
        found = [(fault.path, fault.rule) for fault in compiled.faults({"data": data})]
        assert found == missing(data, steps, when, data)
        outcomes.add(bool(found))
    assert outcomes == {True, False}
