"""How apps describe their endpoints: OpenAPI 3.1 operations, put together from shared pieces.

Operations are plain OpenAPI objects. Bodies go through the views as bytes, so there are no
serializers that drf-spectacular could read; it finds the endpoints and puts them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema

from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object

Object = dict[str, Any]
"""An object of the OpenAPI specification."""

Examples = Mapping[str, Any]
"""Example values by name. The name tells in camelCase what the example shows."""

Components = Mapping[str, Mapping[str, Object]]
"""Shared pieces: by kind (`schemas`, `responses`, …), then by name."""

JSON = "application/json"


def ref(kind: str, name: str) -> Object:
    return {"$ref": f"#/components/{kind}/{name}"}


def schema(name: str) -> Schema:
    return ref("schemas", name)


def content(schema: Schema, examples: Examples) -> Object:
    shown = {name: {"value": value} for name, value in examples.items()}
    return {"schema": schema, "examples": shown}


def json_body(name: str, examples: Examples) -> Object:
    """The JSON body of a request, of the schema `name`."""
    return {"required": True, "content": {JSON: content(schema(name), examples)}}


def answer(
    description: str, name: str, examples: Examples, headers: Sequence[str] = ("ETag",)
) -> Object:
    """An answer of the schema `name`, or of one of several (`A | B`), with shared headers."""
    names = name.split(" | ")
    fits = schema(name) if len(names) == 1 else {"anyOf": [schema(each) for each in names]}
    return {
        "description": description,
        "headers": {header: ref("headers", header) for header in headers},
        "content": {JSON: content(fits, examples)},
    }


def reading(
    id: str,
    tag: str,
    summary: str,
    answers: Mapping[int, Object],
    *,
    parameters: Sequence[str],
    description: str = "",
) -> Callable[[Any], Any]:
    """Describes a GET. `parameters` are names of shared ones; answers that all have are added."""
    common: dict[int, Object] = {400: ref("responses", "InvalidRequest")}
    if "IfNoneMatch" in parameters:
        common[304] = ref("responses", "NotModified")
    operation = _operation(id, tag, summary, description, parameters)
    return extend_schema(
        operation={**operation, "responses": _responses({**common, **answers}, parameters)}
    )


@dataclass(frozen=True, slots=True)
class Sending:
    """Describes requests that may bring a body, which share some refusals. See `reading`."""

    refusals: Mapping[int, Object]

    def __call__(
        self,
        id: str,
        tag: str,
        summary: str,
        answers: Mapping[int, Object],
        *,
        parameters: Sequence[str],
        body: Object | None = None,
        description: str = "",
    ) -> Callable[[Any], Any]:
        common = {400: ref("responses", "InvalidRequest"), **self.refusals}
        if body is not None:
            common[413] = ref("responses", "ContentTooLarge")
            is_patch = len(body["content"]) > 1
            name = "UnsupportedPatchType" if is_patch else "UnsupportedMediaType"
            common[415] = ref("responses", name)
        return extend_schema(
            operation={
                **_operation(id, tag, summary, description, parameters),
                **({"requestBody": body} if body is not None else {}),
                "responses": _responses({**common, **answers}, parameters),
            }
        )


DENIED: dict[int, Object] = {403: ref("responses", "PermissionDenied")}

asking = Sending({})
"""A POST that changes nothing, so that a reader may send it."""
starting = Sending(DENIED)
"""What starts or ends work in the background: nothing that has an ETag."""
writing = Sending({**DENIED, 412: ref("responses", "PreconditionFailed")})
"""A PUT, POST, PATCH or DELETE of what has one."""


def component_name(name: str) -> str:
    """How a definition of a schema is called in the document, where it becomes a class of clients.

    `type.period` is `PeriodValue`, since a plain `Date` or `Integer` is a class of their language;
    `property.period` is `PeriodProperty`.
    """
    kind, _, datatype = name.partition(".")
    return datatype.capitalize() + kind.replace("type", "value").capitalize()


def lifted(
    schema: Schema, named: Callable[[str], str] = component_name
) -> tuple[Schema, dict[str, Schema]]:
    """A schema without its `$defs`, and these as components: in a document they stand together."""
    own = {key: part for key, part in schema.items() if key != "$defs"}
    lower = {
        named(name): _led_to_components(part, named)
        for name, part in schema.get("$defs", {}).items()
    }
    return _led_to_components(own, named), lower


def page_schema(of: str, meta: Schema) -> Schema:
    return closed_object(
        {"data": {"type": "array", "items": schema(of)}, "meta": meta}, ["data", "meta"]
    )


def _operation(
    id: str, tag: str, summary: str, description: str, parameters: Sequence[str]
) -> Object:
    return {
        "operationId": id,
        "summary": summary,
        **({"description": description} if description else {}),
        "tags": [tag],
        **({"parameters": [ref("parameters", name) for name in parameters]} if parameters else {}),
    }


def _responses(answers: Mapping[int, Object], parameters: Sequence[str]) -> Object:
    """Sorted by status, with those that every request may get."""
    common = {
        401: ref("responses", "Unauthenticated"),
        406: ref("responses", "NotAcceptable"),
        429: ref("responses", "ResourceExhausted"),
        503: ref("responses", "Unavailable"),
    }
    if "IdempotencyKey" in parameters:
        common[422] = ref("responses", "KeyReused")
    if "source" in parameters:
        common[404] = ref("responses", "NotFound")
    return dict(_by_status({**common, **answers})) | {"default": ref("responses", "Error")}


def _by_status(answers: Mapping[int, Object]) -> Iterator[tuple[str, Object]]:
    for status in sorted(answers):
        yield str(status), answers[status]


def _led_to_components(part: Any, named: Callable[[str], str]) -> Any:
    if isinstance(part, list):
        return [_led_to_components(element, named) for element in part]
    if not isinstance(part, dict):
        return part
    led = {key: _led_to_components(member, named) for key, member in part.items()}
    if isinstance(target := part.get("$ref"), str):
        led |= schema(named(target.removeprefix("#/$defs/")))
    return led
