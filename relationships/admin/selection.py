"""Which relationships a list is about: the source, definition and profiles that were chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest

from profiles.request_cache import found_once
from profiles.staff import staff_of
from relationships.models import RelationshipDefinition

LABELS = {
    "source": "Source",
    "definition": "Definition",
    "from_profile": "From a",
    "to_profile": "To a",
}
"""The parameters, and what people read."""
MOST_CHOICES = 500
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class SeenDefinition:
    """A definition that the user sees, without its body."""

    id: int
    source_id: int
    source: str
    contract_version: int
    key: str
    from_id: int
    from_key: str
    to_id: int
    to_key: str
    from_titled: Sequence[str] | None
    """What titles of the resources at this end are made of, where somebody chose it."""
    to_titled: Sequence[str] | None

    def profile_id(self, side: str) -> int:
        return self.from_id if side == "from" else self.to_id

    def value(self, name: str) -> str:
        """What a parameter says to choose it."""
        keys = {
            "source": self.source,
            "definition": f"{self.source}/{self.key}",
            "from_profile": f"{self.source}/{self.from_key}",
            "to_profile": f"{self.source}/{self.to_key}",
        }
        return keys[name]


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    label: str
    value: str
    values: Sequence[str]
    error: str

    @property
    def shown(self) -> Sequence[str]:
        """Those of the select: beyond so many, the others are chosen by their source."""
        shown = list(self.values[:MOST_CHOICES])
        return shown if not self.value or self.value in shown else [self.value, *shown]


@dataclass(frozen=True)
class Selection:
    """What a request asks for, among the definitions that its user sees."""

    sources: Sequence[str]
    seen: Sequence[SeenDefinition]
    asked: Mapping[str, str]

    @cached_property
    def choices(self) -> list[Choice]:
        return list(self._choices())

    @property
    def is_refused(self) -> bool:
        return any(choice.error for choice in self.choices)

    @cached_property
    def chosen(self) -> list[SeenDefinition]:
        """The definitions that fit all that is asked."""
        wanted = [(name, value) for name, value in self.asked.items() if value]
        return [one for one in self.seen if all(one.value(name) == v for name, v in wanted)]

    @property
    def definition(self) -> SeenDefinition | None:
        """The one that was chosen by its name."""
        return self.chosen[0] if self.asked["definition"] and self.chosen else None

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if not any(self.asked.values()):
            return rows
        sources = {one.source_id for one in self.chosen}
        ids = [one.id for one in self.chosen]
        return rows.filter(source_id__in=sources, definition_id__in=ids)

    def _choices(self) -> Iterator[Choice]:
        source = self.asked["source"]
        for name, label in LABELS.items():
            of_source = (one for one in self.seen if source in ("", one.source))
            found = sorted({one.value(name) for one in of_source})
            values = list(self.sources) if name == "source" else found
            yield Choice(name, label, self.asked[name], values, self._error(name, values))

    def _error(self, name: str, values: Sequence[str]) -> str:
        value = self.asked[name]
        if not value or value in values:
            return ""
        further = f" … and {len(values) - MOST_TOLD} more" if len(values) > MOST_TOLD else ""
        there = ", ".join(values[:MOST_TOLD]) or "none"
        return f"There is no {value} here. There are: {there}{further}."


def selection_of(request: HttpRequest, site: AdminSite) -> Selection:
    return found_once(request, "selection of relationships", lambda: _selection(request, site))


def _selection(request: HttpRequest, site: AdminSite) -> Selection:
    asked = {name: request.GET.get(name, "") for name in LABELS}
    return Selection(staff_of(request).sources_seen(), seen_definitions(request, site), asked)


def seen_definitions(request: HttpRequest, site: AdminSite, **wanted: Any) -> list[SeenDefinition]:
    rows = site.get_model_admin(RelationshipDefinition).get_queryset(request).filter(**wanted)
    found = rows.filter(source__retired_at=None).order_by("source__key", "key")
    columns = ("id", "source_id", "source__key", "source__contract_version", "key")
    ends = ("from_profile_id", "from_profile__key", "to_profile_id", "to_profile__key")
    titled = ("from_profile__display__titled", "to_profile__display__titled")
    return [SeenDefinition(*row) for row in found.values_list(*columns, *ends, *titled)]
