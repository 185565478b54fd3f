"""The API of tasks: what became of what was sent."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api.idempotency import once
from ingestion.models import Task, TaskStatus
from ingestion.openapi.tasks import (
    describe_apply,
    describe_cancel,
    describe_rejects,
    describe_task,
    describe_tasks,
)
from ingestion.records import new_row_id
from ingestion.tasks.ending import HAS_ENDED, cancel
from ingestion.tasks.finding import (
    FIRST_RECEIPT,
    SINGLE,
    ReceiptPlace,
    find_task,
    receipts_page,
    rejects_of,
    shown_tasks,
    single_task,
    tasks_of,
)
from ingestion.tasks.submitting import carry_out
from profiles.access import Role
from profiles.api.id_pages import ID_PAGE_PARAMETERS, cursor_behind, no_cursor, position_of
from profiles.api.parameters import choice_parameter, flag_parameter, per_page
from profiles.api.viewsets import RegistrarViewSet
from profiles.contract import Contract, current_contract
from profiles.exact import Json
from profiles.faults import ErrorType, Refused

NDJSON = "application/x-ndjson"


class TaskViewSet(RegistrarViewSet):
    lookup_field = "id"
    write_role = Role.WRITER
    query_parameters = {
        "list": ("status", "mine", *ID_PAGE_PARAMETERS),
        "retrieve": ("withReceipts", *ID_PAGE_PARAMETERS),
    }

    @describe_tasks
    def list(self, request: Request, source: str) -> Response:
        contract = current_contract(source)
        is_mine = choice_parameter(request, "mine", ("true", "false")) == "true"
        if not is_mine:
            self.caller.require_role(Role.ADMIN, source)
        status = None
        if "status" in request.query_params:
            status = choice_parameter(request, "status", TaskStatus.values)
        size = per_page(request)
        listed = f"{source}/tasks"
        rows = tasks_of(contract.source_id, self.caller.actor if is_mine else None, status)
        if position := position_of(request, listed):
            rows = rows.filter(pk__lt=position[0])
        tasks = [*rows.select_related("plan")[: size + 1]]
        shown = tasks[:size]
        following = {"cursor": cursor_behind(listed, shown[-1].pk.hex)} if len(tasks) > size else {}
        return Response({"data": shown_tasks(shown), "meta": {**following, "perPage": size}})

    @describe_task
    def retrieve(self, request: Request, source: str, id: str) -> Response:
        contract = current_contract(source)
        is_with_receipts = flag_parameter(request, "withReceipts")
        place, size = place_of(position_of(request, _receipts_of(source, id))), per_page(request)
        if id.startswith(f"{SINGLE}_"):
            return Response(single_task(contract.source_id, id))
        task = find_task(contract.source_id, id)
        if not is_with_receipts:
            return Response(shown_task(task))
        return Response(with_receipts(source, task, place, size))

    @describe_rejects
    @action(detail=True)
    def rejects(self, request: Request, source: str, id: str) -> HttpResponseBase:
        task = find_task(current_contract(source).source_id, id)
        return StreamingHttpResponse(rejects_of(task), content_type=NDJSON)

    @describe_apply
    @action(detail=True, methods=["post"])
    @once
    def apply(self, request: Request, source: str, id: str) -> Response:
        contract = current_contract(source)
        plan = self._own(contract, id)
        task = carry_out(plan, id=new_row_id(), actor=self.caller.actor, reason=self.reason)
        return accepted(source, task)

    @describe_cancel
    def destroy(self, request: Request, source: str, id: str) -> Response:
        contract = current_contract(source)
        task = self._own(contract, id)
        if task.completed_at is not None:
            raise Refused(ErrorType.FAILED_PRECONDITION, HAS_ENDED)
        cancel(task)
        return Response(shown_task(find_task(contract.source_id, id)))

    def _own(self, contract: Contract, id: str) -> Task:
        """A task of the caller; an admin's are all."""
        task = find_task(contract.source_id, id)
        if task.actor != self.caller.actor:
            self.caller.require_role(Role.ADMIN, contract.source_key)
        return task


def shown_task(task: Task) -> dict[str, Json]:
    (shown,) = shown_tasks([task])
    return {**shown}


def with_receipts(source: str, task: Task, place: ReceiptPlace, size: int) -> Json:
    """The task with a page of its receipts."""
    receipts, following = receipts_page(task, place, size)
    meta: dict[str, Json] = {"perPage": size}
    if following is not None:
        meta["cursor"] = cursor_behind(_receipts_of(source, task.public_id), *map(str, following))
    return {**shown_task(task), "receipts": receipts, "meta": meta}


def _receipts_of(source: str, id: str) -> str:
    return f"{source}/tasks/{id}"


def accepted(source: str, task: Task) -> Response:
    """202 with the task (api-facts, *Bulk*), and where it is told how far it has come."""
    body = {"taskId": task.public_id, "status": "ACCEPTED"}
    location = f"/sources/{source}/v1/tasks/{task.public_id}"
    return Response(body, status=202, headers={"Location": location})


def place_of(position: list[str] | None) -> ReceiptPlace:
    """The place among receipts that a cursor tells."""
    if position is None:
        return FIRST_RECEIPT
    if len(position) != len(FIRST_RECEIPT):
        raise no_cursor()
    share, chunk, skipped = map(int, position)
    return share, chunk, skipped
