"""Which profiles contain which. A resource is judged by its own and by all that it may contain."""

from __future__ import annotations

from collections.abc import Iterator

from profiles.properties import ProfileType
from profiles.schema import Catalogue


def parts_of(key: str, catalogue: Catalogue) -> set[str]:
    """The profiles by which a resource of `key` is judged: itself, and those at any depth."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += [type for row in catalogue[name].contained.values() for type in row.types]
    return found


def wholes_of(key: str, catalogue: Catalogue) -> Iterator[str]:
    """The ROOT profiles that are `key`, or contain it at any depth, in the order of their keys."""
    for whole, definition in sorted(catalogue.items()):
        if definition.type is ProfileType.ROOT and key in parts_of(whole, catalogue):
            yield whole
