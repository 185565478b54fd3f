"""The API of relationship definitions and relationships."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.http.response import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api.export_parameters import EXPORT_PARAMETERS
from ingestion.api.idempotency import once
from ingestion.api.viewsets import RecordViewSet
from ingestion.openapi.indexes import describe_indexes
from ingestion.operations import Target
from ingestion.past.moments import AT
from ingestion.records import Record
from ingestion.search.including import INCLUDE, include_parameter
from ingestion.search.parameters import LIST_PARAMETERS
from ingestion.views.indexes import IndexesViewSet
from ingestion.wire import read_row
from profiles.api.definitions import DefinitionViewSet
from profiles.api.id_pages import ID_PAGE_PARAMETERS, cursor_behind, no_cursor, position_of
from profiles.api.parameters import choice_parameter, per_page
from profiles.contract import Contract, current_contract
from profiles.faults import not_found
from relationships.contract import definitions_of
from relationships.definitions import relationship_definitions
from relationships.ends import read_relationship_id
from relationships.filters import ENDS, RelationshipFilter
from relationships.missing import SIDES, SideName, missing_page
from relationships.models import RelationshipDefinition
from relationships.openapi.relationships import (
    DEFINITIONS,
    describe_relationship_definitions,
    describe_relationships,
)
from relationships.relationships import ends_of
from relationships.scope import relationship_scope
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
        names, listed = asked_sides(request), f"{source}/{key}/missing"
        page = missing_page(contract, definition, names, _behind(request, listed, names), size)
        following = {"cursor": cursor_behind(listed, *page.following)} if page.following else {}
        data = [row.as_json() for row in page.rows]
        return Response({"data": data, "meta": {**following, "perPage": size}})


def asked_sides(request: Request) -> Sequence[SideName]:
    """Both, unless the request names one."""
    if "side" not in request.query_params:
        return SIDES
    chosen = choice_parameter(request, "side", SIDES)
    return [name for name in SIDES if name == chosen]


def _behind(
    request: Request, listed: str, names: Sequence[SideName]
) -> tuple[SideName, str] | None:
    """The side and id behind which the page begins. Raises `Refused` for another list's cursor."""
    position = position_of(request, listed)
    if position is None:
        return None
    for name in names:
        if name == position[0]:
            return name, position[1]
    raise no_cursor()


@describe_indexes(
    "RelationshipDefinition", "relationship definition", DEFINITIONS, "effective.start"
)
class DefinitionIndexesViewSet(IndexesViewSet[RelationshipDefinition]):
    definitions = relationship_definitions
    target = Target.RELATIONSHIP


@describe_relationships
class RelationshipViewSet(RecordViewSet):
    target = Target.RELATIONSHIP
    lookup_field = "id"
    lookup_value_regex = "[^/]+"
    query_parameters = {
        "list": (*LIST_PARAMETERS, *EXPORT_PARAMETERS, *ENDS, AT),
        "retrieve": (INCLUDE, AT),
    }

    def show(self, record: Record, contract: Contract) -> bytes:
        definition = definitions_of(contract).get(record.key.collection)
        return relationship_json(record, contract.source_key, definition)

    def list(self, request: Request, source: str, definition: str) -> HttpResponseBase:
        if AT in request.query_params:
            return self.answer_past_list(request, source, definition)
        scope = relationship_scope(current_contract(source), definition)
        from_type, to_type = (end.collection for end in scope.related.values())
        id_parts = partial(read_relationship_id, from_type=from_type, to_type=to_type)
        return self.answer_list(request, scope, RelationshipFilter, id_parts)

    @once
    def create(self, request: Request, source: str, definition: str) -> Response:
        return self.create_record(request, source, definition)

    def retrieve(self, request: Request, source: str, definition: str, id: str) -> Response:
        if AT in request.query_params:
            return self.answer_past(request, source, definition, id)
        contract = current_contract(source)
        compiled = definitions_of(contract).get(definition)
        include = include_parameter(request.query_params, relationship_scope(contract, definition))
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
        text, etag, row_id = found
        included = None if include is None else include.bring([[row_id]])
        return self.answer_one(text.encode(), etag, included)

    def update(self, request: Request, source: str, definition: str, id: str) -> Response:
        return self.put_record(request, source, definition, id)

    def partial_update(self, request: Request, source: str, definition: str, id: str) -> Response:
        return self.patch_record(request, source, definition, id)

    def destroy(self, request: Request, source: str, definition: str, id: str) -> Response:
        return self.delete_record(source, definition, id)
