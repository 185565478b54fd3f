"""The API of bundles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.once import once
from ingestion.wire import time_text
from profiles.access import Role
from profiles.api.bodies import JsonParser, body_of
from profiles.api.viewsets import RegistrarViewSet
from profiles.exact import Json
from relationships.bundle import WrittenBundle, write_bundle
from relationships.openapi_bundle import describe_bundle


class BundleParser(JsonParser):
    @property
    def limit(self) -> int:
        limit: int = settings.MAX_BUNDLE_BYTES
        return limit


@describe_bundle
class BundleViewSet(RegistrarViewSet):
    write_role = Role.WRITER
    parser_classes = [BundleParser]

    @once
    def create(self, request: Request, source: str) -> Response:
        received_at = time_text(datetime.now(UTC))
        written = write_bundle(source, body_of(request), actor=self.caller.actor)
        receipts = list(_receipts(written, received_at, time_text(datetime.now(UTC))))
        return Response({"taskId": written.task_id, "status": "PERSISTED", "receipts": receipts})


def _receipts(written: WrittenBundle, received_at: str, completed_at: str) -> Iterator[Json]:
    for place, receipt in zip(written.places, written.receipts, strict=True):
        operation = receipt.operation
        yield {
            "index": place.index,
            "action": operation.action.value,
            "targetType": operation.target.value,
            "id": receipt.id,
            "type": operation.collection,
            "status": "SUCCESS",
            "outcome": receipt.outcome.value,
            "receivedAt": received_at,
            "completedAt": completed_at,
        }
