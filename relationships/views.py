"""The API of relationship definitions and relationships."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api import RecordViewSet
from ingestion.operations import Target
from ingestion.records import Record, etag_of
from profiles.api.definitions import DefinitionViewSet
from profiles.api.pages import PAGE_PARAMETERS, KeysetPage
from profiles.contract import current_contract
from profiles.faults import not_found
from relationships.contract import definitions_of
from relationships.definitions import relationship_definitions
from relationships.filters import RelationshipFilter, filtered
from relationships.models import Relationship, RelationshipDefinition
from relationships.openapi import describe_relationship_definitions, describe_relationships
from relationships.relationships import ends_of
from relationships.wire import relationship_json, relationship_text


@describe_relationship_definitions
class RelationshipDefinitionViewSet(DefinitionViewSet[RelationshipDefinition]):
    definitions = relationship_definitions


@describe_relationships
class RelationshipViewSet(RecordViewSet):
    target = Target.RELATIONSHIP
    lookup_field = "id"
    lookup_value_regex = "[^/]+"
    query_parameters = {"list": (*PAGE_PARAMETERS, *RelationshipFilter.base_filters)}

    def show(self, record: Record, source: str) -> bytes:
        definition = definitions_of(current_contract(source)).get(record.key.collection)
        return relationship_json(record, source, definition)

    def list(self, request: Request, source: str, definition: str) -> Response:
        contract = current_contract(source)
        compiled = definitions_of(contract).get(definition)
        rows = Relationship.objects.filter(source_id=contract.source_id, definition_id=compiled.id)
        page = KeysetPage(request, ["from_public_id", "to_public_id"])
        text = relationship_text(source, compiled)
        return Response(page.of(filtered(request, rows), text))

    def create(self, request: Request, source: str, definition: str) -> Response:
        return self.create_record(request, source, definition)

    def retrieve(self, request: Request, source: str, definition: str, id: str) -> Response:
        contract = current_contract(source)
        compiled = definitions_of(contract).get(definition)
        ends = ends_of(compiled, id)
        rows = Relationship.objects.filter(
            source_id=contract.source_id,
            definition_id=compiled.id,
            from_public_id=ends.from_id,
            to_public_id=ends.to_id,
        )
        wire = relationship_text(source, compiled)
        found = rows.values_list(wire, "id", "version").first()
        if found is None:
            raise not_found("relationship")
        text, row_id, version = found
        return self.answer_read(text.encode(), etag_of(row_id, version))

    def update(self, request: Request, source: str, definition: str, id: str) -> Response:
        return self.put_record(request, source, definition, id)

    def partial_update(self, request: Request, source: str, definition: str, id: str) -> Response:
        return self.patch_record(request, source, definition, id)

    def destroy(self, request: Request, source: str, definition: str, id: str) -> Response:
        return self.delete_record(source, definition, id)
