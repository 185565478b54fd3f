"""The OpenAPI document: what the apps describe, put together by drf-spectacular.

`document` is what `/api/schema` serves; `make openapi` writes it to `docs/openapi.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from config.openapi_service import SERVICE, service_paths
from ingestion.openapi import (
    changes,
    conformity,
    contained,
    dead_letters,
    erasing,
    history,
    indexes,
    resources,
    subscriptions,
    tasks,
)
from ingestion.openapi import search as searches
from ingestion.openapi import undo as undos
from profiles import openapi as profiles
from profiles.api.openapi.components import SECURITY_SCHEMES, shared_components
from profiles.api.openapi.endpoints import Components, Object
from profiles.schema import DIALECT
from relationships.openapi import bundle as bundles
from relationships.openapi import purge as purges
from relationships.openapi import relationships, traversal

Endpoint = tuple[str, str, str, Callable[..., Any]]
"""Path, its regular expression, method and view, as drf-spectacular finds them."""

PARTS = (
    *(profiles, conformity, resources, contained, indexes, searches),
    *(relationships, traversal, bundles, tasks, undos, purges, history, changes, erasing),
    *(subscriptions, dead_letters),
)
"""Of the document, in the order of their tags."""

TAGS = {tag: text for part in PARTS for tag, text in part.TAGS.items()} | SERVICE

PATH_PARAMETERS = (
    ("/history/resources/{key}/", "/history/resources/{type}/"),
    ("/history/relationships/{key}/{id}/", "/history/relationships/{definition}/{relationshipId}/"),
    ("/subscriptions/{key}", "/subscriptions/{subscription}"),
    ("/{letter_id}", "/{deadLetterId}"),
    ("/{operation_id}", "/{operationId}"),
    ("/{other}", "/{otherId}"),
    ("/{other_version}", "/{otherVersion}"),
    ("/profiles/{key}", "/profiles/{profile}"),
    ("/relationship-definitions/{key}", "/relationship-definitions/{definition}"),
    ("/relationships/{definition}/{id}", "/relationships/{definition}/{relationshipId}"),
    ("/{path}", "/{containKey}"),
    ("/{contained_id}", "/{containedId}"),
)
"""Arguments of views, and how the design calls them."""

INTRODUCTION = """\
People describe their data once, as **profiles**; systems send **resources** and **relationships**
that must fit them. Bodies and answers are JSON.

**Access.** Every request carries a key. `reader` may read, `writer` also write resources and
relationships, `admin` also sources and definitions. A key may be limited to sources: any other one
is then a 404.

**Errors** have one form and name every fault at once, the first 100 if there are more: `path` is a
JSON Pointer into what was sent. Unknown members and query parameters are faults; nothing that was
sent is ignored.

**Versions.** Reads and single writes answer an `ETag`. Send it back as `If-Match` to write only
what you have read (412 if it was changed since), as `If-None-Match` to read only what is new (304).

**Exactness.** Text, decimals to the last digit and the order of elements come back as they were
sent. A member that is `null` is absent.

**Judging.** A resource is judged by the JSON Schema of its profile, which the API shows. Its
keywords `x-…` say what JSON Schema cannot; other validators ignore them.

GET also answers HEAD.
"""


@cache
def document() -> Object:
    """Made once: neither the addresses nor what they take change while a process runs."""
    made: Object = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    return made


def name_path_parameters(endpoints: Iterable[Endpoint]) -> list[Endpoint]:
    """A hook of drf-spectacular: gives the parameters of paths the names of the design."""
    return [(_renamed(path), regex, method, view) for path, regex, method, view in endpoints]


def complete(result: Object, **_: Any) -> Object:
    """A hook of drf-spectacular: adds what belongs to no single endpoint."""
    info = {**result["info"], "description": INTRODUCTION}
    return {
        "openapi": result["openapi"],
        "info": info,
        "jsonSchemaDialect": DIALECT,
        "security": [{name: []} for name in SECURITY_SCHEMES],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": {**result["paths"], **service_paths()},
        "components": _components(),
    }


def no_request(*_: Any, **__: Any) -> None:
    """A setting of drf-spectacular: operations are described without looking at a request."""


def _renamed(path: str) -> str:
    for argument, name in PATH_PARAMETERS:
        path = path.replace(argument, name)
    return path


def _components() -> Object:
    """By kind and name. Definitions of both kinds use the same schemas of properties."""
    together: dict[str, Object] = {}
    for described in _described():
        for kind, named in described.items():
            together.setdefault(kind, {}).update(named)
    return {kind: dict(sorted(named.items())) for kind, named in together.items()}


def _described() -> Iterator[Components]:
    yield shared_components()
    for part in PARTS:
        yield part.components()
