"""The API of bundles."""

from __future__ import annotations

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api.idempotency import once
from ingestion.tasks.receipts import read_receipts, shown_receipts
from profiles.access import Role
from profiles.api.bodies import JsonParser, body_of
from profiles.api.viewsets import RegistrarViewSet
from profiles.times import time_text
from relationships.bundle import write_bundle
from relationships.openapi.bundle import describe_bundle


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
        chunk = write_bundle(source, body_of(request), actor=self.caller.actor, reason=self.reason)
        task = chunk.task
        times = (time_text(task.received_at), time_text(chunk.completed_at))
        receipts = [*shown_receipts(read_receipts(chunk.receipts), *times)]
        return Response({"taskId": task.public_id, "status": "PERSISTED", "receipts": receipts})
