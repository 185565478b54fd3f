"""Definitions of relationships in the admin."""

from __future__ import annotations

from collections.abc import Sequence

from profiles.admin.definitions import VersionInline
from profiles.admin.editing import EditingAdmin
from profiles.contract import Contract
from profiles.editing.preview import data_preview
from profiles.exact import Json
from profiles.inputs.nodes import Node
from profiles.inputs.shapes import Shape
from profiles.properties import ProfileType
from profiles.reading import read_properties
from profiles.schema import relationship_schema
from relationships.contract import CompiledDefinition
from relationships.definitions import relationship_definitions
from relationships.editing import relationship_definition_shape
from relationships.models import RelationshipDefinitionVersion


class RelationshipDefinitionVersionInline(VersionInline):
    model = RelationshipDefinitionVersion


class RelationshipDefinitionAdmin(EditingAdmin):
    definitions = relationship_definitions
    version_inline = RelationshipDefinitionVersionInline
    api_name = "relationship-definitions"

    def shape(self, contract: Contract) -> Shape:
        known = contract.catalogue.items()
        return relationship_definition_shape(
            key for key, profile in known if profile.type is ProfileType.ROOT
        )

    def preview(self, contract: Contract, key: str, body: Json) -> Sequence[Node]:
        return [data_preview(read_properties(body.get("properties", {})))]

    def schema(self, contract: Contract, key: str, body: Json) -> Json:
        definition = CompiledDefinition.read(0, key, body)
        return relationship_schema(key, definition.description, definition.properties)
