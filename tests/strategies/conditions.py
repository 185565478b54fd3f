"""Conditions of rules, as JSON: paths through objects, arrays and complex types, and operands."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from profiles.datatypes.base import DataType
from profiles.exact import Json
from profiles.properties import ELEMENT, Place, Property
from tests.strategies.values import EXAMPLES

PRESENT = "*"
LONGEST_OPERAND = 30
OPERANDS: list[Json] = ["", "a", "**", 0, 1, Decimal("1.50"), 2**63, True, False]


@st.composite
def conditions(draw: st.DrawFn, properties: Mapping[str, Property], place: Place) -> dict[str, Any]:
    """Conditions that a rule of the property at `place` may have."""
    target, type = draw(st.sampled_from(list(_targets(properties))))
    path = draw(st.sampled_from(list(_paths(target, place))))
    operand = draw(st.sampled_from(list(_operands(type))))
    operators = ["eq", "lt", "gt"] if type.is_number and operand != PRESENT else ["eq"]
    return {draw(st.sampled_from(operators)): {path: operand}}


def _targets(properties: Mapping[str, Property]) -> Iterator[tuple[Place, DataType]]:
    """What a condition may compare: places, and the types of what is found there."""
    for key, prop in properties.items():
        steps: Place = (key,)
        while prop.items is not None:
            steps, prop = (*steps, ELEMENT), prop.items
        yield steps, prop.type
        for rest, type in _targets(prop.parts()):
            yield (*steps, *rest), type


def _paths(target: Place, place: Place) -> Iterator[str]:
    """The path to a target; then bound, by more and more `[current]`, to what encloses `place`."""
    keys = [step for step in target if step != ELEMENT]
    yield ".".join(keys)
    shared: Place = ()
    for index, key in enumerate(keys):
        shared = (*shared, key)
        if place[: len(shared) + 1] == (*shared, ELEMENT):
            shared = (*shared, ELEMENT)
            keys[index] = f"{key}[current]"
            yield ".".join(keys)


def _operands(type: DataType) -> Iterator[Json]:
    yield PRESENT
    for example in [*OPERANDS, *EXAMPLES.get(type.name, [])]:
        if isinstance(example, str) and type.compares_with(example):
            yield from (example[:LONGEST_OPERAND], example[:LONGEST_OPERAND].swapcase())
            yield f"{example[:2]}*"
        elif isinstance(example, int | Decimal) and type.compares_with(example):
            yield example
