"""Relationship definitions of a source at one version of its contract, ready to judge by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from profiles.contract import KEPT_CONTRACTS, Contract
from profiles.exact import Json
from profiles.faults import not_found
from profiles.properties import Cardinality, Property
from profiles.reading import read_properties
from profiles.schema import relationship_schema
from profiles.validator import Validator
from relationships.models import RelationshipDefinition


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a definition: whose resources stand there, and what they see of the other."""

    profile_key: str
    include_key: str
    cardinality: Cardinality
    """How many partners one resource of this side may have."""
    is_single: bool
    """It may have one at most."""

    @classmethod
    def read(cls, side: Mapping[str, Json]) -> Side:
        cardinality = Cardinality(side.get("includeCardinality", side.get("cardinality")))
        is_single = cardinality.allows_one_only
        return cls(side["profileKey"], side["includeKey"], cardinality, is_single)


@dataclass(frozen=True)
class CompiledDefinition:
    """A relationship definition with what its relationships are judged by."""

    id: int
    key: str
    from_side: Side
    to_side: Side
    description: str
    properties: Mapping[str, Property]

    @classmethod
    def read(cls, id: int, key: str, body: Mapping[str, Json]) -> CompiledDefinition:
        """From a body in which no fault was found."""
        return cls(
            id,
            key,
            Side.read(body["from"]),
            Side.read(body["to"]),
            body.get("description", ""),
            read_properties(body.get("properties", {})),
        )

    @cached_property
    def validator(self) -> Validator:
        return Validator(relationship_schema(self.key, self.description, self.properties))


class CompiledDefinitions:
    """The relationship definitions of a source, by key and by row id."""

    def __init__(self, definitions: list[CompiledDefinition]) -> None:
        self._by_key = {definition.key: definition for definition in definitions}
        self._by_id = {definition.id: definition for definition in definitions}

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def get(self, key: str) -> CompiledDefinition:
        """Raises NOT_FOUND."""
        try:
            return self._by_key[key]
        except KeyError:
            raise not_found("relationship definition") from None

    @property
    def all(self) -> list[CompiledDefinition]:
        return list(self._by_key.values())

    def by_id(self, id: int) -> CompiledDefinition:
        return self._by_id[id]


@lru_cache(maxsize=KEPT_CONTRACTS)
def definitions_of(contract: Contract) -> CompiledDefinitions:
    rows = RelationshipDefinition.objects.filter(source_id=contract.source_id)
    return CompiledDefinitions(
        [CompiledDefinition.read(*row) for row in rows.values_list("id", "key", "body")]
    )
