"""The ends of a relationship, and the ids that follow from them.

`<from-type>.<from-id>,<to-type>.<to-id>`, made by the system (seed.md).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple
from uuid import UUID

from profiles.names import ID_PATTERN, KEY_PATTERN


class Ends(NamedTuple):
    """The ids of both ends; their types are those of the definition."""

    from_id: str
    to_id: str


class End(NamedTuple):
    """A resource at one end of a relationship."""

    type: str
    id: str


class Slot(NamedTuple):
    """The one place that a resource has in a definition which allows it one partner."""

    definition_key: str
    side: Literal["from", "to"]
    resource: UUID


KEPT_IDS = 8_192
"""Each is asked for several times while its batch is written."""

_full = re.compile(rf"({KEY_PATTERN})\.({ID_PATTERN}),({KEY_PATTERN})\.({ID_PATTERN})")
_short = re.compile(rf"({ID_PATTERN})\.({ID_PATTERN})")


def relationship_id(from_type: str, to_type: str, ends: Ends) -> str:
    return f"{from_type}.{ends.from_id},{to_type}.{ends.to_id}"


def is_full_id(text: str) -> bool:
    return bool(_full.fullmatch(text))


@lru_cache(KEPT_IDS)
def read_relationship_id(text: str, from_type: str, to_type: str) -> Ends | None:
    """The ends that an id names, in full or short (`<fromId>.<toId>`); None if it is no such id."""
    if full := _full.fullmatch(text):
        types = (full[1], full[3])
        return Ends(full[2], full[4]) if types == (from_type, to_type) else None
    short = _short.fullmatch(text)
    return Ends(short[1], short[2]) if short else None
