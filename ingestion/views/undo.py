"""The API of undoing tasks."""

from __future__ import annotations

from hashlib import sha256

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api.idempotency import answer_once
from ingestion.models import Task, TaskKind, TaskMode
from ingestion.openapi.undo import describe_undo
from ingestion.records import new_row_id
from ingestion.tasks.finding import find_task
from ingestion.undoing.asking import undo, undoable
from ingestion.undoing.conflicts import conflicts_page, shown_conflict
from ingestion.views.tasks import accepted, place_of
from ingestion.views.waiting import answer_with
from profiles.access import Role
from profiles.api.bodies import body_of
from profiles.api.id_pages import ID_PAGE_PARAMETERS, cursor_behind, position_of
from profiles.api.parameters import choice_parameter, per_page
from profiles.api.viewsets import RegistrarViewSet
from profiles.contract import current_contract
from profiles.faults import not_found


@describe_undo
class UndoViewSet(RegistrarViewSet):
    write_role = Role.WRITER
    query_parameters = {"undo": ("mode",), "conflicts": ID_PAGE_PARAMETERS}

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, source: str, id: str) -> Response:
        contract = current_contract(source)
        mode = TaskMode(choice_parameter(request, "mode", TaskMode.values))
        reason = self.reason
        started: list[Task] = []

        def start() -> Response:
            undone = undoable(contract.source_id, id)
            if undone.actor != self.caller.actor:
                self.caller.require_role(Role.ADMIN, source)
            task = undo(
                contract.source_id,
                undone,
                id=new_row_id(),
                actor=self.caller.actor,
                reason=reason,
                mode=mode,
            )
            started.append(task)
            return accepted(source, task)

        digest = sha256(body_of(request)).digest()
        response = answer_once(request, self.caller, digest, start)
        return answer_with(request, source, started[0]) if started else response

    @action(detail=True)
    def conflicts(self, request: Request, source: str, id: str) -> Response:
        contract = current_contract(source)
        task = find_task(contract.source_id, id)
        if task.kind != TaskKind.UNDO:
            raise not_found("task")
        listed, size = f"{source}/tasks/{id}/conflicts", per_page(request)
        place = place_of(position_of(request, listed))
        conflicts, following = conflicts_page(task.source, task, place, size)
        cursor = {"cursor": cursor_behind(listed, *map(str, following))} if following else {}
        shown = [shown_conflict(contract, conflict) for conflict in conflicts]
        return Response({"data": shown, "meta": {**cursor, "perPage": size}})
