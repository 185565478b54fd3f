"""Which members of a record an answer shows: `fields=data.name,data.address.city,meta`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from profiles.paths import DOT, find_path
from profiles.properties import Property

DATA, CONTAINED, META = "data", "contained", "meta"

Shape = dict[str, Any]
"""By key, what is shown of an object: a shape, or true for all of it."""


@dataclass(frozen=True, slots=True)
class Fields:
    """`id` and `type` are always there, and of a relationship its ends."""

    shape: Shape | None = None
    """Of `data`; None for all of it, empty for none."""
    has_contained: bool = True
    has_meta: bool = True
    is_for_loading: bool = False
    """`meta` is only what a write may send."""


EVERY_FIELD = Fields()
FOR_LOADING = Fields(is_for_loading=True)


def unknown_fields(
    names: Iterable[str], properties: Mapping[str, Property], members: Iterable[str]
) -> Iterator[str]:
    """Those names that lead to nothing that a record may have; it has the `members`."""
    known = {*members}
    for name in names:
        member, _, path = name.partition(DOT)
        is_path = member == DATA and path and find_path(properties, path) is not None
        if name not in known and not is_path:
            yield name


def read_fields(names: Iterable[str]) -> Fields:
    """From names that are known."""
    asked = set(names)
    shape: Shape = {}
    for name in sorted(asked):
        if name.startswith(DATA + DOT):
            _mark(shape, name.split(DOT)[1:])
    everything = None if DATA in asked else shape
    return Fields(everything, CONTAINED in asked, META in asked)


def _mark(shape: Shape, keys: list[str]) -> None:
    """Shorter paths come first, so what is shown whole stays so."""
    for key in keys[:-1]:
        inner = shape.setdefault(key, {})
        if inner is True:
            return
        shape = inner
    shape[keys[-1]] = True
