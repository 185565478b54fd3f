"""Relationships as something to search, by the resources at their ends too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef

from ingestion.fields import DATA, META
from ingestion.operations import Target
from ingestion.search.resources import resource_scope
from ingestion.search.scope import Scope
from profiles.contract import KEPT_CONTRACTS, Contract
from relationships.contract import CompiledDefinition, definitions_of
from relationships.filters import ENDS
from relationships.models import Relationship
from relationships.wire import relationship_text


def relationship_scope(contract: Contract, key: str) -> Scope:
    """The relationships of a definition. Raises NOT_FOUND."""
    return replace(_scope(contract, key))  # The states of its indexes are asked for anew.


@lru_cache(KEPT_CONTRACTS)
def _scope(contract: Contract, key: str) -> Scope:
    definition = definitions_of(contract).get(key)
    profiles = (definition.from_side.profile_key, definition.to_side.profile_key)
    return Scope(
        target=Target.RELATIONSHIP,
        contract=contract,
        collection_id=definition.id,
        collection=key,
        properties=definition.properties,
        rows=Relationship.objects.filter(source_id=contract.source_id, definition_id=definition.id),
        id_columns=["from_public_id", "to_public_id"],
        members=["id", "type", *ENDS, DATA, META],
        wire=lambda fields: relationship_text(contract.source_key, definition, fields),
        find_related=lambda: {
            end: _end_scope(contract, profile, end)
            for end, profile in zip(ENDS, profiles, strict=True)
        },
    )


def linked_scopes(contract: Contract, profile_key: str) -> Mapping[str, Scope]:
    """The resources that are linked to those of a profile, by what these call them."""
    found: dict[str, Scope] = {}
    for definition in definitions_of(contract).all:
        for near, side in zip(ENDS, (definition.from_side, definition.to_side), strict=True):
            if side.profile_key == profile_key:
                found[side.include_key] = _linked_scope(contract, definition, near)
    return found


def _end_scope(contract: Contract, profile: str, end: str) -> Scope:
    scope = resource_scope(contract, profile)

    def through(condition: Any) -> Any:
        return Exists(scope.rows.filter(condition, pk=OuterRef(f"{end}_resource_id")))

    return replace(scope, through=through)


def _linked_scope(contract: Contract, definition: CompiledDefinition, near: str) -> Scope:
    """The resources at the other end than `near`."""
    far = "to" if near == "from" else "from"
    side = definition.to_side if near == "from" else definition.from_side
    end = _end_scope(contract, side.profile_key, far)
    links = Relationship.objects.filter(source_id=contract.source_id, definition_id=definition.id)

    def through(condition: Any) -> Any:
        own = links.filter(**{f"{near}_resource_id": OuterRef("pk")})
        if condition is None:
            return Exists(own)
        assert end.through is not None
        return Exists(own.filter(end.through(condition)))

    return replace(end, through=through, may_be_absent=True)
