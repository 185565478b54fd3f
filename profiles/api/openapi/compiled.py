"""The compiled schemas of profiles as components of one document, each said once.

They judge as the compiled ones do. But a contained resource is told apart by `oneOf` and a
discriminator: generators of clients make a class of each, and nothing of `if` and `then`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from profiles.api.openapi.endpoints import component_name, lifted, schema
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.names import ID_PATTERN, KEY_PATTERN
from profiles.schema import MAX_DEPTH, Catalogue

FULL_ID_PATTERN = f"^{KEY_PATTERN}/{ID_PATTERN}(/{KEY_PATTERN}/{ID_PATTERN})+$"
FULL_ID: Schema = {"type": "string", "pattern": FULL_ID_PATTERN}
DEPTHS = range(1, MAX_DEPTH + 2)


def compiled_forms() -> Iterator[str]:
    """The names of components that are made from the stem of a profile."""
    yield "{}Data"
    for suffix in ("", "Body"):
        for depth in ("", *map(_at, DEPTHS)):
            yield f"{{}}Contained{depth}{suffix}"
            yield f"Contained{{}}{depth}{suffix}"


@dataclass(frozen=True, slots=True)
class View:
    """Contained resources as they are sent, or as they are shown: then each has its full id."""

    suffix: str
    id: Schema | None
    """None: as the compiled schema says."""


SENT = View("Body", None)
SHOWN = View("", FULL_ID)


class CompiledComponents:
    """Names and makes the components of a contract's profiles, by their stems."""

    def __init__(self, catalogue: Catalogue, stems: Mapping[str, str]) -> None:
        self._catalogue = catalogue
        self._stems = stems
        self._is_cut = cache(self._find_cut)

    def of(self, compiled: Schema, view: View) -> dict[str, Schema]:
        """The components of the schema that a profile was compiled to."""
        definitions = dict(compiled.get("$defs", {}))
        definitions[f"contained.{compiled['title']}.1"] = compiled["properties"]["contained"]
        _, components = lifted({"$defs": definitions}, lambda name: self._name(name, view))
        depths = {
            self._name(name, view): int(name.rpartition(".")[2])
            for name in definitions
            if name.startswith("contained.")
        }
        for own, depth in depths.items():
            components |= self._split(own, components[own], depth, view)
        return components

    def data(self, key: str) -> str:
        return f"{self._stems[key]}Data"

    def contained(self, key: str, view: View, depth: int = 1) -> str:
        return f"{self._stems[key]}Contained{self._depth(key, depth)}{view.suffix}"

    def resource(self, key: str, view: View, depth: int = 1) -> str:
        """The component of a resource that is contained at a depth."""
        return f"Contained{self._stems[key]}{self._depth(key, depth + 1)}{view.suffix}"

    def one_of(self, keys: tuple[str, ...], view: View) -> Schema:
        """The schema of a resource that a root contains."""
        return _choice({key: schema(self.resource(key, view)) for key in keys})

    def _name(self, definition: str, view: View) -> str:
        kind, key, *depth = definition.split(".")
        if kind == "profile":
            return self.data(key)
        if kind == "contained":
            return self.contained(key, view, int(depth[0]))
        return component_name(definition)

    def _split(self, name: str, contained: Schema, depth: int, view: View) -> dict[str, Schema]:
        """The schema of `contained`, and one for each type of resource in it."""
        found: dict[str, Schema] = {}
        rows = {}
        for contain_key, row in contained["properties"].items():
            choices = {}
            for choice in row["items"]["allOf"]:
                key = choice["if"]["properties"]["type"]["const"]
                component = self.resource(key, view, depth)
                found[component] = _resource(key, row["items"], choice["then"], view)
                choices[key] = schema(component)
            rows[contain_key] = {**row, "items": _choice(choices)}
        return {name: {**contained, "properties": rows}, **found}

    def _depth(self, key: str, depth: int) -> str:
        """Where it matters how deep something stands: only there it ends."""
        return _at(depth) if self._is_cut(key, depth) else ""

    def _find_cut(self, key: str, depth: int) -> bool:
        rows = self._catalogue[key].contained.values()
        if depth > MAX_DEPTH:
            return bool(rows)
        return any(self._is_cut(type, depth + 1) for row in rows for type in row.types)


def _at(depth: int) -> str:
    """No plain number, which a stem may end with."""
    return f"At{depth}"


def _resource(key: str, items: Schema, members: Schema, view: View) -> Schema:
    id = view.id or items["properties"]["id"]
    own = {"id": id, "type": {"type": "string", "enum": [key]}, **members["properties"]}
    needed = [*items["required"], *members.get("required", ())]
    return closed_object(own, [*(["id"] if view.id else []), *needed])


def _choice(choices: Mapping[str, Schema]) -> Schema:
    """One of several types, told apart by `type`."""
    first, *others = choices.values()
    if not others:
        return first
    mapping = {key: choice["$ref"] for key, choice in choices.items()}
    discriminator = {"propertyName": "type", "mapping": mapping}
    return {"oneOf": [first, *others], "discriminator": discriminator}
