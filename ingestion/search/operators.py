"""The operators of `browse` and `query`, as conditions: `{"and": [{"eq": {"name": "Jo*"}}, …]}`.

Their names and meanings are those of the hosted product (api-facts, *Operators*).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q

from ingestion.filters.conditions import (
    Circle,
    IsNotTrue,
    Words,
    contains,
    has_each,
    has_words,
    is_at_least,
    is_at_most,
    is_like,
    is_near,
    is_one_of,
    is_text,
    is_there,
)
from ingestion.search.scope import Scope
from profiles.conditions import PRESENT
from profiles.datatypes.base import Lookup, Scale
from profiles.exact import Json, is_number
from profiles.faults import Fault, pointer
from profiles.paths import Path, find_path
from profiles.values import value_faults

MOST_CONDITIONS = 100
MOST_DEPTH = 10
MOST_VALUES = 100
MOST_TEXT = 1_000
SHOWN_PATHS = 20
WILDCARD = "*"


@dataclass(frozen=True, slots=True)
class Meant:
    """What a filter amounts to."""

    condition: Q
    is_answered: bool = False
    """Some index tells which rows it leaves."""
    bounds: Sequence[tuple[str, Q]] = ()
    """By the path of a property, what holds of it in any case: where a list by it begins and ends.
    """


NOTHING = Meant(Q())


@dataclass
class FilterReader:
    """Reads the filters of one body. `faults` are all that was found, by their place in it."""

    scope: Scope
    faults: list[Fault] = field(default_factory=list)
    conditions: int = 0

    def read(self, body: Json, place: str, depth: int = 1) -> Meant:
        """What a filter means; without use once there are faults."""
        self.conditions += 1
        if depth > MOST_DEPTH or self.conditions > MOST_CONDITIONS:
            message = f"Filters hold {MOST_CONDITIONS} at most, {MOST_DEPTH} deep."
            return self._fault(place, "range", message)
        if not isinstance(body, dict) or len(body) != 1 or not body.keys() <= {*OPERATORS}:
            message = f"Must be an object with one of: {', '.join(OPERATORS)}."
            return self._fault(place, "type", message, list(OPERATORS))
        ((operator, operand),) = body.items()
        return OPERATORS[operator](self, operand, place + pointer(operator), depth)

    def all_of(self, operand: Json, place: str, depth: int) -> Meant:
        found = self._several(operand, place, depth)
        if not found:
            return NOTHING
        condition = reduce(and_, (each.condition for each in found))
        bounds = [bound for each in found for bound in each.bounds]
        return Meant(condition, any(each.is_answered for each in found), bounds)

    def one_of(self, operand: Json, place: str, depth: int) -> Meant:
        found = self._several(operand, place, depth)
        if not found:
            return NOTHING
        condition = reduce(or_, (each.condition for each in found))
        return Meant(condition, all(each.is_answered for each in found))

    def none_of(self, operand: Json, place: str, depth: int) -> Meant:
        """Holds also where there is nothing to compare."""
        return Meant(Q(IsNotTrue(self.read(operand, place, depth + 1).condition)))

    def equal(self, operand: Json, place: str, depth: int) -> Meant:
        """Of text without regard to case, and with `*` in part; `*` alone is for what is there."""
        found = self._at(operand, place)
        if found is None:
            return NOTHING
        path, value, place = found
        if value == PRESENT:
            return Meant(is_there(path))
        if path.element.prop.type.scale is not Scale.TEXT or not isinstance(value, str):
            if Lookup.EQUAL not in path.lookups:
                return self._does_not_fit(path, place)
            return self._typed([value], path, place) or Meant(Q(contains(path, value)), True)
        if len(value) > MOST_TEXT or value.startswith(WILDCARD):
            message = f"Must be text of {MOST_TEXT} characters at most, and not begin with *."
            return self._fault(place, "pattern", message)
        hint = "For exact equality, which needs none, use any."
        condition = is_like if WILDCARD in value else is_text
        return self._indexed(path, place, hint) or Meant(condition(path, value), True)

    def at_least(self, operand: Json, place: str, depth: int) -> Meant:
        return self._ordered(operand, place, is_at_least)

    def at_most(self, operand: Json, place: str, depth: int) -> Meant:
        return self._ordered(operand, place, is_at_most)

    def any_value(self, operand: Json, place: str, depth: int) -> Meant:
        return self._values(operand, place, is_one_of)

    def every_value(self, operand: Json, place: str, depth: int) -> Meant:
        return self._values(operand, place, has_each)

    def match(self, operand: Json, place: str, depth: int) -> Meant:
        found = self._at(operand, place)
        if found is None:
            return NOTHING
        path, asked, place = found
        kinds = [how.value for how in Words]
        members = asked if isinstance(asked, dict) else {}
        text, how = members.get("value"), members.get("type", kinds[0])
        is_known = how in kinds and members.keys() <= {"value", "type"}
        if not is_known or not isinstance(text, str) or not _has_word(text):
            message = f"Must be {{value, type}}: text with a word, and one of {', '.join(kinds)}."
            return self._fault(place, "type", message, kinds)
        if path.element.prop.type.scale is not Scale.TEXT:
            return self._does_not_fit(path, place)
        return self._indexed(path, place) or Meant(has_words([path], text, Words(how)), True)

    def distance(self, operand: Json, place: str, depth: int) -> Meant:
        found = self._at(operand, place)
        if found is None:
            return NOTHING
        path, asked, place = found
        circle = _circle(asked)
        if circle is None:
            message = "Must be {radius, coordinates: {longitude, latitude}}, in metres and degrees."
            return self._fault(place, "type", message)
        if Lookup.NEAR not in path.lookups:
            return self._does_not_fit(path, place)
        return self._indexed(path, place) or Meant(is_near(path, circle), True)

    def _ordered(self, operand: Json, place: str, condition: Callable[[Path, Json], Q]) -> Meant:
        found = self._at(operand, place)
        if found is None:
            return NOTHING
        path, value, place = found
        if Lookup.AT_LEAST not in path.lookups:
            return self._does_not_fit(path, place)
        problem = self._typed([value], path, place) or self._indexed(path, place)
        if problem:
            return problem
        holds = condition(path, value)
        return Meant(holds, True, [(path.text, holds)])

    def _values(
        self, operand: Json, place: str, condition: Callable[[Path, list[Json]], Q]
    ) -> Meant:
        found = self._at(operand, place)
        if found is None:
            return NOTHING
        path, values, place = found
        if not isinstance(values, list) or not 1 <= len(values) <= MOST_VALUES:
            return self._fault(place, "type", f"Must be a list of 1 to {MOST_VALUES} values.")
        if Lookup.EQUAL not in path.lookups:
            return self._does_not_fit(path, place)
        return self._typed(values, path, place) or Meant(condition(path, values), True)

    def _several(self, operand: Json, place: str, depth: int) -> list[Meant]:
        if not isinstance(operand, list) or not operand:
            self._fault(place, "type", "Must be a list of filters.")
            return []
        return [
            self.read(part, place + pointer(index), depth + 1) for index, part in enumerate(operand)
        ]

    def _at(self, operand: Json, place: str) -> tuple[Path, Json, str] | None:
        """The property that an operator is about, what it is compared with, and where that is."""
        if not isinstance(operand, dict) or len(operand) != 1:
            self._fault(place, "type", "Must be an object with the path of one property.")
            return None
        ((text, value),) = operand.items()
        path = find_path(self.scope.properties, text)
        place += pointer(text)
        if path is None:
            there = list(self.scope.properties)[:SHOWN_PATHS]
            message = f"Is no property of {self.scope.collection}."
            self._fault(place, "exists", message, there)
            return None
        return path, value, place

    def _typed(self, values: list[Json], path: Path, place: str) -> Meant | None:
        type = path.element.prop.type
        faults = [fault for value in values for fault in value_faults(type, value)]
        if not faults:
            return None
        return self._fault(place, faults[0].rule, faults[0].message, faults[0].expected)

    def _indexed(self, path: Path, place: str, hint: str = "") -> Meant | None:
        problem = self.scope.lacking(path.text)
        if problem is None:
            return None
        return self._fault(place, "index", f"{problem} {hint}".strip())

    def _does_not_fit(self, path: Path, place: str) -> Meant:
        return self._fault(
            place, "type", f"Cannot compare {path.element.prop.type.expectation} so."
        )

    def _fault(self, place: str, rule: str, message: str, expected: object = None) -> Meant:
        self.faults.append(Fault(place, rule, message, expected))
        return NOTHING


def _has_word(text: str) -> bool:
    return len(text) <= MOST_TEXT and any(map(str.isalnum, text))


Reading = Callable[[FilterReader, Json, str, int], Meant]

OPERATORS: Mapping[str, Reading] = {
    "and": FilterReader.all_of,
    "or": FilterReader.one_of,
    "not": FilterReader.none_of,
    "eq": FilterReader.equal,
    "gt": FilterReader.at_least,
    "lt": FilterReader.at_most,
    "any": FilterReader.any_value,
    "all": FilterReader.every_value,
    "match": FilterReader.match,
    "geoDistance": FilterReader.distance,
}


def _circle(asked: Json) -> Circle | None:
    if not isinstance(asked, dict) or asked.keys() != {"radius", "coordinates"}:
        return None
    at = asked["coordinates"]
    if not isinstance(at, dict) or at.keys() != {"longitude", "latitude"}:
        return None
    numbers: list[Any] = [at["latitude"], at["longitude"], asked["radius"]]
    return Circle.on_earth(*numbers) if all(map(is_number, numbers)) else None
