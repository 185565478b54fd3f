"""The relationships of one resource, grouped by definition and direction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.contrib.admin import AdminSite
from django.db.models import QuerySet, TextField, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from ingestion.models import Resource
from ingestion.resource_labels import ResourceLabel, displays_of, resource_labels
from profiles.access import Role
from profiles.contract import current_contract
from profiles.display import text_of
from profiles.inputs.building import words
from profiles.paths import Path
from profiles.staff import staff_of
from relationships.contract import CompiledDefinition, Side, definitions_of
from relationships.models import Relationship

SHOWN = 10
"""Relationships of one group on the page of a resource; the list has all of them."""

SideName = Literal["from", "to"]
OTHER: Mapping[SideName, SideName] = {"from": "to", "to": "from"}


@dataclass(frozen=True, slots=True)
class Direction:
    """A definition as the resources of one of its sides see it."""

    source: str
    definition: CompiledDefinition
    side: SideName
    other_profile_id: int

    @property
    def own(self) -> Side:
        return self.definition.from_side if self.side == "from" else self.definition.to_side

    @property
    def other(self) -> Side:
        return self.definition.to_side if self.side == "from" else self.definition.from_side

    @property
    def name(self) -> str:
        return f"{self.source}/{self.definition.key}"

    @property
    def id(self) -> str:
        return f"{self.definition.key}-{self.side}"

    def rows_of(self, resource: Resource) -> QuerySet[Any]:
        rows = Relationship.objects.filter(
            source_id=resource.source_id,
            definition_id=self.definition.id,
            **{f"{self.side}_resource_id": resource.pk},
        )
        return rows.annotate(side=Value(self.side, output_field=TextField()))


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship, as one of its ends sees it."""

    page: str
    delete_page: str
    other: ResourceLabel | None
    other_id: str
    told: Sequence[tuple[str, str]]
    """Its properties, with their labels."""


@dataclass(frozen=True, slots=True)
class Group:
    direction: Direction
    links: Sequence[Link]
    has_more: bool
    list_page: str
    add_page: str

    @property
    def may_add(self) -> bool:
        return bool(self.add_page) and not self.is_full

    @property
    def is_full(self) -> bool:
        return self.direction.own.cardinality.allows_one_only and bool(self.links)

    @property
    def lacks_one(self) -> bool:
        return self.direction.own.cardinality.needs_one and not self.links


@dataclass(frozen=True, slots=True)
class Linked:
    resource: Resource
    groups: Sequence[Group]
    may_write: bool


def directions_of(resource: Resource) -> list[Direction]:
    """By their include keys. Those of a definition between one profile and itself are two."""
    contract = current_contract(resource.source.key)
    own: list[Direction] = []
    for one in definitions_of(contract).all:
        sides: list[tuple[SideName, Side, Side]] = [
            ("from", one.from_side, one.to_side),
            ("to", one.to_side, one.from_side),
        ]
        own += [
            Direction(contract.source_key, one, name, contract.profiles[other.profile_key].id)
            for name, side, other in sides
            if side.profile_key == resource.profile.key
        ]
    return sorted(own, key=lambda direction: direction.own.include_key)


def linked(request: HttpRequest, site: AdminSite, resource: Resource) -> Linked:
    """In a constant number of statements, however many definitions there are."""
    directions = directions_of(resource)
    found = _newest(resource, directions)
    profiles = {one.other_profile_id for one in directions if found[one.id]}
    ends = _other_ends(resource, profiles, found)
    may_write = staff_of(request).may(Role.WRITER, resource.source.key)
    groups = [_group(resource, one, found[one.id], ends, may_write) for one in directions]
    return Linked(resource, groups, may_write)


def _newest(resource: Resource, directions: Iterable[Direction]) -> dict[str, list[Any]]:
    """By the id of their direction; one more than is shown, where there are more."""
    by_id: dict[tuple[int, str], str] = {(d.definition.id, d.side): d.id for d in directions}
    slices = [d.rows_of(resource).order_by("-created_at", "pk")[: SHOWN + 1] for d in directions]
    found: dict[str, list[Any]] = defaultdict(list)
    if slices:
        rows = slices[0].union(*slices[1:], all=True) if len(slices) > 1 else slices[0]
        for row in rows:
            found[by_id[row.definition_id, row.side]].append(row)
    for own in found.values():
        own.sort(key=lambda row: row.created_at, reverse=True)
    return found


def _other_ends(
    resource: Resource, profiles: Collection[int], found: Mapping[str, list[Any]]
) -> dict[UUID, ResourceLabel]:
    ids = {
        getattr(row, f"{OTHER[row.side]}_resource_id") for rows in found.values() for row in rows
    }
    if not ids:
        return {}
    return resource_labels([resource.source_id], ids, displays_of(profiles))


def _group(
    resource: Resource,
    direction: Direction,
    rows: Sequence[Any],
    ends: Mapping[UUID, ResourceLabel],
    may_write: bool,
) -> Group:
    back = reverse("admin:ingestion_resource_change", args=[resource.pk])
    own_end = {"definition": direction.name, direction.side: resource.public_id}
    added = {
        "definition": direction.name,
        f"{direction.side}_public_id": resource.public_id,
        "next": back,
    }
    all_of_them = reverse("admin:relationships_relationship_changelist")
    adding = f"{reverse('admin:relationships_relationship_add')}?{urlencode(added)}"
    return Group(
        direction,
        list(_links(direction, rows[:SHOWN], ends, back)),
        len(rows) > SHOWN,
        f"{all_of_them}?{urlencode(own_end)}",
        adding if may_write else "",
    )


def _links(
    direction: Direction, rows: Sequence[Any], ends: Mapping[UUID, ResourceLabel], back: str
) -> Iterator[Link]:
    paths = [Path((key,), prop) for key, prop in direction.definition.properties.items()]
    query = urlencode({"next": back})
    for row in rows:
        values = ((words(path.text), text_of(path, row.data.get(path.text))) for path in paths)
        yield Link(
            f"{reverse('admin:relationships_relationship_change', args=[row.pk])}?{query}",
            f"{reverse('admin:relationships_relationship_delete', args=[row.pk])}?{query}",
            ends.get(getattr(row, f"{OTHER[direction.side]}_resource_id")),
            getattr(row, f"{OTHER[direction.side]}_public_id"),
            [(label, text) for label, text in values if text],
        )
