"""Values of one property: from its type's examples and JSON Schema, and from its rules."""

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache

from hypothesis import strategies as st

from profiles.datatypes.base import DataType
from profiles.datatypes.nested import object_schema
from profiles.exact import Json, decode
from profiles.properties import Number, Property, Rule
from profiles.schema import with_types
from profiles.validator import compile_schema
from tests.datatypes import TABLE

Values = st.SearchStrategy[Json]
Chance = st.SearchStrategy[bool]
"""Decides at each place whether something is wrong there."""

NEVER: Chance = st.just(False)
SOMETIMES: Chance = st.integers(0, 6).map(lambda number: number == 6)
MOSTLY = st.integers(0, 3).map(bool)

SHORT = 300
"""Longer examples would only take time: each has its own test through every door."""

EXAMPLES: Mapping[str, list[Json]] = {
    type: [decode(text.encode()) for text in examples.valid if len(text) < SHORT]
    for type, examples in TABLE.items()
}
COUNTEREXAMPLES: Mapping[str, list[Json]] = {
    type: [decode(text.encode()) for text in examples.invalid] for type, examples in TABLE.items()
}
FOREIGN: list[Json] = [None, True, 0, "", "a", [], {}, [None], {"id": 1}, {"a": None}]

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(characters, max_size=12)
numbers = st.integers(-(10**40), 10**40) | st.integers(0, 30).flatmap(
    lambda places: st.decimals(-(10**20), 10**20, allow_nan=False, places=places)
)


@st.composite
def values(draw: st.DrawFn, prop: Property, wrong: Chance = NEVER) -> Json:
    """Values that keep all rules of the property, those of `when` as well, unless `wrong`."""
    if draw(wrong):
        return draw(unfit_values(prop))
    if prop.items is not None:
        shortest, longest = _lengths(prop, draw(wrong))
        inner = values(prop.items, wrong)
        return draw(st.lists(inner, min_size=shortest, max_size=longest))
    if "properties" in prop.type.takes:
        return draw(members(prop.parts(), wrong))
    fits = fitting(prop.type, prop.rules)
    made: Values = st.nothing()
    if prop.parts():
        made = members(prop.parts(), wrong)
    elif not _has_criteria(prop):
        made = _of_schema(prop.type)
    fit = [value for value in candidates(prop.type, prop.rules) if fits(value)]
    return draw(st.sampled_from(fit) | (made.filter(fits) if wrong is NEVER else made))


@st.composite
def members(
    draw: st.DrawFn, properties: Mapping[str, Property], wrong: Chance = NEVER
) -> dict[str, Json]:
    """JSON objects with these properties; required ones are there whatever their `when` says."""
    found = {}
    for key, prop in properties.items():
        needed = any(rule.required for rule in prop.rules)
        if draw(MOSTLY) or (needed and not draw(wrong)):
            found[key] = draw(values(prop, wrong))
    if draw(wrong):
        found[draw(st.sampled_from(["unknown", "a/b~c", "", "é"]))] = draw(st.sampled_from(FOREIGN))
    return found


def unfit_values(prop: Property) -> Values:
    """Values that the rules refuse, then those that are not of the type. A few of them may fit."""
    kinds = [FOREIGN, COUNTEREXAMPLES.get(prop.type.name, [])]
    if not prop.type.takes:
        is_typed, fits = fitting(prop.type, ()), fitting(prop.type, prop.rules)
        known = candidates(prop.type, prop.rules)
        kinds.insert(0, [each for each in known if is_typed(each) and not fits(each)])
    return st.one_of(*[st.sampled_from(kind) for kind in kinds if kind])


@lru_cache(maxsize=2_000)
def candidates(type: DataType, rules: tuple[Rule, ...]) -> list[Json]:
    """The examples of a type, and values that its rules are just kept or just broken by."""
    examples = EXAMPLES.get(type.name) or [decode(json.dumps(type.example).encode())]
    own = [type.schema()[key] for key in ("minimum", "maximum") if key in type.schema()]
    edges = [value for rule in rules for value in _edges(type, rule, examples)]
    return [*examples, *edges, *(edge for bound in own for edge in numbers_about(bound))]


@lru_cache(maxsize=2_000)
def fitting(type: DataType, rules: tuple[Rule, ...]) -> Callable[[Json], bool]:
    """Whether a value fits a type and the criteria of rules, as if every `when` were true."""
    plain = tuple(Rule(False, rule.min, rule.max, rule.enum, rule.pattern) for rule in rules)
    compiled = compile_schema(with_types(object_schema({"x": Property(type, rules=plain)})))
    return lambda value: bool(compiled.is_valid({"x": value}))


def _edges(type: DataType, rule: Rule, examples: list[Json]) -> Iterator[Json]:
    yield from rule.enum or ()
    for bound in (rule.min, rule.max):
        if bound is not None and type.is_number:
            yield from numbers_about(bound)
        elif bound is not None and type.is_text:
            lengths = range(max(int(bound) - 1, 0), int(bound) + 2)
            yield from ((text * length)[:length] for text in examples for length in lengths)


def numbers_about(bound: Number) -> Iterator[Number]:
    """The bound and its neighbours, whole ones also as `1.0`, which is read as a Decimal."""
    yield from (bound, int(bound) - 1, int(bound) + 1)
    yield from (Decimal(f"{int(bound)}.0"), Decimal(f"{int(bound)}.5"))


def _lengths(prop: Property, wrong: bool) -> tuple[int, int]:
    """The least and the greatest number of elements that the rules of an array let it have."""
    shortest = max((int(rule.min) for rule in prop.rules if rule.min is not None), default=0)
    bounds = [int(rule.max) for rule in prop.rules if rule.max is not None]
    longest = min([*bounds, shortest + 2])
    return (0, longest + 2) if wrong else (shortest, longest)


def _has_criteria(prop: Property) -> bool:
    return any(rule != Rule(rule.required, when=rule.when) for rule in prop.rules)


@cache
def _of_schema(type: DataType) -> Values:
    """What the schema of a type that has no parts describes."""
    schema = type.schema()
    kind = schema.get("type")
    if kind == "string":
        pattern = schema.get("pattern")
        return texts if pattern is None else st.from_regex(pattern, alphabet=characters)
    if kind == "integer":
        return st.integers(schema.get("minimum"), schema.get("maximum"))
    return {"number": numbers, "boolean": st.booleans()}.get(kind, st.nothing())  # type: ignore[arg-type]
