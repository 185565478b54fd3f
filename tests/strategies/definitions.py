"""Definitions of properties and profiles, as JSON: all of them valid."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from profiles.datatypes import DATA_TYPES, DataType
from profiles.exact import Json
from profiles.properties import ELEMENT, Cardinality, Place, ProfileType
from profiles.reading import read_properties
from profiles.validator import compile_schema
from tests.strategies.conditions import conditions
from tests.strategies.values import EXAMPLES, MOSTLY

Definition = dict[str, Any]
Definitions = dict[str, Definition]

PROFILE_KEYS = ("top", "1", "middle", "leaf")
CONTAIN_KEYS = ("rows", "01", "more-rows")
PATTERNS = ("", "^", "^.*$", "[a-z]", r"\d", r"^\w+$", r"\p{L}", r"^[^\s]*$", "a|b", "^(x|xx)*$")
SYNTAX = re.compile(r"[\^$\\.*+?()\[\]{}|/]")
MOST = 3
"""How many members or elements a definition has of each kind. More would only take longer."""

property_keys = st.sampled_from(
    ["a", "b", "name", "id", "type", "data", "0", "01", "-", "use_2"]
) | st.from_regex(r"[A-Za-z-][A-Za-z0-9-]{0,5}", fullmatch=True)


@st.composite
def catalogues(draw: st.DrawFn) -> Definitions:
    """Profiles by key, each before those that it contains. Only itself may it contain as well."""
    keys = PROFILE_KEYS[: draw(st.integers(1, len(PROFILE_KEYS)))]
    return {key: draw(profiles(key, keys[index + 1 :])) for index, key in enumerate(keys)}


@st.composite
def profiles(draw: st.DrawFn, key: str = "profile", inner: Sequence[str] = ()) -> Definition:
    """A profile that may contain itself and the profiles `inner`."""
    kinds = [kind.value for kind in ProfileType if kind is ProfileType.ROOT or key != "top"]
    rows = st.dictionaries(st.sampled_from(CONTAIN_KEYS), containments(key, inner), max_size=MOST)
    body = {"properties": draw(conditional_properties()), "contained": draw(rows)}
    optional = {"type": st.sampled_from(kinds), "description": st.just("What it is.")}
    return {**draw(st.fixed_dictionaries({}, optional=optional)), **body}


@st.composite
def containments(draw: st.DrawFn, key: str, inner: Sequence[str]) -> Definition:
    """What is required is one of `inner`, so that requirements end."""
    cardinality = draw(st.sampled_from(Cardinality))
    known = [*inner] if cardinality.needs_one else [*inner, key]
    if not known:
        known, cardinality = [key], Cardinality.ANY
    types = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
    return {"types": types, "cardinality": cardinality.value}


@st.composite
def conditional_properties(draw: st.DrawFn) -> Definitions:
    """Properties of which some rules hold on conditions."""
    definitions = draw(properties(least=1))
    known = read_properties(definitions)
    for place, rule in _rules(definitions):
        if draw(st.booleans()):
            rule["when"] = draw(conditions(known, place))
    return definitions


def properties(depth: int = 2, least: int = 0) -> st.SearchStrategy[Definitions]:
    return st.dictionaries(
        property_keys, property_definitions(depth), min_size=least, max_size=MOST
    )


@st.composite
def property_definitions(draw: st.DrawFn, depth: int = 2) -> Definition:
    """A property of any type; types that nest others do so up to `depth`."""
    known = [type for type in DATA_TYPES.values() if depth or not type.takes]
    type = draw(st.sampled_from(known))
    nested = {"items": property_definitions, "properties": properties}
    definition: Definition = {
        "type": type.name,
        **{key: draw(nested[key](depth - 1)) for key in type.takes},
    }
    if draw(MOSTLY):
        definition["rules"] = draw(rules(type))
    return definition


@st.composite
def rules(draw: st.DrawFn, type: DataType) -> list[Definition]:
    """Rules that have a value in common: one of the type's examples keeps them all."""
    example = draw(st.sampled_from(EXAMPLES[type.name]))
    rule = st.fixed_dictionaries({}, optional=_criteria(type, example))
    return draw(st.lists(rule, min_size=1, max_size=2))


def _criteria(type: DataType, example: Json) -> Mapping[str, st.SearchStrategy[Any]]:
    """By name of the criterion, what an example keeps."""
    others = EXAMPLES[type.name]
    found: dict[str, st.SearchStrategy[Any]] = {"required": st.booleans()}
    if type.bounds is not None:
        measures = [len(other) if type.bounds.counts else other for other in others]
        measure = len(example) if type.bounds.counts else example
        found["min"] = st.sampled_from([bound for bound in measures if bound <= measure])
        found["max"] = st.sampled_from([bound for bound in measures if bound >= measure])
    if "enum" in type.criteria:
        some = st.lists(st.sampled_from(others), max_size=MOST)
        found["enum"] = st.tuples(some, some).map(lambda sides: [*sides[0], example, *sides[1]])
    if "pattern" in type.criteria:
        found["pattern"] = st.sampled_from(list(_patterns(example)))
    return {criterion: found[criterion] for criterion in sorted(type.criteria)}


def _patterns(text: str) -> Iterator[str]:
    """Patterns that `text` matches."""
    yield from (each for each in PATTERNS if compile_schema({"pattern": each}).is_valid(text))
    start, end = (SYNTAX.sub(r"\\\g<0>", part) for part in (text[:3], text[-2:]))
    yield from (f"^{start}", f"{end}$", f"^{start}|{end}")


def _rules(definitions: Definitions, place: Place = ()) -> Iterator[tuple[Place, Definition]]:
    """Every rule, with the place of its property."""
    for key, definition in definitions.items():
        yield from _rules_of(definition, (*place, key))


def _rules_of(definition: Definition, place: Place) -> Iterator[tuple[Place, Definition]]:
    for rule in definition.get("rules", ()):
        yield place, rule
    if "items" in definition:
        yield from _rules_of(definition["items"], (*place, ELEMENT))
    yield from _rules(definition.get("properties", {}), place)
