"""The OpenAPI document of one source, with a type for every profile and definition.

Made from `config.openapi.document`: what is said there of all is said here of each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from config.openapi import document
from ingestion.openapi.typed import PREFIX as RESOURCES
from ingestion.openapi.typed import Typed, TypedResources
from profiles.api.openapi.endpoints import Object
from profiles.api.openapi.stems import Stems
from profiles.api.openapi.typed import CONTAIN_KEY, reachable, shared_responses
from profiles.contract import Contract
from profiles.exact import encode
from profiles.schema import Catalogue
from relationships.openapi.typed import PREFIX as RELATIONSHIPS
from relationships.openapi.typed import TypedRelationships

PREFIX = "/sources/{source}/"
TYPED = (RESOURCES, RELATIONSHIPS)
PARAMETER = {"$ref": "#/components/parameters/source"}
KEPT_DOCUMENTS = 16
"""One of 60 profiles has 3 MB."""

INTRODUCTION = """\
The source `{source}` as it is defined now: each profile and relationship definition with paths,
bodies, answers and filters of its own.

Ids of operations are made from keys: `provider-office` has `createProviderOffice`. Where two keys
would lead to the same name, the one that is older has it, and the other one a number.

A record that was written before its definition became stricter stays as it is, and may lack what
is required now.

"""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    text: bytes
    etag: str


@lru_cache(maxsize=KEPT_DOCUMENTS)
def source_document(contract: Contract) -> SourceDocument:
    """Made once for each version of a contract. The ETag also changes with the program."""
    text = encode(typed_document(contract))
    return SourceDocument(text, f'"{contract.version}-{hashlib.sha256(text).hexdigest()[:32]}"')


def typed_document(contract: Contract) -> Object:
    shared = document()
    stems = Stems(_taken(shared))
    resources = TypedResources(contract, shared, stems)
    relationships = TypedRelationships(contract, shared, stems)
    typed = [*resources.all(), *relationships.all()]
    components = shared["components"]
    schemas = {name: part for each in typed for name, part in each.schemas.items()}
    made = {
        **shared,
        "info": _info(shared, contract),
        "paths": dict(_paths(shared, contract, typed)),
        "components": {
            **components,
            "schemas": {**components["schemas"], **schemas},
            "responses": {**components["responses"], **shared_responses(shared["paths"])},
        },
    }
    return reachable({**made, "tags": list(_tags(made, typed))})


def _taken(shared: Object) -> Iterator[str]:
    """Names of what stays as it is."""
    yield from shared["components"]["schemas"]
    for tag in shared["tags"]:
        yield tag["name"]
    for methods in shared["paths"].values():
        for operation in methods.values():
            yield operation["operationId"]


def _info(shared: Object, contract: Contract) -> Object:
    info = shared["info"]
    introduction = INTRODUCTION.format(source=contract.source_key)
    return {
        **info,
        "title": f"{info['title']}: {contract.source_key}",
        "description": introduction + info["description"],
    }


def _paths(
    shared: Object, contract: Contract, typed: Iterable[Typed]
) -> Iterator[tuple[str, Object]]:
    """Those of the source: first what is typed, then what is the same for all."""
    ours = {path: each for path, each in shared["paths"].items() if path.startswith(PREFIX)}
    for each in typed:
        for path, methods in ours.items():
            if each.typing.takes(path):
                yield each.typing.path(path), each.typing.operations(methods)
    for path, methods in ours.items():
        if not path.startswith(TYPED) or (CONTAIN_KEY in path and _nests(contract.catalogue)):
            yield path.replace("{source}", contract.source_key), _without_source(methods)


def _without_source(methods: Object) -> Object:
    return {
        method: {
            **described,
            "parameters": [each for each in described["parameters"] if each != PARAMETER],
        }
        for method, described in methods.items()
    }


def _nests(catalogue: Catalogue) -> bool:
    """Whether a contained resource contains others: of these the paths are too many to name."""
    rows = [row for profile in catalogue.values() for row in profile.contained.values()]
    return any(catalogue[type].contained for row in rows for type in row.types)


def _tags(made: Object, typed: Iterable[Typed]) -> Iterator[Object]:
    for each in typed:
        if each.says:
            yield {"name": each.typing.tag, "description": each.says}
    used = {
        tag
        for methods in made["paths"].values()
        for operation in methods.values()
        for tag in operation["tags"]
    }
    yield from (tag for tag in made["tags"] if tag["name"] in used)
