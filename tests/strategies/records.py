"""Bodies of resources: `data` and `contained` of a given profile, valid or with faults."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from profiles.exact import Json
from profiles.properties import Containment, ProfileDefinition, Property
from profiles.schema import Catalogue, resource_schema
from profiles.validator import Validator
from tests.strategies.values import FOREIGN, NEVER, SOMETIMES, Chance, members

ENOUGH = 2
"""How deep contained resources go that nothing requires."""

ids = st.sampled_from(["a", "b", "-", "0", "A_1", "i" * 93])


def sound_bodies(key: str, catalogue: Catalogue) -> st.SearchStrategy[dict[str, Json]]:
    """Bodies that keep every rule, whatever the conditions say. All are valid."""
    return bodies(key, catalogue)


def valid_bodies(key: str, catalogue: Catalogue) -> st.SearchStrategy[dict[str, Json]]:
    """Bodies that keep the rules whose conditions hold, and may break the others."""
    validator = Validator(resource_schema(key, catalogue))
    lenient = bodies(key, {name: _unconditional(each) for name, each in catalogue.items()})
    return sound_bodies(key, catalogue) | lenient.filter(lambda body: not validator.faults(body))


def faulty_bodies(key: str, catalogue: Catalogue) -> st.SearchStrategy[dict[str, Json]]:
    """Bodies with a fault here and there. Some have none."""
    return bodies(key, catalogue, SOMETIMES)


@st.composite
def bodies(
    draw: st.DrawFn, key: str, catalogue: Catalogue, wrong: Chance = NEVER, depth: int = 0
) -> dict[str, Json]:
    """Bodies that keep every rule, also those of conditions that are false, unless `wrong`."""
    definition = catalogue[key]
    body: dict[str, Any] = {"data": draw(members(definition.properties, wrong))}
    contained = {
        contain_key: draw(rows(row, key, catalogue, wrong, depth + 1))
        for contain_key, row in definition.contained.items()
        if row.cardinality.needs_one or (depth < ENOUGH and draw(st.booleans()))
    }
    if draw(st.booleans()) or contained:
        body["contained"] = contained
    if draw(wrong):
        member = draw(st.sampled_from(["data", "contained", "meta"]))
        body[member] = draw(st.sampled_from(FOREIGN))
    return body


@st.composite
def rows(
    draw: st.DrawFn,
    containment: Containment,
    parent: str,
    catalogue: Catalogue,
    wrong: Chance,
    depth: int,
) -> Json:
    """What stands under a contain key of the profile `parent`."""
    if draw(wrong):
        return draw(st.sampled_from(FOREIGN))
    cardinality = containment.cardinality
    most = draw(st.integers(1, 3)) if draw(wrong) or not cardinality.allows_one_only else 1
    least = 1 if cardinality.needs_one and not draw(wrong) else 0
    given = draw(st.lists(st.none() | ids, min_size=least, max_size=most, unique=True))
    if draw(wrong):
        given += given
    others = [key for key in containment.types if key != parent]
    types = others if others and depth >= ENOUGH else [*containment.types]
    return [draw(contained_resources(types, id, catalogue, wrong, depth)) for id in given]


@st.composite
def contained_resources(
    draw: st.DrawFn,
    types: list[str],
    id: str | None,
    catalogue: Catalogue,
    wrong: Chance,
    depth: int,
) -> dict[str, Json]:
    key = draw(st.sampled_from(types))
    row = {"type": key, **draw(bodies(key, catalogue, wrong, depth))}
    if id is not None:
        row["id"] = id
    if draw(wrong):
        row["id"] = draw(st.sampled_from([*FOREIGN, "_", "a b", "a\n", "a/b", "@rootId/rows/a"]))
    if draw(wrong):
        row["type"] = draw(st.sampled_from([*FOREIGN, *catalogue]))
    if draw(wrong):
        del row[draw(st.sampled_from(sorted(row)))]
    return row


def _unconditional(definition: ProfileDefinition) -> ProfileDefinition:
    """The definition without the rules that have a `when`."""
    properties = {key: _without_when(prop) for key, prop in definition.properties.items()}
    return replace(definition, properties=properties)


def _without_when(prop: Property) -> Property:
    return replace(
        prop,
        rules=tuple(rule for rule in prop.rules if rule.when is None),
        items=None if prop.items is None else _without_when(prop.items),
        properties={key: _without_when(part) for key, part in prop.properties.items()},
    )
