"""What no schema of definitions can tell: whether their parts fit each other and the catalogue."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from profiles.conditions import PRESENT, anchor_of, text_pattern
from profiles.definition_schema import profile_validator
from profiles.exact import Json
from profiles.faults import Fault, faulty, pointer
from profiles.properties import (
    ELEMENT,
    Condition,
    Containment,
    Place,
    ProfileDefinition,
    Property,
    places,
)
from profiles.reading import read_profile
from profiles.schema import MAX_DEPTH, Catalogue
from profiles.validator import Validator, pattern_problem

_compiled_profile_validator: Callable[[], Validator] = cache(profile_validator)


def profile_form_faults(body: Json) -> list[Fault]:
    """The faults of a body that show without a look at other definitions."""
    return _compiled_profile_validator().faults(body)


def check_profile(key: str, body: Json, catalogue: Catalogue) -> ProfileDefinition:
    """The definition that `body` is, beside the other profiles of its source.

    Raises `Refused` with every fault; their paths lead into `body`.
    """
    faults = profile_form_faults(body)
    if isinstance(body, dict):
        sound = read_profile(_sound_parts(body, faults))
        faults += condition_faults(body.get("properties"), sound.properties)
        faults += containment_faults(key, sound, catalogue)
    if faults:
        raise faulty("profile", faults)
    return sound


def sound_members(members: Json, place: str, faults: Iterable[Fault]) -> dict[str, Json]:
    """Those members of the object at `place` in which no fault was found."""
    unsound = {fault.path for fault in faults}
    if not isinstance(members, dict) or place in unsound:
        return {}
    return {
        key: member
        for key, member in members.items()
        if not any(
            path == f"{place}{pointer(key)}" or path.startswith(f"{place}{pointer(key)}/")
            for path in unsound
        )
    }


def _sound_parts(body: Mapping[str, Json], faults: Iterable[Fault]) -> dict[str, Json]:
    return {
        part: sound_members(body.get(part), f"/{part}", faults)
        for part in ("properties", "contained")
    } | sound_members({key: body[key] for key in body.keys() & {"type", "description"}}, "", faults)


def condition_faults(members: Json, sound: Mapping[str, Property]) -> Iterator[Fault]:
    """The faults of `when` in the properties whose form is sound.

    A condition on a property whose form is not sound is left alone: it is judged once that is
    mended.
    """
    unsound = members.keys() - sound.keys() if isinstance(members, dict) else frozenset()
    for place, prop in places(sound):
        for index, rule in enumerate(prop.rules):
            if rule.when is not None and rule.when.path[0].key not in unsound:
                yield from _when_faults(sound, place, rule.when, index)


def _when_faults(
    properties: Mapping[str, Property], place: Place, when: Condition, index: int
) -> Iterator[Fault]:
    path = _json_path(place) + pointer("rules", index, "when", when.operator)
    anchor = anchor_of(when.path)
    if place[: len(anchor)] != anchor:
        message = "[current] must name an array that encloses the rule."
        yield Fault(path, "when", message)
        return
    target = _condition_target(properties, when)
    if target is None:
        yield Fault(path, "when", "Names a property that the profile does not have.")
    elif not _operand_fits(target, when):
        message = f"Cannot compare {target.type.expectation} in this way."
        yield Fault(path, "when", message, expected=target.type.name)
    elif isinstance(when.operand, str) and pattern_problem(text_pattern(when.operand)):
        yield Fault(path, "when", "Is too long, or has too many *, to compare text with.")


def _json_path(place: Place) -> str:
    """Where a place stands in the JSON of the definition: `a[].b` is `/properties/a/items/…`."""
    steps: list[str] = []
    for step in place:
        steps += ["items"] if step == ELEMENT else ["properties", step]
    return pointer(*steps)


def _condition_target(properties: Mapping[str, Property], when: Condition) -> Property | None:
    """The property that a condition compares. Arrays on the way are passed through."""
    target: Property | None = None
    parts = properties
    for step in when.path:
        target = parts.get(step.key)
        if target is None or (step.current and target.items is None):
            return None
        inner = target
        while inner.items is not None:
            inner = inner.items
        parts = inner.parts()
    return target


def _operand_fits(target: Property, when: Condition) -> bool:
    if when.operator == "eq" and when.operand == PRESENT:
        return True
    while target.items is not None:
        target = target.items
    if when.operator != "eq" and not target.type.is_number:
        return False
    return target.type.compares_with(when.operand)


def containment_faults(
    key: str, definition: ProfileDefinition, catalogue: Catalogue
) -> Iterator[Fault]:
    """Contained types that do not exist, and required ones that could never end."""
    known = {**catalogue, key: definition}
    for contain_key, row in definition.contained.items():
        place = ("contained", contain_key, "types")
        for index, type in enumerate(row.types):
            if type not in known:
                message = "There is no such profile."
                yield Fault(pointer(*place, index), "exists", message)
    least = _least_depths(known)
    for contain_key, row in definition.contained.items():
        is_known = all(type in known for type in row.types)
        if row.cardinality.needs_one and is_known and not _fits(row, least, MAX_DEPTH):
            message = f"Requires contained resources without end, or more than {MAX_DEPTH} deep."
            yield Fault(pointer("contained", contain_key), "cycle", message)
    for other in sorted(_contain(key, catalogue) - {key}):
        if other not in least:
            message = f"Makes {other} require contained resources more than {MAX_DEPTH} deep."
            yield Fault("/contained", "cycle", message)


def _contain(key: str, catalogue: Catalogue) -> set[str]:
    """The profiles that may contain the profile `key`, directly or not."""
    found: set[str] = set()
    waiting = {key}
    while waiting:
        wanted = waiting.pop()
        new = {
            other
            for other, definition in catalogue.items()
            if any(wanted in row.types for row in definition.contained.values())
        }
        waiting |= new - found
        found |= new
    return found


def _fits(row: Containment, least: Mapping[str, int], depth: int) -> bool:
    """Whether a resource that goes no deeper than `depth` may stand in a row."""
    return any(least.get(type, depth + 1) <= depth for type in row.types)


def _least_depths(catalogue: Catalogue) -> dict[str, int]:
    """How deep a resource of each profile is at least; itself is 1. Too deep ones are missing."""
    least: dict[str, int] = {}
    for depth in range(1, MAX_DEPTH + 2):
        least |= {
            key: depth
            for key, definition in catalogue.items()
            if key not in least
            and all(
                _fits(row, least, depth - 1)
                for row in definition.contained.values()
                if row.cardinality.needs_one
            )
        }
    return least
