"""From the shared description of endpoints to that of one profile or definition.

Nothing is described here anew: the path gets the key, the body and the answers get the schemas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from profiles.api.openapi.endpoints import Object, ref, schema
from profiles.datatypes.base import Schema
from profiles.exact import Json

_SCHEMAS = "#/components/schemas/"
_PARAMETERS = "#/components/parameters/"
CONTAIN_KEY = "containKey"


@dataclass(frozen=True, slots=True)
class Typing:
    """What the shared description becomes for one profile, definition or contain key."""

    prefix: str
    """How the shared paths begin of which it makes its own."""
    generic: str
    """How ids of operations call such a record: `Resource` in `listResources`."""
    stem: str
    """How they call one of these."""
    tag: str
    arguments: Mapping[str, str]
    """By the name of a path parameter what stands in its place."""
    names: Mapping[str, str]
    """By the name of a shared schema that of the one which takes its place."""
    examples: Mapping[str, Json | None] = field(default_factory=dict)
    """By the name of a shared schema: an example; None where there is none."""
    parameters: Mapping[str, Sequence[Object]] = field(default_factory=dict)
    """By the name of a shared parameter those which take its place."""

    def takes(self, path: str) -> bool:
        is_contained = f"{{{CONTAIN_KEY}}}" in path
        return path.startswith(self.prefix) and is_contained == (CONTAIN_KEY in self.arguments)

    def path(self, path: str) -> str:
        for name, key in self.arguments.items():
            path = path.replace(f"{{{name}}}", key)
        return path

    def operations(self, methods: Mapping[str, Object]) -> Object:
        return {method: self._operation(described) for method, described in methods.items()}

    def typed(self, part: Any) -> Any:
        """A piece of the shared description, with the schemas and examples of this one."""
        if isinstance(part, list):
            return [self.typed(element) for element in part]
        if not isinstance(part, dict):
            return part
        name = _name_of(part.get("schema"), _SCHEMAS)
        if name in self.examples and "examples" in part:
            part = _shown(part, self.tag, self.examples[name])
        led = {key: self.typed(member) for key, member in part.items()}
        if (target := _name_of(part, _SCHEMAS)) in self.names:
            led |= schema(self.names[target])
        return led

    def _operation(self, described: Object) -> Object:
        id = described["operationId"]
        parameters = list(self._parameters(described.get("parameters", ())))
        return {
            **self.typed(described),
            "operationId": operation_form(id, self.generic).format(self.stem),
            "tags": [self.tag],
            "parameters": parameters,
            "responses": {
                status: self._response(response, shared_response(id, status))
                for status, response in described["responses"].items()
            },
        }

    def _response(self, response: Object, name: str) -> Object:
        """An answer that is the same for all is said once."""
        typed: Object = self.typed(response)
        return ref("responses", name) if typed == response and "$ref" not in response else typed

    def _parameters(self, described: Sequence[Object]) -> Iterator[Object]:
        for parameter in described:
            name = _name_of(parameter, _PARAMETERS)
            if name in self.parameters:
                yield from self.parameters[name]
            else:
                yield parameter


def operation_form(id: str, generic: str) -> str:
    """The id of an operation with `{}` in place of what is the same for all."""
    return re.sub(f"^([a-z]+){generic}s?", r"\1{}", id)


def operation_forms(paths: Mapping[str, Mapping[str, Object]], generic: str) -> Iterator[str]:
    """The ids of operations that are made from a stem."""
    for methods in paths.values():
        for described in methods.values():
            form = operation_form(described["operationId"], generic)
            if "{}" in form:
                yield form


def shared_response(operation: str, status: str) -> str:
    return f"{operation[0].upper()}{operation[1:]}{status.title()}"


def shared_responses(paths: Mapping[str, Mapping[str, Object]]) -> dict[str, Object]:
    """What operations answer, each under a name: whatever was made of them may refer to it."""
    return {
        shared_response(described["operationId"], status): response
        for methods in paths.values()
        for described in methods.values()
        for status, response in described["responses"].items()
        if "$ref" not in response
    }


def reachable(document: Object) -> Object:
    """The document without the components that it does not use."""
    components = document["components"]
    found: dict[str, Object] = {"securitySchemes": components["securitySchemes"]}
    waiting = list(_references(document["paths"]))
    while waiting:
        kind, name = waiting.pop()
        if name not in found.setdefault(kind, {}):
            found[kind][name] = components[kind][name]
            waiting += _references(components[kind][name])
    ordered = {kind: dict(sorted(found[kind].items())) for kind in sorted(found)}
    return {**document, "components": ordered}


def _references(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        target = part.get("$ref")
        if isinstance(target, str):
            kind, name = target.removeprefix("#/components/").split("/")
            yield kind, name
        for key, member in part.items():
            if key not in ("example", "examples"):
                yield from _references(member)
    elif isinstance(part, list):
        for element in part:
            yield from _references(element)


def _name_of(part: Any, prefix: str) -> str:
    target = part.get("$ref") if isinstance(part, dict) else None
    return target.removeprefix(prefix) if isinstance(target, str) else ""


def _shown(content: Object, name: str, example: Json | None) -> Object:
    others = {key: member for key, member in content.items() if key != "examples"}
    if example is None:
        return others
    return {**others, "examples": {name[0].lower() + name[1:]: {"value": example}}}


def with_members(
    part: Schema, members: Mapping[str, Schema], required: Sequence[str] = ()
) -> Schema:
    """A schema of an object, of which some members are known better."""
    needed = [*part.get("required", ()), *required]
    made = {**part, "properties": {**part["properties"], **members}}
    return {**made, "required": list(dict.fromkeys(needed))} if needed else made
