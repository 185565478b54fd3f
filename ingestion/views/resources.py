"""The API of resources and contained resources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models.expressions import RawSQL
from django.http.response import HttpResponseBase
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api.export_parameters import EXPORT_PARAMETERS
from ingestion.api.idempotency import once
from ingestion.api.viewsets import RecordViewSet
from ingestion.conformity.pages import nonconforming_page
from ingestion.edits.contained import (
    AddContained,
    ContainedPath,
    PutContained,
    RemoveContained,
    find_contained,
)
from ingestion.filters.resources import ResourceFilter, with_identifier
from ingestion.models import Resource
from ingestion.openapi.conformity import describe_nonconforming
from ingestion.openapi.contained import describe_contained
from ingestion.openapi.resources import describe_resources
from ingestion.operations import Target
from ingestion.past.moments import AT
from ingestion.records import Record
from ingestion.resources import root_profile
from ingestion.search.including import INCLUDE, Include, include_parameter
from ingestion.search.parameters import LINKED_PARAMETER, LIST_PARAMETERS
from ingestion.search.resources import resource_scope
from ingestion.wire import contained_text, read_row, resource_json, resource_text
from profiles.api.bodies import body_of
from profiles.api.id_pages import ID_PAGE_PARAMETERS, cursor_behind, position_of
from profiles.api.parameters import per_page, refused_parameter
from profiles.api.viewsets import RegistrarViewSet
from profiles.contract import Contract, current_contract
from profiles.exact import Document, Json, decode
from profiles.faults import ErrorType, Fault, Refused, faulty, not_found
from profiles.names import is_id
from profiles.preconditions import Preconditions

SHARERS_LISTED = 100
_CONFLICT = ErrorType.FAILED_PRECONDITION


@describe_resources
class ResourceViewSet(RecordViewSet):
    target = Target.RESOURCE
    lookup_field = "id"
    lookup_value_regex = "[^/]+"
    query_parameters = {
        "list": (*LIST_PARAMETERS, *EXPORT_PARAMETERS, "identifier", LINKED_PARAMETER, AT),
        "retrieve": (INCLUDE, AT),
    }

    def show(self, record: Record, contract: Contract) -> bytes:
        return resource_json(record, contract.source_key)

    def list(self, request: Request, source: str, type: str) -> HttpResponseBase:
        if AT in request.query_params:
            return self.answer_past_list(request, source, type)
        scope = resource_scope(current_contract(source), type)
        return self.answer_list(request, scope, ResourceFilter, id_parts)

    @once
    def create(self, request: Request, source: str, type: str) -> Response:
        return self.create_record(request, source, type)

    def retrieve(self, request: Request, source: str, type: str, id: str) -> Response:
        if AT in request.query_params:
            return self.answer_past(request, source, type, id)
        include: Include | None = None
        if INCLUDE in request.query_params:
            scope = resource_scope(current_contract(source), type)
            include = include_parameter(request.query_params, scope)
        text, etag, row_id = find_resource(source, type, id, resource_text(source, type))
        included = None if include is None else include.bring([[row_id]])
        return self.answer_one(text.encode(), etag, included)

    def update(self, request: Request, source: str, type: str, id: str) -> Response:
        return self.put_record(request, source, type, id)

    def partial_update(self, request: Request, source: str, type: str, id: str) -> Response:
        return self.patch_record(request, source, type, id)

    def destroy(self, request: Request, source: str, type: str, id: str) -> Response:
        return self.delete_record(source, type, id)


class IdentifiedViewSet(ResourceViewSet):
    """A resource by one of its identifiers in place of its id."""

    schema = None  # OpenAPI has no paths of any length: the parameter `id` tells of it.

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action is None:
            raise MethodNotAllowed(str(request.method))
        if AT in request.query_params:
            raise refused_parameter(AT, "Goes with an id, and with no identifier.")
        # The same dict that DRF hands on to the method of the request.
        identifier = self.kwargs.pop("identifier")
        self.kwargs["id"] = id_of_identified(identifier=identifier, **self.kwargs)


@describe_contained
class ContainedViewSet(RecordViewSet):
    """Contained resources by path. Writes answer the root, with its ETag."""

    target = Target.RESOURCE

    def show(self, record: Record, contract: Contract) -> bytes:
        return resource_json(record, contract.source_key)

    def retrieve(
        self, request: Request, source: str, type: str, id: str, path: str, contained_id: str
    ) -> Response:
        text, etag, _ = find_resource(source, type, id, contained_text())
        contained = Document.read(text).value
        found = find_contained(contained, ContainedPath.read(path), contained_id)
        return self.answer_read(found, etag)

    @once
    def create(self, request: Request, source: str, type: str, id: str, path: str) -> Response:
        edit = AddContained(ContainedPath.read(path), contained_body(request))
        response = self.edit_record(source, type, id, edit)
        return created(response, f"{request.path}/{edit.id.rpartition('/')[2]}")

    def update(
        self, request: Request, source: str, type: str, id: str, path: str, contained_id: str
    ) -> Response:
        edit = PutContained(
            ContainedPath.read(path),
            contained_id,
            contained_body(request),
            preconditions=self.own_preconditions(),
        )
        response = self.edit_record(source, type, id, edit)
        return created(response, request.path) if edit.is_new else response

    def destroy(
        self, request: Request, source: str, type: str, id: str, path: str, contained_id: str
    ) -> Response:
        edit = RemoveContained(
            ContainedPath.read(path), contained_id, preconditions=self.own_preconditions()
        )
        return self.edit_record(source, type, id, edit)

    def preconditions(self) -> Preconditions:
        """Those of the root, whose ETag it is."""
        return replace(super().preconditions(), must_be_new=False)

    def own_preconditions(self) -> Preconditions:
        """`If-None-Match: *` is about what the address names, so not about the root."""
        return Preconditions(must_be_new=super().preconditions().must_be_new)


@describe_nonconforming
class NonconformingViewSet(RegistrarViewSet):
    """The resources that do not fit a profile as it is now."""

    query_parameters = {"list": ID_PAGE_PARAMETERS}

    def list(self, request: Request, source: str, profile: str) -> Response:
        size = per_page(request)
        listed = f"{source}/{profile}/nonconforming"
        (after,) = position_of(request, listed) or [""]
        page = nonconforming_page(current_contract(source), profile, after, size)
        following = {"cursor": cursor_behind(listed, page.following)} if page.following else {}
        meta = {**following, "perPage": size, **page.age.as_json()}
        return Response({"data": [row.as_json(profile) for row in page.rows], "meta": meta})


def id_parts(id: str) -> Sequence[str] | None:
    return [id] if is_id(id) else None


def id_of_identified(source: str, type: str, identifier: str) -> str:
    """The id of the one resource that has an identifier.

    Raises NOT_FOUND, or FAILED_PRECONDITION with the ids where several have it.
    """
    contract = current_contract(source)
    profile = root_profile(contract, type)
    rows = Resource.objects.filter(source_id=contract.source_id, profile_id=profile.id)
    found = with_identifier(rows, identifier).order_by("public_id")
    ids = list(found.values_list("public_id", flat=True)[: SHARERS_LISTED + 1])
    if not ids:
        raise not_found("resource")
    if len(ids) > 1:
        message = "Several resources have this identifier: use an id."
        shared = Fault("", "identifier", message, ids[:SHARERS_LISTED], _CONFLICT)
        raise Refused(_CONFLICT, message, [shared])
    return str(ids[0])


def created(response: Response, location: str) -> Response:
    """The answer to a change of the root as one to what was created in it."""
    response.status_code = 201
    response["Location"] = location
    return response


def contained_body(request: Request) -> Json:
    """The body of a contained resource. Raises `Refused` for anything but an object."""
    body = decode(body_of(request))
    if not isinstance(body, dict):
        fault = Fault("", "type", "Must be a JSON object.", expected="object")
        raise faulty("contained resource", [fault])
    return body


def find_resource(source: str, type: str, id: str, expression: RawSQL) -> tuple[str, str, UUID]:
    """The value of an expression for one resource, its ETag and row id. Raises NOT_FOUND.

    One statement, since reads by id are what an API does most.
    """
    found = read_row(
        expression,
        "ingestion_resource",
        """
        JOIN profiles_source ON profiles_source.id = source_id
        JOIN profiles_profile ON profiles_profile.id = profile_id
                             AND profiles_profile.source_id = profiles_source.id
        WHERE profiles_source.key = %s AND profiles_source.retired_at IS NULL
          AND profiles_profile.key = %s AND public_id = %s
        """,
        [source, type, id],
    )
    if found is None:
        root_profile(current_contract(source), type)  # Tells which of the three is not there.
        raise not_found("resource")
    return found
