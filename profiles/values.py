"""Single values of a data type, read from the text that somebody typed."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from profiles.datatypes.base import DataType
from profiles.exact import Json, plain_number
from profiles.faults import Fault
from profiles.schema import with_types
from profiles.validator import Validator


def read_value(type: DataType, text: str) -> tuple[Json, list[Fault]]:
    """The value that a text stands for, and its faults as a value of the type.

    The rules of a property do not judge it: what is stored may be older than they are.
    """
    value = type.from_text(text)
    if isinstance(value, Decimal):
        value = plain_number(value)
    return value, _validator(type).faults(value)


@lru_cache
def _validator(type: DataType) -> Validator:
    return Validator(with_types({"$ref": f"#/$defs/type.{type.name}"}))


def value_faults(type: DataType, value: Json) -> list[Fault]:
    """The faults of a JSON value as one of the type, whatever the rules of a property say."""
    return _validator(type).faults(value)
