"""Types that hold numbers, and the boolean."""

from profiles.datatypes.base import (
    COMPARED,
    ORDERED,
    VALUE,
    Control,
    DataType,
    Scale,
    Schema,
    json_or_text,
)
from profiles.exact import Json, is_number, json_line
from profiles.properties import Scalar


class Number(DataType):
    """What the types have in common whose value is a JSON number."""

    bounds = VALUE
    is_number = True
    lookups = ORDERED
    scale = Scale.NUMBER
    control = Control.LINE
    keyboard = "decimal"

    def to_text(self, value: Json) -> str | None:
        return json_line(value) if is_number(value) else None

    def from_text(self, text: str) -> Json:
        value = json_or_text(text.strip())
        return value if is_number(value) else text

    def compares_with(self, operand: Scalar) -> bool:
        return is_number(operand)


class Integer(Number):
    """Whole number of 64 bits. `1.0` and `1e3` are whole numbers, as JSON Schema has it."""

    name = "integer"
    keyboard = "numeric"
    expectation = "a whole number"
    example = 1020993

    def schema(self) -> Schema:
        return {
            "type": "integer",
            "minimum": -(2**63),
            "maximum": 2**63 - 1,
            "x-exact": True,
        }


class Decimal(Number):
    """Exact decimal: `1.10` stays `1.10`."""

    name = "decimal"
    expectation = "a number"
    example = 12.5

    def schema(self) -> Schema:
        return {"type": "number", "x-exact": True}


class Boolean(DataType):
    name = "boolean"
    expectation = "true or false"
    example = True
    control = Control.CHOICE
    choices = {"true": "Yes", "false": "No"}
    lookups = COMPARED

    def schema(self) -> Schema:
        return {"type": "boolean"}

    def to_text(self, value: Json) -> str | None:
        return str(value).lower() if isinstance(value, bool) else None

    def from_text(self, text: str) -> Json:
        return {"true": True, "false": False}.get(text, text)

    def compares_with(self, operand: Scalar) -> bool:
        return isinstance(operand, bool)
