"""Which columns the records of a table need, told by a first look at all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ingestion.tables.cells import is_divided
from ingestion.tables.columns import Column, Steps
from profiles.exact import Json
from profiles.properties import Property

MOST_COLUMNS = 200
"""A property that would need more of them is written as JSON, in one."""

Seen = dict[str | int, Any]
"""What was seen inside of a value, by key or place."""


class Layout:
    """The columns of a table.

    A plain property has one, whatever the records hold. One that is made of parts has one for each
    part of which there is any, up to the largest number of elements; or a single one, of JSON, if
    parts cannot tell of all its values: there is an empty list or object, or what does not fit the
    profile as it is now.
    """

    def __init__(self, properties: Mapping[str, Property]) -> None:
        self._properties = properties
        self._divided = {key: prop for key, prop in properties.items() if is_divided(prop)}
        self._seen: dict[str, Seen] = {key: {} for key in self._divided}

    @property
    def looked_at(self) -> Collection[str]:
        """The keys that a look is for; none if the columns are known without one."""
        return self._divided.keys()

    def look(self, data: Mapping[str, Json]) -> None:
        """Makes room for a record."""
        for key in data.keys() & self._divided.keys():
            if not _see(self._divided[key], data[key], self._seen[key]):
                del self._divided[key]

    def columns(self) -> list[Column]:
        return [
            column for key, prop in self._properties.items() for column in self._columns(key, prop)
        ]

    def _columns(self, key: str, prop: Property) -> list[Column]:
        whole = Column((key,), prop)
        if key not in self._divided:
            return [whole]
        parts = list(_parts((key,), prop, self._seen[key]))
        return parts if len(parts) <= MOST_COLUMNS else [whole]


def _see(prop: Property, value: Json, seen: Seen) -> bool:
    """Whether columns can tell of all there is in a value."""
    if not is_divided(prop):
        return True
    if prop.items is not None:
        if not value or not isinstance(value, list):
            return False
        return all(
            _see(prop.items, element, seen.setdefault(place, {}))
            for place, element in enumerate(value)
        )
    parts = prop.parts()
    if not value or not isinstance(value, dict) or not value.keys() <= parts.keys():
        return False
    return all(_see(parts[key], part, seen.setdefault(key, {})) for key, part in value.items())


def _parts(steps: Steps, prop: Property, seen: Seen) -> Iterator[Column]:
    if not is_divided(prop):
        yield Column(steps, prop)
    elif prop.items is not None:
        for place in sorted(seen):
            yield from _parts((*steps, place), prop.items, seen[place])
    else:
        for key, part in prop.parts().items():
            if key in seen:
                yield from _parts((*steps, key), part, seen[key])
