"""How relationship definitions are checked, saved and retired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from ingestion.indexes.profiles import follow
from ingestion.operations import Target
from profiles.consistency import condition_faults, sound_members
from profiles.contract import CompiledProfile, Contract
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.definition_schema import CARDINALITY, PROPERTIES, TEXT, definition_validator
from profiles.definitions import Definitions
from profiles.exact import Json
from profiles.faults import ErrorType, Fault, faulty, pointer
from profiles.models import Profile
from profiles.names import is_key, misnamed
from profiles.properties import ProfileType
from profiles.reading import read_properties
from profiles.validator import Validator
from relationships.contract import CompiledDefinition, Side
from relationships.models import (
    Relationship,
    RelationshipDefinition,
    RelationshipDefinitionVersion,
)

SIDES = ("from", "to")


class RelationshipDefinitions(Definitions[RelationshipDefinition]):
    what = "relationship definition"
    model = RelationshipDefinition
    version_model = RelationshipDefinitionVersion

    def columns(
        self,
        contract: Contract,
        key: str,
        body: Json,
        current: RelationshipDefinition | None,
        is_plan: bool = False,
    ) -> Mapping[str, Any]:
        faults = _form_faults(body)
        named = _sound_names(body, faults)
        is_whole = not faults
        faults += [*_end_faults(contract, named), *_include_key_faults(contract, key, named)]
        if is_whole and current is not None:
            changed = CompiledDefinition.read(0, key, body)
            faults += _moved_faults(changed, current)
            faults += () if is_plan else _tightened_faults(changed, current)
        if faults:
            raise faulty(self.what, faults)
        return {
            f"{side}_profile_id": contract.profiles[body[side]["profileKey"]].id for side in SIDES
        }

    def form_faults(self, body: Json) -> list[Fault]:
        return relationship_definition_validator().faults(body)

    def put_into_effect(self, definition: RelationshipDefinition) -> None:
        """Fill the columns in which the database keeps "at most one"."""
        compiled = CompiledDefinition.read(definition.pk, definition.key, definition.body)
        sides = (compiled.from_side, compiled.to_side)
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE relationships_relationship
                SET from_single = CASE WHEN %s THEN from_resource_id END,
                    to_single = CASE WHEN %s THEN to_resource_id END
                WHERE source_id = %s AND definition_id = %s
                  AND ((from_single IS NOT NULL) <> %s OR (to_single IS NOT NULL) <> %s)
                """,
                [
                    *(side.cardinality.allows_one_only for side in sides),
                    definition.source_id,
                    definition.pk,
                    *(side.cardinality.allows_one_only for side in sides),
                ],
            )


relationship_definitions = RelationshipDefinitions()


def follow_definition(definition: RelationshipDefinition) -> None:
    """Have the indexes that a saved or retired definition asks for."""
    is_there = definition.retired_at is None
    properties = read_properties(definition.body.get("properties", {})) if is_there else {}
    follow(Target.RELATIONSHIP, definition, properties)


def include_keys(profile: Profile) -> Iterator[str]:
    """The keys under which a profile's resources see their relationships."""
    for definition in RelationshipDefinition.objects.filter(source_id=profile.source_id):
        for side in SIDES:
            if definition.body[side]["profileKey"] == profile.key:
                yield definition.body[side]["includeKey"]


@cache
def relationship_definition_validator() -> Validator:
    side: Schema = {
        **closed_object(
            {
                "profileKey": TEXT,
                "includeKey": TEXT,
                "includeCardinality": CARDINALITY,
                "cardinality": CARDINALITY,
            },
            ["profileKey", "includeKey"],
        ),
        "if": {"not": {"required": ["cardinality"]}},
        "then": {"required": ["includeCardinality"]},
    }
    members = {"from": side, "to": side, "description": TEXT, "properties": PROPERTIES}
    return definition_validator(members, ["from", "to"])


def _form_faults(body: Json) -> list[Fault]:
    faults = relationship_definition_validator().faults(body)
    if not isinstance(body, dict):
        return faults
    members = body.get("properties")
    sound = read_properties(sound_members(members, "/properties", faults))
    faults += condition_faults(members, sound)
    for side in SIDES:
        ends = body.get(side)
        if isinstance(ends, dict):
            faults += [fault.under(pointer(side)) for fault in _side_faults(ends)]
    return faults


def _side_faults(side: Mapping[str, Json]) -> Iterator[Fault]:
    include_key = side.get("includeKey")
    if isinstance(include_key, str) and not is_key(include_key):
        yield Fault("/includeKey", "name", misnamed("an includeKey"))
    if (
        "includeCardinality" in side
        and side.get("cardinality", side["includeCardinality"]) != (side["includeCardinality"])
    ):
        message = "Is another word for includeCardinality, and must agree with it."
        yield Fault("/cardinality", "place", message)


class Named(NamedTuple):
    """What a side names: a profile, and how its resources see the others. None is a faulty name."""

    profile_key: str | None
    include_key: str | None


def _sound_names(body: Json, faults: Iterable[Fault]) -> Mapping[str, Named]:
    """What the sides name, so that a fault elsewhere does not hide a wrong one."""
    sound = {
        side: sound_members(body.get(side), pointer(side), faults) if isinstance(body, dict) else {}
        for side in SIDES
    }
    return {
        side: Named(names.get("profileKey"), names.get("includeKey"))
        for side, names in sound.items()
    }


def _sides(definition: CompiledDefinition) -> Iterable[tuple[str, Side]]:
    return (("from", definition.from_side), ("to", definition.to_side))


def _end_faults(contract: Contract, named: Mapping[str, Named]) -> Iterator[Fault]:
    for name, side in named.items():
        if side.profile_key is None:
            continue
        profile: CompiledProfile | None = contract.profiles.get(side.profile_key)
        path = pointer(name, "profileKey")
        if profile is None:
            yield Fault(path, "exists", "There is no such profile.")
        elif profile.definition.type is not ProfileType.ROOT:
            message = "Must be a ROOT profile: others have no resources of their own."
            yield Fault(path, "type", message, expected=ProfileType.ROOT.value)


def _include_key_faults(
    contract: Contract, key: str, named: Mapping[str, Named]
) -> Iterator[Fault]:
    """A key names one thing from one profile: a contained list or the partners of one side."""
    rows = RelationshipDefinition.objects.filter(source_id=contract.source_id)
    others = rows.exclude(key=key).values_list("body", flat=True)
    taken = {
        (side["profileKey"], side["includeKey"])
        for body in others
        for side in (body["from"], body["to"])
    }
    for name, side in named.items():
        if side.profile_key is None or side.include_key is None:
            continue
        profile = contract.profiles.get(side.profile_key)
        contained = profile.definition.contained if profile else {}
        if side in taken or side.include_key in contained:
            message = "Is used already by this profile."
            yield Fault(pointer(name, "includeKey"), "unique", message)
        taken.add((side.profile_key, side.include_key))


def _moved_faults(
    definition: CompiledDefinition, current: RelationshipDefinition
) -> Iterator[Fault]:
    """Relationships stay between the profiles that they were made for."""
    links = Relationship.objects.filter(source_id=current.source_id, definition=current)
    for name, side, old in _changed_sides(definition, current):
        if side.profile_key != old.profile_key and links.exists():
            message = "Cannot change while there are relationships."
            yield _forbidden(pointer(name, "profileKey"), "unused", message, old.profile_key)


def _tightened_faults(
    definition: CompiledDefinition, current: RelationshipDefinition
) -> Iterator[Fault]:
    """Each resource keeps the partners that it has."""
    for name, side, old in _changed_sides(definition, current):
        is_tighter = side.cardinality.allows_one_only and not old.cardinality.allows_one_only
        if is_tighter and (count := _resources_with_several(current, name)):
            have = "resource has" if count == 1 else "resources have"
            message = f"{count} {side.profile_key} {have} more than one partner."
            yield _forbidden(pointer(name, "includeCardinality"), "cardinality", message, None)


def _changed_sides(
    definition: CompiledDefinition, current: RelationshipDefinition
) -> Iterator[tuple[str, Side, Side]]:
    """Each side by its name, as it would be and as it is."""
    former = CompiledDefinition.read(current.pk, current.key, current.body)
    for (name, side), (_, old) in zip(_sides(definition), _sides(former), strict=True):
        yield name, side, old


def _forbidden(path: str, rule: str, message: str, expected: str | None) -> Fault:
    return Fault(path, rule, message, expected, type=ErrorType.FAILED_PRECONDITION)


def _resources_with_several(definition: RelationshipDefinition, side: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*) FROM (
                SELECT FROM relationships_relationship
                WHERE source_id = %s AND definition_id = %s
                GROUP BY {side}_resource_id HAVING count(*) > 1
            ) AS several
            """,
            [definition.source_id, definition.pk],
        )
        (count,) = cursor.fetchone()
    return int(count)
