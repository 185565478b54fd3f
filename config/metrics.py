"""The gauges as Prometheus asks for them, by a key that is not limited to sources."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from config.gauges import GAUGES
from config.openapi_service import describe_metrics
from ingestion.sql import run
from profiles.api.bodies import JsonRenderer
from profiles.api.viewsets import RegistrarViewSet
from profiles.faults import ErrorType, Refused


class Gauges(Collector):
    def collect(self) -> Iterator[Metric]:
        for asked in GAUGES:
            families = [
                asked.kind(name, meaning, labels=asked.labels) for name, meaning in asked.metrics
            ]
            for row in run(asked.sql, asked.parameters):
                labels = row[: len(asked.labels)]
                for family, value in zip(families, row[len(asked.labels) :], strict=True):
                    family.add_metric(labels, float(value))
            yield from families


class MetricsRenderer(JsonRenderer):
    """Only says what there is; errors are JSON."""

    media_type = "text/plain"
    format = "metrics"


class OpenMetricsRenderer(MetricsRenderer):
    media_type = "application/openmetrics-text"


@describe_metrics
class MetricsViewSet(RegistrarViewSet):
    renderer_classes = (MetricsRenderer, OpenMetricsRenderer)

    def perform_content_negotiation(
        self, request: Request, force: bool = False
    ) -> tuple[BaseRenderer, str]:
        """Refuses what asks for something else. Errors are JSON."""
        super().perform_content_negotiation(request, force)
        return JsonRenderer(), JsonRenderer.media_type

    def retrieve(self, request: Request) -> HttpResponse:
        if self.caller.role is None:
            message = "This tells of all sources: it needs a key that is not limited to some."
            raise Refused(ErrorType.PERMISSION_DENIED, message)
        encode, content_type = choose_encoder(request.META.get("HTTP_ACCEPT", ""))
        return HttpResponse(encode(Gauges()), content_type=content_type)
