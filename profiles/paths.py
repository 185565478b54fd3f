"""Paths into `data`, as filters and columns write them: keys with dots, arrays passed through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from profiles.datatypes.base import DataType, Lookup
from profiles.exact import Json
from profiles.properties import ELEMENT, Place, Property

DOT = "."


@dataclass(frozen=True, slots=True)
class Path:
    """Where a property stands. No key holds a dot, so its text means one property only."""

    place: Place
    prop: Property

    @property
    def text(self) -> str:
        return DOT.join(self.keys)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(step for step in self.place if step != ELEMENT)

    @property
    def leads_through_arrays(self) -> bool:
        return ELEMENT in self.place

    def value_in(self, data: Json) -> Json:
        """What stands there, None for nothing. Asked of paths that lead through no array."""
        for key in self.keys:
            data = data.get(key) if isinstance(data, dict) else None
        return data

    @property
    def element(self) -> Path:
        """What an array is made of, however many arrays stand in each other; else the path."""
        path = self
        while path.prop.items is not None:
            path = Path((*path.place, ELEMENT), path.prop.items)
        return path

    @property
    def lookups(self) -> tuple[Lookup, ...]:
        """The filters that there are: for an array those of its elements."""
        return self.element.prop.type.lookups

    @property
    def parts(self) -> Iterator[Path]:
        inside = self.element
        for key, part in inside.prop.parts().items():
            yield Path((*inside.place, key), part)


def find_path(properties: Mapping[str, Property], text: str) -> Path | None:
    """The property at a path; None where there is none."""
    key, *keys = text.split(DOT)
    if key not in properties:
        return None
    path = Path((key,), properties[key])
    for key in keys:
        found = next((part for part in path.parts if part.place[-1] == key), None)
        if found is None:
            return None
        path = found
    return path


def all_paths(properties: Mapping[str, Property]) -> Iterator[Path]:
    """Every property, each before its parts."""
    for key, prop in properties.items():
        yield from _with_parts(Path((key,), prop))


def parts_to_index(type: DataType) -> Iterator[Path]:
    """The parts that a property of a type always has, as far as they can be indexed.

    Their paths begin below the property.
    """
    for path in all_paths(type.parts(Property(type))):
        if path.element.prop.type.scale is not None:
            yield path


def indexed_paths(properties: Mapping[str, Property]) -> Iterator[Path]:
    """Where single values are marked for an index. A mark of an array stands in its `items`."""
    for path in all_paths(properties):
        for mark in path.element.prop.indexed:
            text = path.text if not mark else f"{path.text}{DOT}{mark}"
            found = find_path(properties, text)
            if found is not None:
                yield found.element


def placed(place: Place, value: Json) -> Json:
    """The least `data` in which `value` stands at `place`."""
    for step in reversed(place):
        value = [value] if step == ELEMENT else {step: value}
    return value


def _with_parts(path: Path) -> Iterator[Path]:
    yield path
    for part in path.parts:
        yield from _with_parts(part)
