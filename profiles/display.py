"""What lists show of a profile's resources: its title, and columns. No part of the contract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from profiles.datatypes.base import Lookup
from profiles.exact import Json
from profiles.paths import Path, all_paths, find_path
from profiles.properties import Property

MOST_LISTED = 8
MOST_TITLED = 3
LISTED_BY_DEFAULT = 4
LONGEST = 120
"""Characters of a value that a list shows."""

_name_or_title = re.compile("name|title", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Display:
    """The properties by which resources are called, and those of a list's columns."""

    titled: Sequence[Path]
    listed: Sequence[Path]

    @classmethod
    def of(
        cls, properties: Mapping[str, Property], titled: Iterable[str], listed: Iterable[str]
    ) -> Display:
        """What was chosen, as far as the profile still has it; else what is likely to be wanted."""
        titles = _found(properties, titled) or list(_likely_titles(properties))
        columns = _found(properties, listed) or list(_likely_columns(properties, titles))
        return cls(titles, columns)


def shown_paths(properties: Mapping[str, Property]) -> list[Path]:
    """What may be chosen: every property that stands at one place only."""
    return [path for path in all_paths(properties) if not path.leads_through_arrays]


def title_of(display: Display, parts: Sequence[Json]) -> str:
    """The title that the values of the titled properties make; empty where none is there.

    A part that is None is absent.
    """
    texts = map(text_of, display.titled, parts)
    return " ".join(text for text in texts if text)


def title_in(display: Display, data: Json) -> str:
    """The title of a record that is at hand whole."""
    return title_of(display, [path.value_in(data) for path in display.titled])


def text_of(path: Path, value: Json) -> str:
    """A value in one line, not too long; empty for None."""
    if value is None:
        return ""
    text = " ".join(path.prop.type.summary(value, path.prop).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _found(properties: Mapping[str, Property], chosen: Iterable[str]) -> list[Path]:
    paths = [find_path(properties, text) for text in chosen]
    return [path for path in paths if path is not None and not path.leads_through_arrays]


def _likely_titles(properties: Mapping[str, Property]) -> Iterator[Path]:
    """The first property that holds a name, rather one that is called so: `names`, not `npi`."""
    paths = [Path((key,), prop) for key, prop in properties.items()]
    named = [path for path in paths if path.element.prop.type.is_name]
    called = [path for path in named if _name_or_title.search(path.text)]
    yield from (called or [path for path in named if path.prop.items is None])[:1]


def _likely_columns(properties: Mapping[str, Property], titled: Sequence[Path]) -> Iterator[Path]:
    paths = [Path((key,), prop) for key, prop in properties.items()]
    simple = [path for path in paths if Lookup.EQUAL in path.prop.type.lookups]
    yield from [path for path in simple if path not in titled][:LISTED_BY_DEFAULT]
