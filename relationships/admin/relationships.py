"""Relationships in the admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from ingestion.admin.forms import ShapedAdmin
from ingestion.admin.history.editing import EditingVersionAdmin
from ingestion.admin.history.record import Past
from ingestion.models import Change
from ingestion.operations import Target
from ingestion.records import RecordKey
from ingestion.resource_labels import displays_of, resource_labels
from profiles.admin.writing import actor_of
from profiles.contract import Contract
from profiles.faults import Fault
from profiles.forms import WritingForm
from profiles.shape_fields import ShapeField
from profiles.staff import staff_of
from relationships.admin.browsing import BrowsingAdmin
from relationships.admin.ends import EndsAdmin
from relationships.contract import definitions_of
from relationships.ends import read_relationship_id
from relationships.forms import (
    NewRelationshipForm,
    StoredRelationshipForm,
    all_definitions,
    full_id,
    with_profiles,
)
from relationships.models import (
    Relationship,
    RelationshipDefinition,
)
from relationships.returning import ReturningAdmin
from relationships.shaped_forms import (
    compiled_definition,
    fields_of_properties,
    new_relationship_form,
    relationship_fields,
    stored_relationship_form,
)


class RelationshipAdmin(EditingVersionAdmin, ReturningAdmin, EndsAdmin, BrowsingAdmin, ShapedAdmin):
    parts = ("data", "identifiers")
    named = ("from_public_id", "to_public_id")
    target = Target.RELATIONSHIP
    definition_field = "definition"
    new_form = NewRelationshipForm
    stored_form = StoredRelationshipForm
    fixed = ("source", "definition", "from_end", "to_end")
    editable = ("shown_data", "shown_identifiers")
    ordering = (
        *("-source_id", "-definition_id", "-created_at", "-from_public_id", "-to_public_id"),
    )
    deferred_in_list = ("data", "identifiers")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_profiles(super().get_queryset(request), "definition__")

    def definitions(self, request: HttpRequest) -> QuerySet[RelationshipDefinition]:
        return staff_of(request).narrow(all_definitions(), self.write_role)

    def shaped_form(self, request: HttpRequest, obj: Relationship | None) -> type[WritingForm]:
        if obj is not None:
            return stored_relationship_form(obj, actor_of(request))
        return new_relationship_form(self.chosen_definition(request), actor_of(request))

    def fields_of(self, row: Relationship) -> Mapping[str, ShapeField]:
        return relationship_fields(compiled_definition(row.definition))

    def faults_in(
        self, definition: RelationshipDefinition, state: Relationship | Change
    ) -> list[Fault]:
        return compiled_definition(definition).validator.faults({"data": state.data})

    def names_of(self, past: Past, definition: RelationshipDefinition) -> Mapping[str, str]:
        """None where the definition links other profiles by now."""
        types = (definition.from_profile.key, definition.to_profile.key)
        ends = read_relationship_id(past.id, *types)
        return {"from_public_id": ends.from_id, "to_public_id": ends.to_id} if ends else {}

    def called(self, row: Relationship) -> str:
        """By the titles of its ends."""
        definition = row.definition
        displays = displays_of({definition.from_profile_id, definition.to_profile_id})
        ends = (
            (row.from_resource_id, row.from_public_id),
            (row.to_resource_id, row.to_public_id),
        )
        named = resource_labels({row.source_id}, {id for id, _ in ends}, displays)
        return " → ".join(named[id].text if id in named else text for id, text in ends)

    def is_defined(self, contract: Contract, collection: str) -> bool:
        return collection in definitions_of(contract)

    def past_fields(self, contract: Contract, collection: str) -> Mapping[str, ShapeField]:
        known = definitions_of(contract)
        properties = known.get(collection).properties if collection in known else {}
        return fields_of_properties(collection, properties)

    def key_of(self, row: Relationship) -> RecordKey:
        return RecordKey(row.definition.key, full_id(row))

    @admin.display(description="from")
    def from_end(self, relationship: Relationship) -> str:
        type = relationship.definition.from_profile.key
        return _link(relationship.from_resource_id, type, relationship.from_public_id)

    @admin.display(description="to")
    def to_end(self, relationship: Relationship) -> str:
        type = relationship.definition.to_profile.key
        return _link(relationship.to_resource_id, type, relationship.to_public_id)


def _link(row_id: UUID, type: str, id: str) -> str:
    url = reverse("admin:ingestion_resource_change", args=[row_id])
    return format_html('<a href="{}">{}/{}</a>', url, type, id)
