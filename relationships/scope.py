"""Relationships as something to search, by the resources at their ends too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef

from ingestion.fields import DATA, META
from ingestion.operations import Target
from ingestion.search.resources import resource_scope
from ingestion.search.scope import Scope
from profiles.contract import Contract
from relationships.contract import definitions_of
from relationships.filters import ENDS
from relationships.models import Relationship
from relationships.wire import relationship_text


def relationship_scope(contract: Contract, key: str) -> Scope:
    """The relationships of a definition. Raises NOT_FOUND."""
    definition = definitions_of(contract).get(key)
    profiles = (definition.from_side.profile_key, definition.to_side.profile_key)
    return Scope(
        target=Target.RELATIONSHIP,
        source_key=contract.source_key,
        collection_id=definition.id,
        collection=key,
        properties=definition.properties,
        rows=Relationship.objects.filter(source_id=contract.source_id, definition_id=definition.id),
        id_columns=["from_public_id", "to_public_id"],
        members=["id", "type", *ENDS, DATA, META],
        wire=lambda fields: relationship_text(contract.source_key, definition, fields),
        ends={
            end: _end_scope(contract, profile, end)
            for end, profile in zip(ENDS, profiles, strict=True)
        },
    )


def _end_scope(contract: Contract, profile: str, end: str) -> Scope:
    scope = resource_scope(contract, profile)
    return replace(scope, through=_through(scope, end))


def _through(scope: Scope, end: str) -> Callable[[Any], Any]:
    resource = scope.rows.filter(pk=OuterRef(f"{end}_resource_id"))
    return lambda condition: Exists(resource.filter(condition))
