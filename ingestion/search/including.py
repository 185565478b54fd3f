"""What is brought along with the records of an answer: `include=worksAt,worksAt.staff`.

Resources do not know what they are linked to; who does registers here when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from ingestion.search.scope import Scope
from profiles.api.parameters import bad_parameter, refuse_parameters
from profiles.exact import Json
from profiles.faults import Fault, pointer

INCLUDE = "include"
MOST_PATHS = 10
MOST_STEPS = 3
MOST_LINKS = 100
"""That are brought of one resource by one definition, for each direction."""
MOST_RECORDS = 5_000
"""That are brought in all."""


@dataclass(frozen=True, slots=True)
class Included:
    """Records as JSON, each once, and none that is on the page itself."""

    relationships: Sequence[bytes]
    resources: Sequence[bytes]
    is_cut: bool
    """There are more, which a limit kept back."""
    erased: int = 0
    """So many of the past are not shown, since they were erased."""

    @property
    def json(self) -> bytes:
        relationships, resources = b",".join(self.relationships), b",".join(self.resources)
        return b'{"relationships":[%b],"resources":[%b]}' % (relationships, resources)


class BadPath(NamedTuple):
    """Why nothing can be brought along a path."""

    place: int | None
    """Which path it is; None if all together are at fault."""
    message: str
    expected: object = None


class Include(Protocol):
    """What is to be brought along, once it is read."""

    @property
    def bad_paths(self) -> Sequence[BadPath]: ...

    def bring(self, pages: Sequence[Sequence[UUID]]) -> Included:
        """What belongs to the rows of a page, of which there is one for each scope."""
        ...

    def bring_past(self, at: datetime, page: Mapping[UUID, str]) -> Included:
        """What belonged at a moment to the rows of a page of one scope, told with their ids."""
        ...


includers: list[Callable[[Sequence[Scope], Sequence[str]], Include]] = []
"""One function of another app, which reads the paths that begin at the records of the scopes."""


def read_include(scopes: Sequence[Scope], paths: Sequence[str]) -> Include:
    (read,) = includers
    return read(scopes, paths)


def include_parameter(asked: Mapping[str, str], scope: Scope) -> Include | None:
    """Raises `Refused` for a path that there is not."""
    text = asked.get(INCLUDE)
    if text is None:
        return None
    include = read_include([scope], text.split(","))
    refuse_parameters(
        [bad_parameter(INCLUDE, bad.message, bad.expected) for bad in include.bad_paths]
    )
    return include


def include_member(
    body: Mapping[str, Json], base: str, scopes: Sequence[Scope]
) -> tuple[Include | None, Sequence[Fault]]:
    """The member of a body that stands at `base`, and its faults."""
    if INCLUDE not in body:
        return None, []
    place, sent = f"{base}/{INCLUDE}", body[INCLUDE]
    if not isinstance(sent, list) or not all(isinstance(path, str) for path in sent):
        return None, [Fault(place, "type", "Must be a list of paths.", "array")]
    include = read_include(scopes, sent)
    return include, [_fault(place, bad) for bad in include.bad_paths]


def _fault(place: str, bad: BadPath) -> Fault:
    if bad.place is None:
        return Fault(place, "range", bad.message, bad.expected)
    return Fault(place + pointer(bad.place), "exists", bad.message, bad.expected)


def members(included: Included | None) -> tuple[bytes, dict[str, Any]]:
    """What stands beside the records of an answer, and in its `meta`."""
    if included is None:
        return b"", {}
    told: dict[str, Any] = {"includeIsCut": True} if included.is_cut else {}
    lacks = {"erased": included.erased} if included.erased else {}
    return b',"included":' + included.json, {**told, **lacks}
