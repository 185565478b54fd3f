"""The API of bulks: operations by the thousand, kept as they come and done in the background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api.idempotency import answer_once
from ingestion.models import Task, TaskKind, TaskMode
from ingestion.openapi.bulk import describe_bulk
from ingestion.operations import Target
from ingestion.records import new_row_id
from ingestion.tasks import uploads
from ingestion.tasks.submitting import shares_for, submit
from ingestion.views.tasks import accepted
from ingestion.views.waiting import answer_with
from profiles.access import Role
from profiles.api.bodies import bad_media_type
from profiles.api.parameters import choice_parameter, refused_parameter
from profiles.api.viewsets import RegistrarViewSet
from profiles.contract import current_contract
from profiles.exact import Json
from profiles.faults import ErrorType, Refused
from profiles.names import is_key

FORMATS: Mapping[str, str] = {
    "application/json": "json",
    "application/x-ndjson": "ndjson",
    "text/csv": "csv",
}


class BulkViewSet(RegistrarViewSet):
    write_role = Role.WRITER
    query_parameters = {"create": ("mode", "type")}
    target: ClassVar[Target]

    def create(self, request: Request, source: str) -> Response:
        contract = current_contract(source)
        format = _format(request)
        mode = TaskMode(choice_parameter(request, "mode", TaskMode.values))
        asked = {"target": self.target.value, "format": format, **_type(request, format)}
        id, reason = new_row_id(), self.reason
        upload = self._keep(request, f"{TaskKind.BULK.value}_{id.hex}", format)
        started: list[Task] = []

        def start() -> Response:
            task = submit(
                contract.source_id,
                TaskKind.BULK,
                {**asked, "size": upload.size},
                id=id,
                actor=self.caller.actor,
                reason=reason,
                upload=upload.name,
                mode=mode,
                shares=shares_for(upload.size),
            )
            started.append(task)
            return accepted(source, task)

        with upload.or_discarded():
            response = answer_once(request, self.caller, bytes.fromhex(upload.digest), start)
        if not started:  # It was sent before, and has its task.
            uploads.discard(upload.name)
            return response
        return answer_with(request, source, started[0])

    def _keep(self, request: Request, name: str, format: str) -> uploads.Upload:
        encoding = request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
        return uploads.keep(
            name,
            request._request,
            encoding=encoding,
            limit=settings.MAX_BULK_BYTES if format == "json" else settings.MAX_BULK_STREAM_BYTES,
            length=_length(request, tells_its_end=format == "json" or encoding != "identity"),
        )


@describe_bulk("resources")
class ResourceBulkViewSet(BulkViewSet):
    target = Target.RESOURCE


@describe_bulk("relationships")
class RelationshipBulkViewSet(BulkViewSet):
    target = Target.RELATIONSHIP


def _format(request: Request) -> str:
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    format = FORMATS.get(media_type)
    if format is None:
        raise bad_media_type(FORMATS)
    return format


def _type(request: Request, format: str) -> Mapping[str, Json]:
    """A table names no type in its rows, so it is of one."""
    type = request.query_params.get("type")
    if (type is not None) != (format == "csv"):
        raise refused_parameter("type", "Goes with text/csv, and only with that.")
    if type is not None and not is_key(type):
        raise refused_parameter("type", "Must be the key of a profile or relationship definition.")
    return {} if type is None else {"type": type}


def _length(request: Request, *, tells_its_end: bool) -> int | None:
    """How many bytes have to come. Lines that break off look like all there are."""
    if uploads.LENGTH_IS_UNTOLD not in request.META:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    if tells_its_end:
        return None
    message = "Lines need a Content-Length, or a Content-Encoding: else nobody sees them break off."
    raise Refused(ErrorType.INVALID_ARGUMENT, message, status=411)
