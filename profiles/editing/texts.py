"""Parts of rules as texts to type. Each is exact, or leaves its value to be edited as JSON."""

from __future__ import annotations

from profiles.datatypes.base import Control, DataType, json_or_text
from profiles.datatypes.text import Symbol
from profiles.exact import Json, is_number, is_same, json_line


class Key(Symbol):
    """The key of a row: a copy must have another."""

    names_element = True


class Seldom(Symbol):
    """Another word for something, shown only where it was used."""

    is_seldom = True


class OnePerLine(DataType):
    """Some values of a type, one on each line."""

    name = "lines"
    control = Control.LINES

    def __init__(self, type: DataType) -> None:
        self._type = type

    def to_text(self, value: Json) -> str | None:
        if not isinstance(value, list):
            return None
        text = "\n".join(self._type.to_text(element) or "" for element in value)
        return text if is_same(self.from_text(text), value) else None

    def from_text(self, text: str) -> Json:
        return [self._type.from_text(line) for line in text.split("\n") if line.strip()]


class Operand(DataType):
    """What a condition compares with: text, a number, or true or false."""

    name = "operand"
    control = Control.LINE

    def to_text(self, value: Json) -> str | None:
        if isinstance(value, str) and value and self.from_text(value) == value:
            return value
        return json_line(value) if _is_scalar(value) else None

    def from_text(self, text: str) -> Json:
        value = json_or_text(text.strip())
        return value if _is_scalar(value) else text


def _is_scalar(value: Json) -> bool:
    return isinstance(value, str | bool) or is_number(value)
