"""The API of history: what became of a record, what it was, and how it comes back."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api.idempotency import once
from ingestion.openapi.history import describe_history
from ingestion.operations import Target
from ingestion.past.changes import (
    PastRecord,
    Period,
    changes_page,
    find_change,
    past_record,
    shown_change,
    summary_and_record,
)
from ingestion.past.documents import document
from ingestion.past.erased import refuse_erased
from ingestion.past.horizon import known_from
from ingestion.past.kinds import past_kinds
from ingestion.past.moments import moment_parameter
from ingestion.past.restoring import Restored, restore, told_along
from ingestion.records import Outcome
from ingestion.wire import location_of
from profiles.access import Role
from profiles.api.id_pages import cursor_behind, position_of
from profiles.api.parameters import flag_parameter, per_page
from profiles.api.viewsets import RegistrarViewSet
from profiles.contract import current_contract
from profiles.exact import encode
from profiles.json_patch import difference
from profiles.times import time_text


class HistoryViewSet(RegistrarViewSet):
    write_role = Role.WRITER
    query_parameters = {
        "list": ("from", "to", "cursor", "perPage"),
        "retrieve": ("withPayload",),
    }
    target: ClassVar[Target]

    def list(self, request: Request, source: str, key: str, id: str) -> Response:
        record = self._record(source, key, id)
        period = Period(moment_parameter(request, "from"), moment_parameter(request, "to"))
        size = per_page(request)
        listed = f"{source}/history/{self.target}/{key}/{record.key.public_id}"
        position = position_of(request, listed)
        before = None if position is None else int(position[0])
        changes, following = changes_page(record, period, before, size)
        cursor = {} if following is None else {"cursor": cursor_behind(listed, str(following))}
        data = [shown_change(record, change) for change in changes]
        kept_from = known_from(record.contract.source_id)
        gone = {} if kept_from is None else {"keptFrom": time_text(kept_from)}
        return Response({"data": data, "meta": {**cursor, "perPage": size, **gone}})

    def retrieve(
        self, request: Request, source: str, key: str, id: str, operation_id: str
    ) -> Response:
        record = self._record(source, key, id)
        change, text = summary_and_record(record, operation_id)
        shown = encode(shown_change(record, change))
        if flag_parameter(request, "withPayload"):
            payload = b"null" if change.is_erased else text.encode()
            shown = shown[:-1] + b',"payload":%b}' % payload
        return Response(shown)

    @action(detail=True)
    def diff(
        self, request: Request, source: str, key: str, id: str, operation_id: str, other: str
    ) -> Response:
        record = self._record(source, key, id)
        changes = [find_change(record, each) for each in (operation_id, other)]
        refuse_erased(*changes)
        return Response(difference(*map(document, changes)))

    @action(detail=True, methods=["post"])
    @once
    def restore(
        self, request: Request, source: str, key: str, id: str, operation_id: str
    ) -> Response:
        record = self._record(source, key, id)
        change = find_change(record, operation_id)
        restored = restore(
            record,
            change,
            self.preconditions(),
            actor=self.caller.actor,
            reason=self.reason,
        )
        return self._answer(source, restored)

    def _record(self, source: str, key: str, id: str) -> PastRecord:
        return past_record(current_contract(source), self.target, key, id)

    def _answer(self, source: str, restored: Restored) -> Response:
        written = restored.written
        record = written.receipt.record
        assert record is not None, "only a deletion leaves no record"
        body = b'{"taskId":%b,"status":"PERSISTED","%b":%b,%b' % (
            encode(written.task_id),
            self.target.lower().encode(),
            past_kinds[self.target].show(record, written.contract),
            encode(told_along(restored.along))[1:],
        )
        if written.receipt.outcome is not Outcome.CREATED:
            return self.answer(body, record.etag)
        return self.answer(body, record.etag, 201, location_of(source, self.target, record))


@describe_history
class ResourceHistoryViewSet(HistoryViewSet):
    target = Target.RESOURCE
