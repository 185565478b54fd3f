"""How the addresses are described that tell of the service: health, the documents, their page."""

from __future__ import annotations

from collections.abc import Sequence

from drf_spectacular.utils import extend_schema_view

from profiles.api.openapi.components import ETAG, TEXT, precondition
from profiles.api.openapi.endpoints import JSON, Object, reading, ref
from profiles.datatypes.nested import closed_object
from profiles.openapi import SOURCES

TAG = "Service"
SERVICE = {TAG: "How it is. What answers without a key holds no data."}


_KNOWN = precondition(
    "If-None-Match", TEXT, ETAG, "ETags of what the client has. Anything else is passed over."
)


def service_paths() -> dict[str, Object]:
    return {
        "/healthz": {"get": _operation("getHealth", "Whether it lives", {"200": _status("ok")})},
        "/readyz": {
            "get": _operation(
                "getReadiness",
                "Whether it can serve",
                {"200": _status("ready"), "503": _status("no database", "migrations are waiting")},
            )
        },
        "/api/schema": {
            "get": _operation(
                "getApiDescription",
                "This document",
                {"200": _description(), "304": ref("responses", "NotModified")},
                parameters=[_KNOWN],
            )
        },
        "/docs": {"get": _operation("getDocs", "The page that shows it", {"200": _page()})},
    }


def _operation(
    id: str, summary: str, responses: Object, parameters: Sequence[Object] = ()
) -> Object:
    return {
        "operationId": id,
        "summary": summary,
        "tags": [TAG],
        "security": [],
        **({"parameters": list(parameters)} if parameters else {}),
        "responses": {**responses, "default": ref("responses", "Error")},
    }


def _status(*texts: str) -> Object:
    """An answer that says one of a few texts."""
    schema = closed_object({"status": {"enum": list(texts)}}, ["status"])
    examples = {text.title().replace(" ", ""): {"value": {"status": text}} for text in texts}
    description = " or ".join(texts).capitalize() + "."
    return {
        "description": description,
        "content": {JSON: {"schema": schema, "examples": examples}},
    }


def _description() -> Object:
    return _document("OpenAPI 3.1.", "Registrar")


def _document(description: str, title: str) -> Object:
    schema = {"type": "object", "required": ["openapi", "info", "paths"]}
    example = {"openapi": "3.1.1", "info": {"title": title, "version": "v1"}, "paths": {}}
    return {
        "description": description,
        "headers": {"ETag": ref("headers", "ETag")},
        "content": {JSON: {"schema": schema, "examples": {"beginning": {"value": example}}}},
    }


def _page() -> Object:
    page = {"schema": {"type": "string"}, "examples": {"beginning": {"value": "<!doctype html>"}}}
    return {"description": "The page.", "content": {"text/html": page}}


describe_source_document = extend_schema_view(
    retrieve=reading(
        "getSourceDocument",
        SOURCES,
        "Read the OpenAPI document of a source",
        {200: _document("OpenAPI 3.1, as the source is defined now.", "Registrar: clinic")},
        parameters=("source", "IfNoneMatch"),
        description=(
            "Each profile and relationship definition has paths, bodies, answers and filters of its"
            " own there, from which clients can be made. Its ETag changes whenever a definition of"
            " the source does. The page `/docs?source=…` shows it."
        ),
    )
)

METRICS = """\
# HELP registrar_jobs Jobs that wait (todo), run (doing), or failed within a day.
# TYPE registrar_jobs gauge
registrar_jobs{job="work_on_task",status="doing"} 1.0
"""

describe_metrics = extend_schema_view(
    retrieve=reading(
        "getMetrics",
        TAG,
        "Read the metrics",
        {
            200: {
                "description": "As Prometheus reads them.",
                "content": {
                    media_type: {
                        "schema": {"type": "string"},
                        "examples": {"beginning": {"value": METRICS}},
                    }
                    for media_type in ("text/plain", "application/openmetrics-text")
                },
            },
            403: ref("responses", "PermissionDenied"),
        },
        parameters=(),
        description=(
            "Background work, subscriptions, indexes and size, of all sources: so the key may not"
            " be limited to some. `docs/operating.md` says what to watch."
        ),
    )
)
