"""Values that show what a definition takes: made from its data types and rules, never from data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from profiles.datatypes.base import Bounds, DataType
from profiles.exact import Json, decode, is_number
from profiles.properties import Containment, Property
from profiles.schema import MAX_DEPTH, Catalogue
from profiles.validator import Validator

SHOWN_DEPTH = 1
"""Down to which depth contained resources are shown that nothing requires."""

MOST_ELEMENTS = 1_000
"""A list or a text that has to be longer has no example."""

ROUNDS = 20
"""How often something is taken out of an example before it is given up."""


def example_of(prop: Property) -> Json:
    """A value that tells what the property is; an enum's is one of it."""
    allowed = [rule.enum for rule in prop.rules if rule.enum and rule.when is None]
    allowed = allowed or [rule.enum for rule in prop.rules if rule.enum]
    if allowed:
        shared = (value for value in allowed[0] if all(value in enum for enum in allowed))
        return next(shared, allowed[0][0])
    if prop.items is not None:
        return _within(prop, [example_of(prop.items)])
    if prop.properties:
        return example_members(prop.properties)
    return _within(prop, example_value(prop.type))


def example_value(type: DataType) -> Json:
    """The example of a type as it is decoded: with Decimals, not floats."""
    return decode(json.dumps(type.example).encode())


def example_members(properties: Mapping[str, Property]) -> dict[str, Json]:
    return {key: example_of(prop) for key, prop in properties.items()}


def example_contained(key: str, catalogue: Catalogue, depth: int = 1) -> dict[str, Json]:
    """What a resource of the profile `key` may contain: one of each, with ids of their own."""
    return {
        contain_key: [_contained_resource(row, catalogue, depth)]
        for contain_key, row in catalogue[key].contained.items()
        if depth <= SHOWN_DEPTH or (row.cardinality.needs_one and depth <= MAX_DEPTH)
    }


def fitting(value: Json, validator: Validator) -> Json | None:
    """The value without what does not fit; None where nothing is left that does.

    A pattern or a condition may refuse what was made without a look at it. What is optional goes.
    """
    for _ in range(ROUNDS):
        faults = validator.faults(value)
        if not faults:
            return value
        for fault in faults:
            value = _without(value, fault.path.split("/")[1:])
        if value is None:
            return None
    return None


def _contained_resource(row: Containment, catalogue: Catalogue, depth: int) -> Json:
    type = row.types[0]
    resource: dict[str, Json] = {
        "id": f"{type}-1",
        "type": type,
        "data": example_members(catalogue[type].properties),
    }
    inner = example_contained(type, catalogue, depth + 1)
    return {**resource, "contained": inner} if inner else resource


def _within(prop: Property, value: Json) -> Json:
    """The value, made to keep `min` and `max` as far as that is simple."""
    bounds = prop.type.bounds
    rules = [rule for rule in prop.rules if rule.when is None]
    least = max((rule.min for rule in rules if rule.min is not None), default=None)
    most = min((rule.max for rule in rules if rule.max is not None), default=None)
    if bounds is None or (least is None and most is None):
        return value
    return _counted(value, least, most) if bounds.counts else _measured(value, bounds, least, most)


def _measured(value: Any, bounds: Bounds, least: Any, most: Any) -> Json:
    if not is_number(value):
        return value
    whole = isinstance(value, int)
    if least is not None and value < least:
        value = _to_whole(least, ROUND_CEILING) if whole else least
    if most is not None and value > most:
        value = _to_whole(most, ROUND_FLOOR) if whole else most
    return value


def _to_whole(number: int | Decimal, rounding: str) -> int:
    return int(Decimal(number).to_integral_value(rounding))


def _counted(value: Any, least: Any, most: Any) -> Json:
    """A text or a list, made longer by itself or cut off."""
    if value and least is not None and len(value) < least <= MOST_ELEMENTS:
        value = (value * int(least))[: max(int(least), len(value))]
    return value if most is None else value[: int(most)]


def _without(value: Json, steps: list[str]) -> Json | None:
    """The value without what stands at a place; where nothing does, without what lacks it.

    None where that is the value itself, or a member that it must have.
    """
    there = list(_places(value, steps))
    if len(there) < 2 or (len(there) == 2 and steps[0] == "data"):
        return None
    parent, step = there[-2], steps[len(there) - 2]
    smaller = _parted(parent, step)
    for place, step in reversed(list(zip(there[:-2], steps, strict=False))):
        smaller = _replaced(place, step, smaller)
    return smaller


def _places(value: Json, steps: list[str]) -> Iterator[Json]:
    """The values on the way to a place, as far as there are any."""
    yield value
    for step in steps:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return
        yield value


def _parted(parent: Any, step: str) -> Json:
    if isinstance(parent, list):
        return [element for index, element in enumerate(parent) if index != int(step)]
    return {key: member for key, member in parent.items() if key != step}


def _replaced(parent: Any, step: str, value: Json) -> Json:
    if isinstance(parent, list):
        return [value if index == int(step) else each for index, each in enumerate(parent)]
    return {**parent, step: value}
