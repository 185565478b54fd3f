"""The API of purges."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api.idempotency import once
from ingestion.models import TaskKind, TaskMode
from ingestion.records import new_row_id
from ingestion.tasks.submitting import submit
from ingestion.views.tasks import accepted
from profiles.access import Role
from profiles.api.bodies import body_of
from profiles.api.parameters import choice_parameter
from profiles.api.viewsets import RegistrarViewSet
from profiles.contract import current_contract
from relationships.openapi.purge import describe_purge
from relationships.purge import preview, read_collection, told


@describe_purge
class PurgeViewSet(RegistrarViewSet):
    write_role = Role.WRITER
    query_parameters = {"create": ("mode",)}

    def create(self, request: Request, source: str) -> Response:
        if choice_parameter(request, "mode", TaskMode.values) == TaskMode.WRITE:
            return self.start(request, source)
        contract = current_contract(source)
        collection = read_collection(contract, body_of(request))
        return Response({"mode": "plan", **told(collection), **preview(contract, collection)})

    @once
    def start(self, request: Request, source: str) -> Response:
        contract = current_contract(source)
        collection = read_collection(contract, body_of(request))
        task = submit(
            contract.source_id,
            TaskKind.PURGE,
            collection.as_json(),
            id=new_row_id(),
            actor=self.caller.actor,
            reason=self.reason,
            shares=1,
        )
        return accepted(source, task)
