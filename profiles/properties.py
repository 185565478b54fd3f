"""What a profile says, as plain values: properties, rules, conditions, containment.

Made from JSON by `profiles.reading`, turned into a JSON Schema by `profiles.schema`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from profiles.datatypes.base import DataType

Number = int | Decimal
Scalar = str | bool | int | Decimal

Operator = Literal["eq", "lt", "gt"]

ELEMENT = "[]"
"""The step of a `Place` from an array into each of its elements; no key looks like it."""

Place = tuple[str, ...]
"""Where a property stands in its profile: keys, and `ELEMENT` for each array passed through."""


class ProfileType(StrEnum):
    ROOT = "ROOT"
    CONTAINED = "CONTAINED"


class Cardinality(StrEnum):
    AT_MOST_ONE = "0:1"
    EXACTLY_ONE = "1:1"
    ANY = "0:*"
    AT_LEAST_ONE = "1:*"

    @property
    def needs_one(self) -> bool:
        return self.value.startswith("1")

    @property
    def allows_one_only(self) -> bool:
        return self.value.endswith("1")


@dataclass(frozen=True, slots=True)
class Step:
    """One key of a condition's path; `current` binds it to the element that is being checked."""

    key: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """`when`: the rule holds only if `operator` is true of what stands at `path`."""

    operator: Operator
    path: tuple[Step, ...]
    operand: Scalar


@dataclass(frozen=True, slots=True)
class Rule:
    """Criteria that hold together. Absent ones are None: a `min` of 0 and an empty text count."""

    required: bool = False
    min: Number | None = None
    max: Number | None = None
    enum: tuple[Scalar, ...] | None = None
    pattern: str | None = None
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """One typed field. `items` is there for an array, `properties` for an object."""

    type: DataType
    description: str = ""
    rules: tuple[Rule, ...] = ()
    items: Property | None = None
    properties: Mapping[str, Property] = field(default_factory=dict)
    indexed: tuple[str, ...] = ()
    """Its parts that are indexed, by their paths; "" is the property itself."""

    @property
    def is_required(self) -> bool:
        return any(rule.required and rule.when is None for rule in self.rules)

    def parts(self) -> Mapping[str, Property]:
        """What stands inside a value of this property, by key."""
        return self.type.parts(self)


@dataclass(frozen=True, slots=True)
class Containment:
    """What may stand under one contain key."""

    types: tuple[str, ...]
    cardinality: Cardinality


@dataclass(frozen=True, slots=True)
class ProfileDefinition:
    """The body of a profile."""

    type: ProfileType = ProfileType.ROOT
    description: str = ""
    properties: Mapping[str, Property] = field(default_factory=dict)
    contained: Mapping[str, Containment] = field(default_factory=dict)


def places(properties: Mapping[str, Property]) -> Iterator[tuple[Place, Property]]:
    """Every property that the definition itself names, nested ones too, with its place."""
    for key, prop in properties.items():
        yield from _places((key,), prop)


def _places(place: Place, prop: Property) -> Iterator[tuple[Place, Property]]:
    yield place, prop
    if prop.items is not None:
        yield from _places((*place, ELEMENT), prop.items)
    for key, part in prop.properties.items():
        yield from _places((*place, key), part)
