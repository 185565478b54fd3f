"""Types that hold numbers, and the boolean."""

import decimal

from profiles.datatypes.base import VALUE, DataType, Schema
from profiles.properties import Scalar


class Number(DataType):
    """What the types have in common whose value is a JSON number."""

    bounds = VALUE
    is_number = True

    def compares_with(self, operand: Scalar) -> bool:
        return isinstance(operand, int | decimal.Decimal) and not isinstance(operand, bool)


class Integer(Number):
    """Whole number of 64 bits. `1.0` and `1e3` are whole numbers, as JSON Schema has it."""

    name = "integer"
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

    def schema(self) -> Schema:
        return {"type": "boolean"}

    def compares_with(self, operand: Scalar) -> bool:
        return isinstance(operand, bool)
