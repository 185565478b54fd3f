"""The history of one part of the configuration as its page shows it, newest first.

The page of a source also shows the roles in it, and that of a user the roles they were given. There
an entry is a change of one of these parts, and the state after it is that of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from profiles.configuration import Subject
from profiles.definitions import Definitions
from profiles.exact import Json
from profiles.inputs.building import words
from profiles.models import (
    ConfigurationChange,
    ConfigurationKind,
    Definition,
    Source,
    Version,
)
from profiles.shown_differences import SEPARATOR, Place, places

SHOWN = 25
OF_SOURCE = (ConfigurationKind.SOURCE, ConfigurationKind.ROLE)
OF_USER = (ConfigurationKind.USER, ConfigurationKind.ROLE)
IDENTITY = ("kind", "subject", "source_id")
UNTOLD = {"key", "type"}
"""What no change changes."""


class Entry(NamedTuple):
    row: Version
    changes: Sequence[Place]
    is_newest: bool

    @property
    def is_deletion(self) -> bool:
        """Of the row itself: where a role was taken, that is a change of it."""
        is_role = getattr(self.row, "kind", None) == ConfigurationKind.ROLE
        return self.row.body is None and not is_role


class Page(NamedTuple):
    entries: Sequence[Entry]
    following: int | None
    """The row below which the next page goes on."""


class Timeline(Protocol):
    @property
    def rows(self) -> QuerySet[Any]: ...

    def last(self, rows: QuerySet[Any]) -> Iterable[Any]:
        """Of some of the rows the last one of each part."""
        ...

    def state(self, rows: Iterable[Any]) -> Json:
        """What the last rows of all parts come to."""
        ...


@dataclass(frozen=True, slots=True)
class DefinitionTimeline:
    definitions: Definitions[Any]
    definition: Definition

    @property
    def rows(self) -> QuerySet[Any]:
        rows: Any = self.definitions.version_model._default_manager
        found: QuerySet[Any] = rows.filter(definition=self.definition)
        return found

    def last(self, rows: QuerySet[Any]) -> Iterable[Any]:
        return rows.order_by("-pk")[:1]

    def state(self, rows: Iterable[Any]) -> Json:
        *_, last = [None, *(row.body for row in rows)]
        return last


@dataclass(frozen=True, slots=True)
class ConfigurationTimeline:
    condition: Q
    roles_by: str = ""
    """What tells the roles of the page apart: `user` or `source`; empty where none are told."""

    @classmethod
    def of(cls, subject: Subject) -> ConfigurationTimeline:
        return cls(subject.condition)

    @classmethod
    def of_source(cls, source: Source, *, has_roles: bool) -> ConfigurationTimeline:
        if not has_roles:
            return cls.of(Subject.source(source))
        return cls(Q(kind__in=OF_SOURCE, source_id=source.pk), "user")

    @classmethod
    def of_user(cls, user: User) -> ConfigurationTimeline:
        return cls(Q(kind__in=OF_USER, subject=str(user.pk)), "source")

    @property
    def rows(self) -> QuerySet[Any]:
        return ConfigurationChange.objects.filter(self.condition)

    def last(self, rows: QuerySet[Any]) -> Iterable[Any]:
        return rows.order_by(*IDENTITY, "-pk").distinct(*IDENTITY)

    def state(self, rows: Iterable[Any]) -> Json:
        """Later rows of a part count."""
        parts = {tuple(getattr(row, name) for name in IDENTITY): row for row in rows}
        found: dict[str, Json] = {}
        roles: dict[str, Json] = {}
        for row in parts.values():
            if row.body is None:
                continue
            if self.roles_by and row.kind == ConfigurationKind.ROLE:
                roles[row.body[self.roles_by]] = row.body["role"]
            else:
                found |= _worded({key: row.body[key] for key in row.body if key not in UNTOLD})
        if self.roles_by:
            found["Roles"] = dict(sorted(roles.items()))
        return found


def _worded(body: dict[str, Json], *above: str) -> dict[str, Json]:
    """What it holds at any depth, by its place as people read it."""
    found: dict[str, Json] = {}
    for key, value in body.items():
        way = (*above, words(key))
        found |= _worded(value, *way) if isinstance(value, dict) else {SEPARATOR.join(way): value}
    return found


def page_of(timeline: Timeline, before: int | None) -> Page:
    """With three statements at most, however many entries there are."""
    rows = timeline.rows if before is None else timeline.rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: SHOWN + 1])
    shown = found[:SHOWN]
    if not shown:
        return Page([], None)
    known = [*timeline.last(timeline.rows.filter(pk__lt=shown[-1].pk))]
    entries: list[Entry] = []
    state = timeline.state(known)
    for row in reversed(shown):
        known.append(row)
        former, state = state, timeline.state(known)
        is_newest = before is None and row is found[0]
        entries.append(Entry(row, places(former, state), is_newest))
    return Page(entries[::-1], shown[-1].pk if len(found) > SHOWN else None)


def state_behind(timeline: Timeline, row: Version) -> Json:
    return timeline.state(timeline.last(timeline.rows.filter(pk__lte=row.pk)))
