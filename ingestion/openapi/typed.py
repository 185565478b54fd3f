"""The endpoints of each profile's resources, typed: made from the shared description of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ingestion.openapi import examples
from ingestion.openapi.filters import filter_parameters, filter_schemas
from ingestion.openapi.resources import written
from profiles.api.openapi.compiled import SENT, SHOWN, CompiledComponents, compiled_forms
from profiles.api.openapi.endpoints import Object
from profiles.api.openapi.stems import Stems
from profiles.api.openapi.typed import CONTAIN_KEY, Typing, operation_forms, with_members
from profiles.contract import CompiledProfile, Contract
from profiles.datatypes.base import Schema
from profiles.exact import Json
from profiles.example_values import example_contained, example_members, fitting
from profiles.properties import Containment, ProfileType

PREFIX = "/sources/{source}/v1/resources/{type}"
RESOURCE = "Resource"
CONTAINED = "ContainedResource"
RECORD_FORMS = ("{}", "{}Body", "{}Page", "Written{}", "{}WithIncluded", "Listed{}")
"""The shared schemas of which each profile and definition has its own."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What one profile, definition or contain key adds to the document of its source."""

    typing: Typing
    schemas: Mapping[str, Schema]
    says: str = ""
    """What its tag says, where it has one of its own."""


class TypedResources:
    """The resources of a contract. `shared` is the document that describes those of all."""

    def __init__(self, contract: Contract, shared: Object, stems: Stems) -> None:
        """The older profile has the plainer name, so that a new one renames nothing."""
        self._contract = contract
        self._shared = shared
        self._free = stems
        own = [*RECORD_FORMS, *compiled_forms(), *operation_forms(shared["paths"], RESOURCE)]
        profiles = sorted(contract.profiles.values(), key=lambda profile: profile.id)
        self.stems = {profile.key: stems.take(profile.key, forms=own) for profile in profiles}
        self._components = CompiledComponents(contract.catalogue, self.stems)

    def all(self) -> Iterator[Typed]:
        for _, profile in sorted(self._contract.profiles.items()):
            if profile.definition.type is ProfileType.ROOT:
                yield from self._of_profile(profile)

    def _of_profile(self, profile: CompiledProfile) -> Iterator[Typed]:
        stem = self.stems[profile.key]
        body = self._example(profile)
        names = {
            **record_names(RESOURCE, stem),
            "Contained": self._components.contained(profile.key, SHOWN),
            "ContainedBody": self._components.contained(profile.key, SENT),
        }
        properties = profile.definition.properties
        typing = Typing(
            prefix=PREFIX,
            generic=RESOURCE,
            stem=stem,
            tag=stem,
            arguments={"source": self._contract.source_key, "type": profile.key},
            names=names,
            examples=record_examples(RESOURCE, body, self._shown(profile, body)),
            parameters={"source": (), "type": (), "data": filter_parameters(properties)},
        )
        compiled = profile.validator.schema
        schemas = {
            **self._components.of(compiled, SENT),
            **self._components.of(compiled, SHOWN),
            **filter_schemas(properties),
            **record_schemas(self._shared, typing, profile.key, compiled.get("required", ())),
        }
        says = profile.definition.description or f"Resources of the profile `{profile.key}`."
        yield Typed(typing, schemas, says)
        for contain_key, row in profile.definition.contained.items():
            yield self._of_contained(profile, typing, contain_key, row)

    def _of_contained(
        self, profile: CompiledProfile, root: Typing, contain_key: str, row: Containment
    ) -> Typed:
        forms = ["{}", "{}Body", *operation_forms(self._shared["paths"], CONTAINED)]
        stem = self._free.take(profile.key, contain_key, forms=forms)
        names = {CONTAINED: stem, f"{CONTAINED}Body": f"{stem}Body"}
        schemas = {
            names[CONTAINED]: self._components.one_of(row.types, SHOWN),
            names[f"{CONTAINED}Body"]: self._components.one_of(row.types, SENT),
        }
        examples = {
            CONTAINED: _first(root.examples[RESOURCE], contain_key),
            f"{CONTAINED}Body": _first(root.examples[f"{RESOURCE}Body"], contain_key),
        }
        typing = Typing(
            prefix=PREFIX,
            generic=CONTAINED,
            stem=stem,
            tag=root.tag,
            arguments={**root.arguments, CONTAIN_KEY: contain_key},
            names={**root.names, **names},
            examples={**root.examples, **examples},
            parameters={"source": (), "rootType": (), CONTAIN_KEY: ()},
        )
        return Typed(typing, schemas)

    def _example(self, profile: CompiledProfile) -> Any:
        contained = example_contained(profile.key, self._contract.catalogue)
        body = {"data": example_members(profile.definition.properties)}
        whole = {**body, "contained": contained} if contained else body
        return fitting(whole, profile.validator)

    def _shown(self, profile: CompiledProfile, body: Any) -> Json | None:
        if body is None:
            return None
        root = f"{profile.key}/{examples.MADE_ID}"
        return {
            "id": examples.MADE_ID,
            "type": profile.key,
            "data": body["data"],
            "contained": _with_full_ids(root, body.get("contained", {})),
            "meta": {**examples.meta(), "source": self._contract.source_key},
        }


def record_names(generic: str, stem: str) -> dict[str, str]:
    """By the name of a shared schema that of the typed one."""
    return {form.format(generic): form.format(stem) for form in RECORD_FORMS}


def record_schemas(
    shared: Object, typing: Typing, key: str, required: tuple[str, ...], **members: Schema
) -> dict[str, Schema]:
    """Those of `RECORD_FORMS`, with the `type` and the `data` that are known."""
    generic, stem = typing.generic, typing.stem
    made: dict[str, Schema] = {
        name: typing.typed(shared["components"]["schemas"][form])
        for form, name in record_names(generic, stem).items()
    }
    known: dict[str, Schema] = {
        "type": {"type": "string", "enum": [key]},
        "data": {"$ref": f"#/components/schemas/{stem}Data"},
        **members,
    }
    return {
        **made,
        stem: with_members(made[stem], known),
        f"{stem}WithIncluded": with_members(made[f"{stem}WithIncluded"], known),
        f"Listed{stem}": with_members(made[f"Listed{stem}"], known),
        f"{stem}Body": with_members(made[f"{stem}Body"], known, required),
    }


def record_examples(generic: str, body: Any, shown: Json | None) -> dict[str, Json | None]:
    """By the name of a shared schema, what a record of its shows there."""
    if body is None:
        return dict.fromkeys(_example_names(generic))
    written_one = written(generic.lower(), shown)
    merge = {"data": body["data"]} if "data" in body else {}
    patch = [{"op": "replace", "path": f"/{name}", "value": value} for name, value in merge.items()]
    page = {"data": [shown], "meta": {"perPage": 100}}
    values = (shown, body, page, written_one, shown, shown, merge, patch, merge)
    return dict(zip(_example_names(generic), values, strict=True))


def _example_names(generic: str) -> list[str]:
    patches = ("{}Patch", "{}JsonPatch", "{}MergePatch")
    return [form.format(generic) for form in (*RECORD_FORMS, *patches)]


def _first(root: Any, contain_key: str) -> Json | None:
    """The first resource under a contain key of an example."""
    rows = {} if root is None else root.get("contained", {})
    return next(iter(rows.get(contain_key, ())), None)


def _with_full_ids(parent: str, contained: Any) -> Json:
    return {
        key: [_with_full_id(f"{parent}/{key}", row) for row in contained[key]] for key in contained
    }


def _with_full_id(place: str, row: Any) -> Json:
    id = f"{place}/{row['id']}"
    inner = {"contained": _with_full_ids(id, row["contained"])} if "contained" in row else {}
    return {**row, "id": id, **inner}
