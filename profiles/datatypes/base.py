"""What every data type is. The types stand beside this file, their list in `__init__`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from profiles.exact import Json, decode, json_line, pretty
from profiles.faults import Refused
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


class Control(StrEnum):
    """What a value is edited with."""

    LINE = "line"
    LINES = "lines"
    CHOICE = "choice"
    GROUP = "group"
    """An input for each part."""
    ROWS = "rows"
    """As many as are wanted, one below the other."""
    JSON = "json"


class Lookup(StrEnum):
    """How a filter compares what stands at a path of `data`: the end of its name."""

    EQUAL = ""
    IN = "in"
    AT_LEAST = "gte"
    AT_MOST = "lte"
    SAME_TEXT = "iexact"
    BEGINS = "startswith"
    BEGINS_FOLDED = "istartswith"
    NEAR = "near"
    ABSENT = "isnull"


COMPARED = (Lookup.EQUAL, Lookup.IN, Lookup.ABSENT)
"""The filters of a value that is the same as another or is not."""
ORDERED = (Lookup.EQUAL, Lookup.IN, Lookup.AT_LEAST, Lookup.AT_MOST, Lookup.ABSENT)
READ = (
    Lookup.EQUAL,
    Lookup.IN,
    Lookup.SAME_TEXT,
    Lookup.BEGINS,
    Lookup.BEGINS_FOLDED,
    Lookup.ABSENT,
)


class Scale(StrEnum):
    """By what values of a type are put in order, or near each other, once they are indexed."""

    NUMBER = "number"
    MOMENT = "moment"
    """To the second or finer."""
    SPAN = "span"
    """A moment that may be told in part: a year stands for all of its days."""
    TEXT = "text"
    POSITION = "position"


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

    lookups: ClassVar[tuple[Lookup, ...]] = (Lookup.ABSENT,)
    """The filters that make sense; what is made of parts is found by its parts."""

    scale: ClassVar[Scale | None] = None
    """What `"indexed": true` puts it in order by; None where there is nothing to index."""

    is_name: ClassVar[bool] = False
    """People may call a record by it."""

    control: ClassVar[Control] = Control.JSON
    hint: ClassVar[str] = ""
    """How a text of this type looks, where that is not plain."""
    keyboard: ClassVar[str] = ""
    """The `inputmode` of HTML: which keys a telephone offers."""
    is_seldom: ClassVar[bool] = False
    """Few values have it, so it is only shown where there is one."""
    names_resource: ClassVar[bool] = False
    """Is the id of a resource whose type stands beside it, so it can be searched for."""
    names_element: ClassVar[bool] = False
    """Names the element that it stands in, so a copy must have another."""
    choices: ClassVar[Mapping[str, str]] = {}
    """Texts that there are to choose from, and what people read for them."""

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

    def to_text(self, value: Json) -> str | None:
        """What stands in the input for a value; None for a value of another kind."""
        return pretty(value)

    def summary(self, value: Json, prop: Property) -> str:
        """A value in one line, as people write it; anything of another kind as JSON."""
        text = self.to_text(value) if self.control is not Control.JSON else None
        return json_line(value) if text is None else self.choices.get(text, text)

    def from_text(self, text: str) -> Json:
        """What is meant by what somebody typed.

        What is none of this type is handed on as text: it is for the schema to say so.
        """
        return json_or_text(text)

    def compares_with(self, operand: Scalar) -> bool:
        """Whether a condition may compare a value of this type with `operand`."""
        return False

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(self.name)


def json_or_text(text: str) -> Json:
    """The JSON value that a text stands for, or the text itself where it is no JSON."""
    try:
        return decode(text.encode(errors="surrogatepass"))
    except Refused:
        return text
