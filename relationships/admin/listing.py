"""What follows from what a list of relationships is about, before any row is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any
from uuid import UUID

from django.contrib.admin import AdminSite
from django.db.models import F
from django.http import HttpRequest

from ingestion.admin.listing import MOST_FOUND, columns_of, found_by, having_words
from ingestion.models import Resource
from ingestion.resource_labels import displays_of
from ingestion.search.scope import Scope, ask_for_states
from profiles.contract import contract_at
from profiles.display import Display
from profiles.paths import Path
from profiles.request_cache import found_once
from profiles.staff import staff_of
from relationships.admin.selection import SeenDefinition, Selection, selection_of
from relationships.scope import relationship_scope

MOST_SEARCHED = 100
"""Profiles by whose titles a search finds, where no definition was chosen."""


@dataclass(frozen=True)
class DefinitionListing:
    """Of the relationships of one definition: columns and filters follow from its properties."""

    definition: SeenDefinition
    scope: Scope
    display: Display

    @property
    def paths(self) -> list[Path]:
        return [*self.display.titled, *self.display.listed]

    @cached_property
    def displays(self) -> Mapping[int, Display]:
        """What the resources at its ends are called by, by the ids of their profiles."""
        ends = {"from": self.definition.from_titled, "to": self.definition.to_titled}
        return {
            self.definition.profile_id(end): Display.of(
                self.scope.related[end].properties, titled or (), ()
            )
            for end, titled in ends.items()
        }

    @property
    def columns(self) -> list[Any]:
        return columns_of(self.paths)


def listing_of(request: HttpRequest, site: AdminSite) -> DefinitionListing | None:
    """The listing of the definition that a request chooses; None if it chooses none."""
    return found_once(request, "list of a definition", lambda: _listing(request, site))


def _listing(request: HttpRequest, site: AdminSite) -> DefinitionListing | None:
    definition = selection_of(request, site).definition
    if definition is None:
        return None
    contract = contract_at(definition.source_id, definition.source, definition.contract_version)
    scope = relationship_scope(contract, definition.key)
    ask_for_states([scope, *scope.related.values()])
    return DefinitionListing(definition, scope, Display.of(scope.properties, (), ()))


def ends_found(
    request: HttpRequest, selection: Selection, listing: DefinitionListing | None, text: str
) -> tuple[set[int], list[UUID]]:
    """The resources that a text finds among the possible ends, after the ids of their sources.

    The words of indexed texts are searched only if a definition was chosen.
    """
    profiles = _profiles(selection.chosen)[:MOST_SEARCHED]
    rows = staff_of(request).narrow(Resource.objects.filter(source_id=F("profile__source_id")))
    among = rows.filter(profile_id__in=profiles)
    ends = {end.collection_id: end for end in listing.scope.related.values()} if listing else {}
    by_words = chain.from_iterable(having_words(end.rows, text, end) for end in ends.values())
    displays = listing.displays if listing else displays_of(profiles)
    ids = found_by(among, text, displays.values(), by_words)
    return {one.source_id for one in selection.chosen}, list(dict.fromkeys(ids))[:MOST_FOUND]


def _profiles(definitions: Iterable[SeenDefinition]) -> list[int]:
    return list(dict.fromkeys(id for one in definitions for id in (one.from_id, one.to_id)))
