"""What the descriptions of all endpoints share: pages, headers, parameters, keys, errors."""

from __future__ import annotations

from typing import Any, get_args

from django.conf import settings

from profiles.api.openapi.endpoints import Components, Object, schema
from profiles.api.openapi.refusals import shared_refusals
from profiles.api.parameters import DEFAULT_PER_PAGE, MAX_PER_PAGE
from profiles.api.reasons import REASON_HEADER
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.faults import ErrorType, FaultScope
from profiles.names import ID_PATTERN, KEY_PATTERN, PATH_WORDS
from profiles.preconditions import ETAG_PATTERN
from profiles.reasons import MAX_REASON

ETAG = '"01956f3a0b7c7d0e8a6b5c4d3e2f1a09-1"'
CURSOR = "WyItY3JlYXRlZEF0IiwiMjAyNS0wMy0wMVQxMjowMDowMFoiLFsiam9obi1kb2UiXV0"

KEY = schema("Key")
ID = schema("Id")
COUNT: Schema = {"type": "integer", "minimum": 0}
POSITIVE: Schema = {"type": "integer", "minimum": 1}
TEXT: Schema = {"type": "string"}
ETAGS: Schema = {
    "type": "string",
    "pattern": rf"^(\*|{ETAG_PATTERN}( *, *{ETAG_PATTERN})*)$",
}
PER_PAGE: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_PER_PAGE}
ERROR_TYPE: Schema = {"type": "string", "enum": [type.value for type in ErrorType]}


def shared_components() -> Components:
    return {
        "schemas": _schemas(),
        "responses": shared_refusals(),
        "parameters": {**_query_parameters(), **_precondition_parameters()},
        "headers": _headers(),
        "securitySchemes": SECURITY_SCHEMES,
    }


SECURITY_SCHEMES: dict[str, Object] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key, as `manage.py createkey` prints it.",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "The same key in a header of its own.",
    },
    "cliniaApiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Clinia-API-Key",
        "description": "The same key, for clients that name the header so.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
        "description": (
            "A session of the admin. What it may do follows from the permissions of the user."
            " A write also carries the CSRF token in `X-CSRFToken`."
        ),
    },
}


def path_parameter(name: str, schema: Schema, example: str | int, description: str) -> Object:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "example": example,
    }


def query_parameter(name: str, schema: Schema, example: Any, description: str) -> Object:
    """Its example stands in the schema: from anywhere else Swagger UI would fill it in and send it,
    though it need not be there.
    """
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {**schema, "examples": [example]},
    }


def query_parameters(name: str, schema: Schema, example: Any, description: str) -> Object:
    """A family of parameters: each member of an object is one of its own."""
    one = query_parameter(name, schema, example, description)
    return {**one, "style": "form", "explode": True}


def precondition(name: str, schema: Schema, example: str, description: str) -> Object:
    return {**query_parameter(name, schema, example, description), "in": "header"}


def _schemas() -> dict[str, Schema]:
    fault = closed_object(
        {
            "type": ERROR_TYPE,
            "path": {
                **TEXT,
                "description": (
                    "The place: a JSON Pointer into what was sent,"
                    " or `?` and the name of a query parameter."
                ),
            },
            "rule": {**TEXT, "description": "What was broken: `required`, `type`, `max`, …"},
            "expected": {"description": "What would have been right, where it can be said."},
            "scope": {
                "enum": list(get_args(FaultScope)),
                "description": (
                    "Where `path` leads if not into what was sent: into the `root` of a contained"
                    " resource, or into the `result` of a patch."
                ),
            },
            "index": {**COUNT, "description": "Which operation, where several were sent."},
            "operations": {**TEXT, "description": "The list that `index` counts in."},
            "message": TEXT,
        },
        ["type", "path", "rule", "message"],
    )
    members = {
        "code": {"type": "integer", "description": "The HTTP status."},
        "type": ERROR_TYPE,
        "message": TEXT,
        "details": {"type": "array", "items": schema("Fault")},
    }
    catalogue = {"numPages": POSITIVE, "page": POSITIVE, "perPage": PER_PAGE, "total": COUNT}
    return {
        "Key": {
            "type": "string",
            "description": f"Names a source or a definition. Not {', '.join(sorted(PATH_WORDS))}.",
            "pattern": f"^{KEY_PATTERN}$",
        },
        "Id": {
            "type": "string",
            "description": "Names a record within its profile.",
            "pattern": f"^{ID_PATTERN}$",
        },
        "Error": closed_object(members, list(members)),
        "Fault": fault,
        "CataloguePageMeta": closed_object(catalogue, list(catalogue)),
        "PageMeta": closed_object(
            {
                "cursor": {**TEXT, "description": "Leads to the next page; absent on the last."},
                "perPage": PER_PAGE,
                "total": {**COUNT, "description": "How many there are, where that was asked."},
                "includeIsCut": {
                    "type": "boolean",
                    "description": "There is more to include than is brought; else absent.",
                },
                "erased": {
                    **POSITIVE,
                    "description": "So many are not shown, since what they were has been erased.",
                },
                "explain": {
                    "type": "array",
                    "items": {"type": "object"},
                    "description": "For each statement its plan, and the indexes that it reads.",
                },
            },
            ["perPage"],
        ),
    }


def _query_parameters() -> dict[str, Object]:
    return {
        "page": query_parameter(
            "page", {**POSITIVE, "default": 1}, 1, "The page, from 1 to `meta.numPages`."
        ),
        "perPage": query_parameter(
            "perPage",
            {**PER_PAGE, "default": DEFAULT_PER_PAGE},
            DEFAULT_PER_PAGE,
            "How many there are on a page.",
        ),
        "cursor": query_parameter(
            "cursor",
            TEXT,
            CURSOR,
            "`meta.cursor` of the page before. It never expires, and goes on in the same order.",
        ),
    }


def _precondition_parameters() -> dict[str, Object]:
    return {
        "IfNoneMatch": precondition(
            "If-None-Match",
            ETAGS,
            ETAG,
            "ETags of what the client has: the answer is 304 if one is it.",
        ),
        "IfMatch": precondition(
            "If-Match",
            ETAGS,
            ETAG,
            "ETags of which one must be the present one, or `*` for what only has to be there.",
        ),
        "IfNew": precondition(
            "If-None-Match",
            ETAGS,
            "*",
            "`*` writes only what is not there yet, and never replaces; ETags: only what is none of"
            " them.",
        ),
        "ChangeReason": precondition(
            REASON_HEADER,
            {"type": "string", "minLength": 1, "maxLength": MAX_REASON},
            "The practice moved, as its owner told us.",
            "Why it is written. History keeps it with every change that is made.",
        ),
    }


def _headers() -> dict[str, Object]:
    return {
        "ETag": {
            "description": "Names this version, and never another one: opaque.",
            "required": True,
            "schema": {"type": "string", "pattern": '^"[^"]+"$'},
            "example": ETAG,
        },
        "PageETag": {
            "description": "Of a page: the same bytes have it again. A file has none.",
            "schema": {"type": "string", "pattern": '^"[^"]+"$'},
            "example": ETAG,
        },
        "Location": {
            "description": "The address of what was created; absent where nothing was.",
            "required": True,
            "schema": {"type": "string", "format": "uri-reference"},
            "example": "/sources/clinic/v1/resources/provider/john-doe",
        },
        "WWW-Authenticate": {
            "required": True,
            "schema": {"const": "Bearer"},
            "example": "Bearer",
        },
        "Retry-After": {
            "description": "Seconds to wait. Absent where trying again at once is right.",
            "schema": POSITIVE,
            "example": 60,
        },
        "Allow": {
            "description": "With 405: the methods that there are.",
            "schema": TEXT,
            "example": "GET, HEAD",
        },
    }
