"""The API of relationship definitions and relationships."""

from __future__ import annotations

from collections.abc import Sequence

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api import RecordViewSet
from ingestion.filters import DATA_PARAMETER
from ingestion.operations import Target
from ingestion.records import Record
from ingestion.wire import read_row
from profiles.api.definitions import DefinitionViewSet
from profiles.api.pages import (
    ID_PAGE_PARAMETERS,
    PAGE_PARAMETERS,
    KeysetPage,
    cursor_behind,
    no_cursor,
    position_of,
)
from profiles.api.parameters import choice_parameter, per_page
from profiles.contract import Contract, current_contract
from profiles.faults import not_found
from relationships.contract import definitions_of
from relationships.definitions import relationship_definitions
from relationships.filters import RelationshipFilter, filtered_relationships
from relationships.missing import SIDES, SideName, missing_page
from relationships.models import Relationship, RelationshipDefinition
from relationships.openapi import describe_relationship_definitions, describe_relationships
from relationships.relationships import ends_of
from relationships.wire import relationship_json, relationship_text


@describe_relationship_definitions
class RelationshipDefinitionViewSet(DefinitionViewSet[RelationshipDefinition]):
    definitions = relationship_definitions
    query_parameters = {
        **DefinitionViewSet.query_parameters,
        "missing": (*ID_PAGE_PARAMETERS, "side"),
    }

    @action(detail=True)
    def missing(self, request: Request, source: str, key: str) -> Response:
        """Resources that lack the one partner that they should have."""
        contract = current_contract(source)
        definition = definitions_of(contract).get(key)
        size = per_page(request)
        names = asked_sides(request)
        page = missing_page(contract, definition, names, _behind(request, names), size)
        following = {"cursor": cursor_behind(*page.following)} if page.following else {}
        data = [row.as_json() for row in page.rows]
        return Response({"data": data, "meta": {**following, "perPage": size}})


def asked_sides(request: Request) -> Sequence[SideName]:
    """Both, unless the request names one."""
    if "side" not in request.query_params:
        return SIDES
    chosen = choice_parameter(request, "side", SIDES)
    return [name for name in SIDES if name == chosen]


def _behind(request: Request, names: Sequence[SideName]) -> tuple[SideName, str] | None:
    """The side and id behind which the page begins. Raises `Refused` for another list's cursor."""
    position = position_of(request, 2)
    if position is None:
        return None
    for name in names:
        if name == position[0]:
            return name, position[1]
    raise no_cursor()


@describe_relationships
class RelationshipViewSet(RecordViewSet):
    target = Target.RELATIONSHIP
    lookup_field = "id"
    lookup_value_regex = "[^/]+"
    query_parameters = {
        "list": (*PAGE_PARAMETERS, *RelationshipFilter.base_filters, DATA_PARAMETER),
    }

    def show(self, record: Record, contract: Contract) -> bytes:
        definition = definitions_of(contract).get(record.key.collection)
        return relationship_json(record, contract.source_key, definition)

    def list(self, request: Request, source: str, definition: str) -> Response:
        contract = current_contract(source)
        compiled = definitions_of(contract).get(definition)
        rows = Relationship.objects.filter(source_id=contract.source_id, definition_id=compiled.id)
        page = KeysetPage(request, ["from_public_id", "to_public_id"])
        text = relationship_text(source, compiled)
        found = filtered_relationships(request, compiled.properties, rows)
        return Response(page.of(found.rows, text, found.among))

    def create(self, request: Request, source: str, definition: str) -> Response:
        return self.create_record(request, source, definition)

    def retrieve(self, request: Request, source: str, definition: str, id: str) -> Response:
        contract = current_contract(source)
        compiled = definitions_of(contract).get(definition)
        ends = ends_of(compiled, id)
        found = read_row(
            relationship_text(source, compiled),
            "relationships_relationship",
            "WHERE source_id = %s AND definition_id = %s"
            " AND from_public_id = %s AND to_public_id = %s",
            [contract.source_id, compiled.id, ends.from_id, ends.to_id],
        )
        if found is None:
            raise not_found("relationship")
        text, etag = found
        return self.answer_read(text.encode(), etag)

    def update(self, request: Request, source: str, definition: str, id: str) -> Response:
        return self.put_record(request, source, definition, id)

    def partial_update(self, request: Request, source: str, definition: str, id: str) -> Response:
        return self.patch_record(request, source, definition, id)

    def destroy(self, request: Request, source: str, definition: str, id: str) -> Response:
        return self.delete_record(source, definition, id)
