"""How the addresses that need no key are described: health, this document, its page."""

from __future__ import annotations

from collections.abc import Sequence

from profiles.api.openapi.components import ETAG, TEXT, precondition
from profiles.api.openapi.endpoints import JSON, Object, ref
from profiles.datatypes.nested import closed_object

TAG = "Service"
SERVICE = {TAG: "What answers without a key. It holds no data."}


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
    schema = {"type": "object", "required": ["openapi", "info", "paths"]}
    example = {"openapi": "3.1.1", "info": {"title": "Registrar", "version": "v1"}, "paths": {}}
    return {
        "description": "OpenAPI 3.1.",
        "headers": {"ETag": ref("headers", "ETag")},
        "content": {JSON: {"schema": schema, "examples": {"beginning": {"value": example}}}},
    }


def _page() -> Object:
    page = {"schema": {"type": "string"}, "examples": {"beginning": {"value": "<!doctype html>"}}}
    return {"description": "The page.", "content": {"text/html": page}}
