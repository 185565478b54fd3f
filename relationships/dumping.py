"""What there is to dump of a source: which records, in which order, and its definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ingestion.exporting.dumping import Part
from ingestion.operations import Target
from ingestion.search.resources import resource_scope
from ingestion.search.scope import Scope
from profiles.contract import Contract
from profiles.exact import pretty
from profiles.models import Profile
from profiles.names import is_id
from profiles.properties import ProfileType
from relationships.contract import definitions_of
from relationships.ends import read_relationship_id
from relationships.models import RelationshipDefinition
from relationships.scope import relationship_scope

MODELS = {"profiles": Profile, "relationship-definitions": RelationshipDefinition}


class NotThere(Exception):
    """What was asked for is not there; says what is."""


def parts(contract: Contract, types: Sequence[str], after: str | None) -> list[Part]:
    """Resources before relationships, since these need both of their ends.

    `after` is `<type>/<id>`, as the line has it that was the last one. Raises `NotThere`.
    """
    scopes = list(_scopes(contract))
    known = sorted({scope.collection for scope in scopes})
    if unknown := [type for type in types if type not in known]:
        message = f"There is no {', '.join(unknown)}. There are: {', '.join(known) or 'none'}."
        raise NotThere(message)
    chosen = [scope for scope in scopes if not types or scope.collection in types]
    if after is None:
        return [Part(scope) for scope in chosen]
    type, _, id = after.partition("/")
    for index, scope in enumerate(chosen):
        if scope.collection == type and (ids := _id_parts(scope, id)):
            return [Part(scope, ids), *map(Part, chosen[index + 1 :])]
    raise NotThere(f"{after} is no <type>/<id> of what is dumped.")


def write_definitions(contract: Contract, folder: Path) -> None:
    """As files that `define` takes."""
    for name, model in MODELS.items():
        inner = folder / name
        inner.mkdir(parents=True, exist_ok=True)
        for row in model.objects.filter(source_id=contract.source_id):
            (inner / f"{row.key}.json").write_text(f"{pretty(row.body)}\n", encoding="utf-8")


def _scopes(contract: Contract) -> Iterator[Scope]:
    for key, definition in sorted(contract.catalogue.items()):
        if definition.type is ProfileType.ROOT:
            yield resource_scope(contract, key)
    for key in sorted(definition.key for definition in definitions_of(contract).all):
        yield relationship_scope(contract, key)


def _id_parts(scope: Scope, id: str) -> Sequence[str] | None:
    if scope.target is Target.RESOURCE:
        return [id] if is_id(id) else None
    from_type, to_type = (end.collection for end in scope.related.values())
    return read_relationship_id(id, from_type, to_type)
