"""The endpoints of each definition's relationships, typed: made from those of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingestion.openapi import examples
from ingestion.openapi.filters import filter_parameters, filter_schemas
from ingestion.openapi.typed import (
    RECORD_FORMS,
    Typed,
    record_examples,
    record_names,
    record_schemas,
)
from profiles.api.openapi.endpoints import Object, lifted, schema
from profiles.api.openapi.stems import Stems
from profiles.api.openapi.typed import Typing, operation_forms, with_members
from profiles.contract import Contract
from profiles.datatypes.base import Schema
from profiles.exact import Json
from profiles.example_values import example_members, fitting
from relationships.contract import CompiledDefinition, Side, definitions_of

PREFIX = "/sources/{source}/v1/relationships/{definition}"
RELATIONSHIP = "Relationship"
FORMS = (*RECORD_FORMS, "{}Data", "{}From", "{}To")
ID = "a-1"
"""Of either end in examples."""


class TypedRelationships:
    """The relationships of a contract. See `TypedResources`, which takes its names first."""

    def __init__(self, contract: Contract, shared: Object, stems: Stems) -> None:
        self._contract = contract
        self._shared = shared
        forms = [*FORMS, *operation_forms(shared["paths"], RELATIONSHIP)]
        self._definitions = definitions_of(contract).all
        by_age = sorted(self._definitions, key=lambda definition: definition.id)
        self._stems = {each.key: stems.take(each.key, forms=forms) for each in by_age}

    def all(self) -> Iterator[Typed]:
        for definition in sorted(self._definitions, key=lambda definition: definition.key):
            yield self._of(definition)

    def _of(self, definition: CompiledDefinition) -> Typed:
        stem = self._stems[definition.key]
        body = self._example(definition)
        typing = Typing(
            prefix=PREFIX,
            generic=RELATIONSHIP,
            stem=stem,
            tag=stem,
            arguments={"source": self._contract.source_key, "definition": definition.key},
            names=record_names(RELATIONSHIP, stem),
            examples=record_examples(RELATIONSHIP, body, self._shown(definition, body)),
            parameters={
                "source": (),
                "definition": (),
                "data": filter_parameters(definition.properties),
            },
        )
        says = definition.description or f"Relationships of the definition `{definition.key}`."
        return Typed(typing, self._schemas(definition, typing), says)

    def _schemas(self, definition: CompiledDefinition, typing: Typing) -> Mapping[str, Schema]:
        compiled, lower = lifted(definition.validator.schema)
        end = self._shared["components"]["schemas"]["End"]
        ends = {"from": f"{typing.stem}From", "to": f"{typing.stem}To"}
        return {
            **lower,
            **filter_schemas(definition.properties),
            **record_schemas(
                self._shared,
                typing,
                definition.key,
                compiled.get("required", ()),
                **{name: schema(component) for name, component in ends.items()},
            ),
            f"{typing.stem}Data": compiled["properties"]["data"],
            ends["from"]: _end(end, definition.from_side),
            ends["to"]: _end(end, definition.to_side),
        }

    def _example(self, definition: CompiledDefinition) -> Any:
        data = {"data": example_members(definition.properties)} if definition.properties else {}
        fitted = fitting(data, definition.validator)
        ends = {
            name: {"id": ID, "type": side.profile_key}
            for name, side in (("from", definition.from_side), ("to", definition.to_side))
        }
        return None if fitted is None else {**ends, **fitted}

    def _shown(self, definition: CompiledDefinition, body: Any) -> Json | None:
        if body is None:
            return None
        ends = [f"{body[name]['type']}.{body[name]['id']}" for name in ("from", "to")]
        return {
            "data": {},
            **body,
            "id": ",".join(ends),
            "type": definition.key,
            "meta": {**examples.meta(), "source": self._contract.source_key},
        }


def _end(shared: Schema, side: Side) -> Schema:
    return with_members(shared, {"type": {"type": "string", "enum": [side.profile_key]}})
