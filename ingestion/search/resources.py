"""Resources as something to search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from ingestion.fields import CONTAINED, DATA, META
from ingestion.models import Resource
from ingestion.operations import Target
from ingestion.resources import root_profile
from ingestion.search.scope import Scope
from ingestion.wire import resource_text
from profiles.contract import KEPT_CONTRACTS, Contract

related_finders: list[Callable[[Contract, str], Mapping[str, Scope]]] = []
"""Functions of other apps that find what is related to the resources of a profile."""


def resource_scope(contract: Contract, type: str) -> Scope:
    """The resources of a profile. Raises NOT_FOUND."""
    return replace(_scope(contract, type))  # The states of its indexes are asked for anew.


@lru_cache(KEPT_CONTRACTS)
def _scope(contract: Contract, type: str) -> Scope:
    profile = root_profile(contract, type)
    return Scope(
        target=Target.RESOURCE,
        contract=contract,
        collection_id=profile.id,
        collection=type,
        properties=profile.definition.properties,
        rows=Resource.objects.filter(source_id=contract.source_id, profile_id=profile.id),
        id_columns=["public_id"],
        members=["id", "type", DATA, CONTAINED, META],
        wire=lambda fields: resource_text(contract.source_key, type, fields),
        find_related=lambda: _related(contract, type),
    )


def _related(contract: Contract, type: str) -> Mapping[str, Scope]:
    return {
        called: scope
        for finder in related_finders
        for called, scope in finder(contract, type).items()
    }
