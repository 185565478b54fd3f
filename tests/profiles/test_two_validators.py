"""Random profiles and bodies: our validator finds the faults that another one finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st
from jsonschema import ValidationError
from jsonschema.validators import extend

from profiles.exact import Json
from profiles.faults import pointer
from profiles.keywords import KEYWORDS, Flaw, Keyword
from profiles.properties import Number
from profiles.schema import resource_schema
from profiles.validator import Validator, compile_schema
from tests.profiles.judging import read
from tests.profiles.test_schema import Other
from tests.strategies import BOUNDED
from tests.strategies.definitions import Definitions, catalogues
from tests.strategies.records import faulty_bodies, sound_bodies
from tests.strategies.values import numbers, numbers_about

Found = Iterator[ValidationError]


@cache
def engine(pattern: str) -> Callable[[str], bool]:
    """Our own: what `\\d` or `$` mean is not what this is about."""
    return compile_schema({"pattern": pattern}).is_valid


def judge_pattern(other: Any, pattern: str, value: Json, schema: Any) -> Found:
    if isinstance(value, str) and not engine(pattern)(value):
        yield ValidationError("Does not match.")


def judge_by(keyword: type[Keyword]) -> Callable[[Any, Any, Json, Any], Found]:
    def judge(other: Any, limit: Any, value: Json, schema: Any) -> Found:
        for flaw in keyword(schema, limit, []).iter_errors(value):
            steps, _ = Flaw.read(str(flaw))
            yield ValidationError("Is flawed.", path=steps)

    return judge


ours = {name: judge_by(keyword) for name, keyword in KEYWORDS.items()}
Taught = extend(Other, validators={"pattern": judge_pattern, **ours})
"""The other validator with our vocabulary and our regular expressions."""


def other_places(error: ValidationError) -> set[str]:
    """The places of an error. A key that is missing, or not known, is a place too."""
    place, value, schema = error.absolute_path, error.instance, error.schema
    if error.validator == "required":
        return {pointer(*place, key) for key in schema["required"] if key not in value}
    if error.validator == "additionalProperties":
        return {pointer(*place, key) for key in value if key not in schema["properties"]}
    return {pointer(*place)}


@settings(BOUNDED, max_examples=80)
@given(catalogues(), st.data())
def test_another_validator_finds_faults_at_the_same_places(
    definitions: Definitions, data: st.DataObject
) -> None:
    catalogue = read(definitions)
    schema = resource_schema("top", catalogue)
    compiled, other = Validator(schema), Taught(schema)
    for body in data.draw(st.lists(faulty_bodies("top", catalogue), min_size=4, max_size=8)):
        found = compiled.faults(body)
        note(str(found))
        errors = other.iter_errors(body)
        assert {fault.path for fault in found} == set().union(*map(other_places, errors))


@settings(BOUNDED, max_examples=50)
@given(catalogues(), st.data())
def test_what_keeps_every_rule_is_valid(definitions: Definitions, data: st.DataObject) -> None:
    catalogue = read(definitions)
    schema = resource_schema("top", catalogue)
    compiled, other = Validator(schema), Taught(schema)
    for body in data.draw(st.lists(sound_bodies("top", catalogue), min_size=2, max_size=4)):
        assert compiled.faults(body) == []
        assert list(other.iter_errors(body)) == []


@settings(BOUNDED, max_examples=300)
@given(numbers, numbers)
def test_a_number_is_on_the_side_of_a_bound_where_python_finds_it(
    bound: Number, other: Number
) -> None:
    least, most = compile_schema({"minimum": bound}), compile_schema({"maximum": bound})
    for number in (other, *numbers_about(bound)):
        assert least.is_valid(number) == (number >= bound)
        assert most.is_valid(number) == (number <= bound)
