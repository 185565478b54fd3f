"""What a relationship definition would leave behind: relationships, and resources at its ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingestion.conformity.checks import NEVER
from ingestion.sql import run
from ingestion.walking import are_few, are_few_resources, walked
from profiles.exact import Document, Json
from profiles.faults import pointer
from profiles.nonconformity import EXAMPLES, Tally, findings
from profiles.planning import Planned
from relationships.contract import CompiledDefinition, Side, definitions_of
from relationships.ends import Ends, relationship_id
from relationships.missing import SIDES, SideName
from relationships.models import RelationshipDefinitionVersion

LINKS = "relationships_relationship"
NONE = 0
"""The row id of a definition that is not there yet."""


class RelationshipPlanner:
    def are_few(self, planned: Planned) -> bool:
        definition = _definition(planned)
        profiles = planned.contract.profiles
        ends = {profiles[side.profile_key].id for _, side in _sides(definition)}
        source_id = planned.contract.source_id
        condition = "source_id = %s AND definition_id = %s"
        return are_few(LINKS, condition, [source_id, definition.id]) and are_few_resources(
            source_id, ends
        )

    def find(self, planned: Planned) -> Mapping[str, Json]:
        definition = _definition(planned)
        ends = [end for name, side in _sides(definition) for end in _ends(planned, name, side)]
        return {**findings([_tally(planned, definition)]), "ends": ends}


def _definition(planned: Planned) -> CompiledDefinition:
    """As it is planned, with the row id of the one that there is."""
    there = definitions_of(planned.contract)
    id = there.get(planned.key).id if planned.key in there else NONE
    return CompiledDefinition.read(id, planned.key, planned.body)


def _sides(definition: CompiledDefinition) -> Iterator[tuple[SideName, Side]]:
    yield from zip(SIDES, (definition.from_side, definition.to_side), strict=True)


def _tally(planned: Planned, definition: CompiledDefinition) -> Tally:
    tally, types = Tally(definition.key), [side.profile_key for _, side in _sides(definition)]
    rows = walked(
        f"""
        SELECT from_public_id, to_public_id,
               CASE WHEN contract_version < %s THEN '{{"data":' || data::text || '}}' END
        FROM {LINKS} WHERE source_id = %s AND definition_id = %s
        ORDER BY from_public_id, to_public_id
        """,
        [_since(planned, definition), planned.contract.source_id, definition.id],
    )
    for from_id, to_id, text in rows:
        value = None if text is None else Document.read(text).value
        faults = [] if text is None else definition.validator.faults(value)
        tally.add(relationship_id(types[0], types[1], Ends(from_id, to_id)), value, faults)
    return tally


def _since(planned: Planned, definition: CompiledDefinition) -> int:
    """Where the plan changes no property, what was judged since the last change still fits."""
    there = definitions_of(planned.contract)
    if planned.key not in there:
        return NEVER
    if there.get(planned.key).validator.schema != definition.validator.schema:
        return NEVER
    versions = RelationshipDefinitionVersion.objects.filter(
        definition_id=definition.id, contract_version__lte=planned.contract.version
    )
    return int(versions.latest("contract_version").contract_version)


def _ends(planned: Planned, name: SideName, side: Side) -> Iterator[Mapping[str, Json]]:
    """How many resources of a side have more partners than they may, or none."""
    if side.cardinality.allows_one_only:
        yield from _counted(name, side, "cardinality", *_with_several(planned, name))
    if side.cardinality.needs_one:
        yield from _counted(name, side, "missing", *_without_any(planned, name, side))


def _with_several(planned: Planned, name: SideName) -> tuple[int, list[str]]:
    return _count(
        f"""
        SELECT {name}_public_id AS id FROM {LINKS} WHERE source_id = %s AND definition_id = %s
        GROUP BY {name}_public_id HAVING count(*) > 1
        """,
        [planned.contract.source_id, _definition(planned).id],
    )


def _without_any(planned: Planned, name: SideName, side: Side) -> tuple[int, list[str]]:
    """EXCEPT reads each of both once, whatever the statistics say; a join may not."""
    source_id = planned.contract.source_id
    profile_id = planned.contract.profiles[side.profile_key].id
    return _count(
        f"""
        SELECT public_id AS id FROM ingestion_resource WHERE source_id = %s AND profile_id = %s
        EXCEPT
        SELECT {name}_public_id FROM {LINKS} WHERE source_id = %s AND definition_id = %s
        """,
        [source_id, profile_id, source_id, _definition(planned).id],
    )


def _count(sql: str, parameters: list[Any]) -> tuple[int, list[str]]:
    ((count, examples),) = run(
        f"""
        WITH found AS MATERIALIZED ({sql})
        SELECT (SELECT count(*) FROM found), array(SELECT id FROM found ORDER BY id LIMIT %s)
        """,
        [*parameters, EXAMPLES],
    )
    return int(count), examples


def _counted(
    name: SideName, side: Side, rule: str, count: int, examples: list[str]
) -> Iterator[Mapping[str, Json]]:
    if count:
        yield {
            "side": name,
            "type": side.profile_key,
            "path": pointer(name, "includeCardinality"),
            "rule": rule,
            "expected": side.cardinality.value,
            "count": count,
            "examples": examples,
        }
