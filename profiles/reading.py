"""From the JSON of a definition, once its form is checked, to values."""

from collections.abc import Mapping
from decimal import Decimal

from profiles.datatypes import DATA_TYPES
from profiles.exact import Json
from profiles.properties import (
    Cardinality,
    Condition,
    Containment,
    Operator,
    ProfileDefinition,
    ProfileType,
    Property,
    Rule,
    Step,
)


def read_profile(body: Mapping[str, Json]) -> ProfileDefinition:
    """The values of a profile's definition, of which `profile_validator` found no fault."""
    return ProfileDefinition(
        type=ProfileType(body.get("type", ProfileType.ROOT)),
        description=body.get("description", ""),
        properties=read_properties(body.get("properties", {})),
        contained={
            key: Containment(tuple(row["types"]), Cardinality(row["cardinality"]))
            for key, row in body.get("contained", {}).items()
        },
    )


def read_properties(members: Mapping[str, Json]) -> dict[str, Property]:
    return {key: _read_property(member) for key, member in members.items()}


def _read_property(member: Mapping[str, Json]) -> Property:
    return Property(
        type=DATA_TYPES[member["type"]],
        description=member.get("description", ""),
        rules=tuple(_read_rule(rule) for rule in member.get("rules", ())),
        items=_read_property(member["items"]) if "items" in member else None,
        properties=read_properties(member.get("properties", {})),
        indexed=_read_indexed(member.get("indexed", False)),
    )


def _read_indexed(marks: Json) -> tuple[str, ...]:
    """`true` marks the property itself, a list its parts."""
    if isinstance(marks, bool):
        return ("",) if marks else ()
    return tuple(marks)


def _read_rule(rule: Mapping[str, Json]) -> Rule:
    enum = rule.get("enum")
    return Rule(
        required=rule.get("required", False),
        min=_whole(rule.get("min")),
        max=_whole(rule.get("max")),
        enum=None if enum is None else tuple(enum),
        pattern=rule.get("pattern"),
        when=_read_condition(rule["when"]) if "when" in rule else None,
    )


def _read_condition(when: Mapping[str, Json]) -> Condition:
    operator: Operator
    ((operator, comparison),) = when.items()  # type: ignore[assignment]
    ((path, operand),) = comparison.items()
    return Condition(operator, tuple(map(_read_step, path.split("."))), _whole(operand))


def _read_step(text: str) -> Step:
    key = text.removesuffix("[current]")
    return Step(key, current=key != text)


def _whole(value: Json) -> Json:
    """`1.0` as 1, since lengths and numbers of elements are whole numbers."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value
