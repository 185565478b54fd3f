"""What the viewsets of both kinds of record share: from a request to an operation, and back."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import ClassVar

from django.http.response import HttpResponseBase
from django_filters import FilterSet
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api.export_parameters import IdParts, asked_format, read_export
from ingestion.api.exports import (
    CsvRenderer,
    ExportingViewSet,
    NdjsonRenderer,
    export_response,
)
from ingestion.bodies.members import read_payload
from ingestion.edits.patches import read_patch
from ingestion.operations import Action, Edit, Operation, Target
from ingestion.past.answers import PAST_LIST, past_included, past_list, refuse_beside_at
from ingestion.past.changes import past_record, record_at
from ingestion.past.moments import AT, past_moment
from ingestion.records import Outcome, Record
from ingestion.search.answers import page_json
from ingestion.search.including import INCLUDE, Included, members
from ingestion.search.parameters import read_list
from ingestion.search.scope import Scope
from ingestion.single import WrittenOne, write_one
from ingestion.wire import location_of
from profiles.access import Role
from profiles.api.bodies import PATCH_PARSERS, JsonRenderer, body_of
from profiles.api.parameters import bad_parameter, refuse_parameters
from profiles.contract import Contract, current_contract
from profiles.exact import Document, encode


class RecordViewSet(ExportingViewSet):
    """Create, replace, change and delete records through the write path."""

    write_role = Role.WRITER
    target: ClassVar[Target]
    exports = (NdjsonRenderer, CsvRenderer)

    def get_parsers(self) -> list[BaseParser]:
        """A patch is taken by PATCH only: a PUT would replace the whole record by it."""
        is_patch = self.request.method == "PATCH"
        return [parser() for parser in (PATCH_PARSERS if is_patch else self.parser_classes)]

    def show(self, record: Record, contract: Contract) -> bytes:
        """The JSON of a written record."""
        raise NotImplementedError

    def answer_list(
        self, request: Request, scope: Scope, base: type[FilterSet], id_parts: IdParts
    ) -> HttpResponseBase:
        """A page, with an ETag that another answer of the same bytes has too; or an export."""
        format = asked_format(request, self.accepted)
        if format is None:
            asked = read_list(request, self.caller, scope, base)
            return self._answer_bytes(page_json(scope, asked))
        export = read_export(request.query_params, scope, base, format, id_parts)
        return export_response(export, is_head=request.method == "HEAD")

    def answer_past_list(self, request: Request, source: str, collection: str) -> Response:
        """A page as it was at the moment `at`."""
        refuse_beside_at(request, PAST_LIST)
        if self.accepted != JsonRenderer.format:
            refuse_parameters([bad_parameter(AT, "Does not go with an export.")])
        contract, at = current_contract(source), past_moment(request)
        return self._answer_bytes(past_list(request, contract, self.target, collection, at))

    def answer_past(self, request: Request, source: str, collection: str, id: str) -> Response:
        """A record as it was at the moment `at`, with the ETag that it then had."""
        refuse_beside_at(request, (AT, INCLUDE))
        record = past_record(current_contract(source), self.target, collection, id)
        at = past_moment(request)
        text, etag, row_id = record_at(record, at)
        return self.answer_one(text.encode(), etag, past_included(request, record, at, row_id))

    def answer_one(self, text: bytes, etag: str, included: Included | None) -> Response:
        """A record. With others its ETag is none of its own, which a client might take for the one
        to write by.
        """
        if included is None:
            return self.answer_read(text, etag)
        more, told = members(included)
        cut = b"," + encode(told)[1:-1] if told else b""
        return self._answer_bytes(text[:-1] + more + cut + b"}")

    def _answer_bytes(self, body: bytes) -> Response:
        return self.answer_read(body, f'"{blake2b(body, digest_size=16).hexdigest()}"')

    def create_record(self, request: Request, source: str, collection: str) -> Response:
        payload = read_payload(body_of(request))
        operation = self._operation(Action.CREATE, collection, None, payload)
        return self._answer_written(source, operation)

    def put_record(self, request: Request, source: str, collection: str, id: str) -> Response:
        payload = read_payload(body_of(request))
        operation = self._operation(Action.UPSERT, collection, id, payload)
        return self._answer_written(source, operation)

    def patch_record(self, request: Request, source: str, collection: str, id: str) -> Response:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        edit = read_patch(body_of(request), media_type)
        return self.edit_record(source, collection, id, edit)

    def edit_record(self, source: str, collection: str, id: str, edit: Edit) -> Response:
        operation = self._operation(Action.UPDATE, collection, id, edit=edit)
        return self._answer_written(source, operation)

    def delete_record(self, source: str, collection: str, id: str) -> Response:
        operation = self._operation(Action.DELETE, collection, id)
        written = write_one(source, operation, actor=self.caller.actor, reason=self.reason)
        return Response(
            {
                "taskId": written.task_id,
                "status": "PERSISTED",
                "deletedRelationships": written.receipt.deleted_relationships,
            }
        )

    def _operation(
        self,
        action: Action,
        collection: str,
        id: str | None,
        payload: Mapping[str, Document] | None = None,
        edit: Edit | None = None,
    ) -> Operation:
        return Operation(
            action, self.target, collection, id, payload or {}, edit, self.preconditions()
        )

    def _answer_written(self, source: str, operation: Operation) -> Response:
        written = write_one(source, operation, actor=self.caller.actor, reason=self.reason)
        record = written.receipt.record
        assert record is not None, "only a deletion leaves no record"
        is_new = written.receipt.outcome is Outcome.CREATED
        location = location_of(source, self.target, record) if is_new else ""
        body = self._written_body(written, record)
        return self.answer(body, record.etag, 201 if is_new else 200, location)

    def _written_body(self, written: WrittenOne, record: Record) -> bytes:
        name = self.target.lower().encode()
        return b'{"taskId":%b,"status":"PERSISTED","%b":%b}' % (
            encode(written.task_id),
            name,
            self.show(record, written.contract),
        )
