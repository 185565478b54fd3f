"""What every data type is. The types stand beside this file, their list in `__init__`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from profiles.properties import Property, Scalar

Schema = dict[str, Any]
"""A JSON Schema of dialect 2020-12."""

Nested = Callable[[Property, str], Schema]
"""Gives the schema of a property nested in another, one step further down."""


class Bounds(NamedTuple):
    """The JSON Schema keywords that `min` and `max` become for a type, and what they count."""

    min: str
    max: str
    unit: str
    counts: bool


VALUE = Bounds("minimum", "maximum", "", counts=False)
LENGTH = Bounds("minLength", "maxLength", " characters", counts=True)
ELEMENTS = Bounds("minItems", "maxItems", " elements", counts=True)


class DataType:
    """One kind of value: all that the registry knows of it.

    A subclass gives at least `name`, `expectation`, `example` and `schema`, and is listed once, in
    `profiles.datatypes`.
    """

    name: ClassVar[str]
    expectation: ClassVar[str]
    """Completes the sentence "Must be …" for a data steward."""
    example: ClassVar[Any]
    bounds: ClassVar[Bounds | None] = None
    is_text: ClassVar[bool] = False
    """A JSON string: takes `pattern` and `enum`, and compares without case in conditions."""
    is_number: ClassVar[bool] = False
    """A JSON number: takes `enum`, and `lt` and `gt` in conditions."""
    takes: ClassVar[frozenset[str]] = frozenset()
    """Members of a property definition beyond `type`, `description` and `rules`."""

    @property
    def criteria(self) -> frozenset[str]:
        """The criteria that a rule for this type may hold."""
        allowed = {"required"}
        if self.bounds:
            allowed |= {"min", "max"}
        if self.is_text or self.is_number:
            allowed.add("enum")
        if self.is_text:
            allowed.add("pattern")
        return frozenset(allowed)

    def schema(self) -> Schema:
        """What a value must be, as it stands once under `$defs` of a compiled schema."""
        raise NotImplementedError

    def use(self, prop: Property, nested: Nested) -> Schema:
        """The schema of one property of this type."""
        return {"$ref": f"#/$defs/type.{self.name}"}

    def parts(self, prop: Property) -> Mapping[str, Property]:
        """What stands inside a value, by key."""
        return {}

    def compares_with(self, operand: Scalar) -> bool:
        """Whether a condition may compare a value of this type with `operand`."""
        return False

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(self.name)
