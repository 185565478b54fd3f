"""The document of a source as the tests read it, and sources that have something to tell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from config.openapi_source import typed_document
from profiles.contract import current_contract
from profiles.datatypes import DATA_TYPES
from profiles.exact import Json, decode, encode
from profiles.models import Source
from profiles.validator import compile_schema
from tests.browser.clinics import CLINIC, MACHINE, ROOM
from tests.clients import Api
from tests.datatypes import TABLE
from tests.factories import ProfileFactory

EVERYTHING: dict[str, Any] = {
    "description": "A property of each type.",
    "properties": {type: dict(TABLE[type].definition) for type in DATA_TYPES},
}
PARTY: dict[str, Any] = {
    "properties": {"name": {"type": "symbol"}},
    "contained": {"guests": {"types": ["room", "machine"], "cardinality": "0:*"}},
}
RICH = {
    "machine": MACHINE,
    "room": ROOM,
    "clinic": CLINIC,
    "everything": EVERYTHING,
    "party": PARTY,
}


def make_rich(source: Source) -> None:
    """Gives a source a profile with every type, and contained ones in each other."""
    for key, body in RICH.items():
        ProfileFactory.create(source=source, key=key, body=body)


@dataclass(frozen=True)
class Document:
    made: Any = field(repr=False)
    _compiled: dict[bytes, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, source_key: str) -> Document:
        """As it was made anew, whatever is kept."""
        return cls(decode(encode(typed_document(current_contract(source_key)))))

    @classmethod
    def read(cls, api: Api) -> Document:
        answer = api.get("openapi.json")
        assert answer.status == 200, answer.text
        return cls(decode(answer.text.encode()))

    @property
    def plain(self) -> Any:
        """With floats, as other programs read it."""
        return json.loads(encode(self.made))

    @cached_property
    def schemas(self) -> Mapping[str, Any]:
        schemas: Mapping[str, Any] = self.made["components"]["schemas"]
        return schemas

    @cached_property
    def operations(self) -> Mapping[str, Any]:
        return {
            described["operationId"]: described
            for methods in self.made["paths"].values()
            for described in methods.values()
        }

    def address(self, id: str) -> str:
        """The path of an operation."""
        (found,) = (
            str(path)
            for path, methods in self.made["paths"].items()
            if id in [described["operationId"] for described in methods.values()]
        )
        return found

    def takes(self, schema: Any, value: Json) -> bool:
        text = encode(schema)
        if text not in self._compiled:
            whole = {**schema, "components": {"schemas": self.schemas}}
            self._compiled[text] = compile_schema(whole)
        return bool(self._compiled[text].is_valid(value))

    def takes_as(self, name: str, value: Json) -> bool:
        return self.takes({"$ref": f"#/components/schemas/{name}"}, value)

    def examples(self, part: Any = None) -> Iterator[tuple[Any, Json]]:
        """Every example, with the schema that it has to fit."""
        part = self.made if part is None else part
        if isinstance(part, dict):
            yield from _examples_of(part)
            for member in part.values():
                yield from self.examples(member if member is not None else {})
        elif isinstance(part, list):
            for element in part:
                yield from self.examples(element if element is not None else {})

    def body_example(self, id: str) -> Json:
        (example,) = self.operations[id]["requestBody"]["content"]["application/json"][
            "examples"
        ].values()
        return example["value"]


def _examples_of(part: Mapping[str, Any]) -> Iterator[tuple[Any, Json]]:
    schema = part.get("schema")
    if not isinstance(schema, dict) or not {"in", "examples", "example"} & part.keys():
        return
    if isinstance(shown := part.get("examples"), dict):
        yield from ((schema, example["value"]) for example in shown.values())
    if "example" in part:
        yield schema, part["example"]
    yield from ((schema, example) for example in schema.get("examples", ()))
