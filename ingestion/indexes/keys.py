"""The keys that indexes of properties hold: one number, text, set of words or box for each record.

A property that is marked `"indexed": true` has one or two of them. The functions are PostgreSQL's
own and those of migration 0006; the same expression stands in the index and in the condition that
uses it, so both are made here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from psycopg import sql

from profiles.datatypes.base import Scale
from profiles.paths import Path, indexed_paths
from profiles.properties import ELEMENT, Place, Property


class KeyKind(StrEnum):
    LEAST = "least"
    GREATEST = "greatest"
    WORDS = "words"
    BOUNDS = "bounds"


_FUNCTIONS: Mapping[Scale, str] = {
    Scale.NUMBER: "registrar_numbers",
    Scale.MOMENT: "registrar_seconds",
    Scale.SPAN: "registrar_seconds",
    Scale.TEXT: "registrar_texts",
}
_OTHERS: Mapping[KeyKind, str] = {
    KeyKind.WORDS: "registrar_words",
    KeyKind.BOUNDS: "registrar_bounds",
}
METHODS: Mapping[KeyKind, str] = {
    KeyKind.LEAST: "btree",
    KeyKind.GREATEST: "btree",
    KeyKind.WORDS: "gin",
    KeyKind.BOUNDS: "gist",
}
_FLAGS: Mapping[KeyKind, str] = {KeyKind.LEAST: "false", KeyKind.GREATEST: "true"}


@dataclass(frozen=True, slots=True)
class DataKey:
    """What one index holds of the values at a path."""

    path: Path
    kind: KeyKind

    @property
    def name(self) -> str:
        return f"{self.path.text}:{self.kind}"

    @property
    def method(self) -> str:
        return METHODS[self.kind]

    @property
    def ddl(self) -> sql.Composed:
        """The expression, for CREATE INDEX, which takes no parameters."""
        before, after = self.call("data").split("%s")
        return sql.SQL(before) + sql.Literal(json_path(self.path.element.place)) + sql.SQL(after)

    def call(self, data: str) -> str:
        """The expression, made of that of `data`. Its one parameter is the path, as `json_path`."""
        scale = self.path.element.prop.type.scale
        assert scale is not None, "only what has a scale is marked"
        flag = f", {_FLAGS[self.kind]}" if self.kind in _FLAGS else ""
        function = _FUNCTIONS[scale] if flag else _OTHERS[self.kind]
        called = f"{function}({data}, %s::jsonpath{flag})"
        return f'({called} COLLATE "C")' if flag and scale is Scale.TEXT else called


def keys_of(properties: Mapping[str, Property]) -> list[DataKey]:
    """Every index that the marks of a definition ask for."""
    return [key for path in indexed_paths(properties) for key in keys_at(path)]


def keys_at(path: Path) -> Iterator[DataKey]:
    """The keys of a path, once it is marked."""
    scale = path.element.prop.type.scale
    if scale is Scale.POSITION:
        yield DataKey(path, KeyKind.BOUNDS)
        return
    yield DataKey(path, KeyKind.LEAST)
    if greatest_key(path).kind is KeyKind.GREATEST:
        yield greatest_key(path)
    if scale is Scale.TEXT:
        yield DataKey(path, KeyKind.WORDS)


def least_key(path: Path) -> DataKey:
    return DataKey(path, KeyKind.LEAST)


def greatest_key(path: Path) -> DataKey:
    """That of the last value; what has one value at most, at one moment, has one key for both."""
    scale = path.element.prop.type.scale
    is_wide = scale is Scale.SPAN or path.element.leads_through_arrays
    return DataKey(path, KeyKind.GREATEST if is_wide else KeyKind.LEAST)


def json_path(place: Place) -> str:
    """A place as PostgreSQL's `jsonpath`, arrays passed through."""
    return "$" + "".join("[*]" if step == ELEMENT else f'."{step}"' for step in place)
