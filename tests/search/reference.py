"""What filters mean, slowly and obviously: in Python, and by no function of the search."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from profiles.datatypes.base import Scale

RADIUS = 6_371_008.8
ROUNDING = 1e-6
"""In metres: the cosine of 90 degrees is not quite 0 in radians, so that poles are no points."""
WORD = re.compile("[a-z0-9éüß]+")
CUT_WORD = 64
CUT_TEXT = 256
NANOSECOND = Fraction(1, 10**9)
Bounds = tuple[Any, Any]


def found_at(record: Any, path: str) -> Iterator[Any]:
    """What a path leads to; through arrays, in each element."""
    return _found_at(record, path.split("."))


def _found_at(value: Any, keys: list[str]) -> Iterator[Any]:
    if keys and isinstance(value, list):
        for element in value:
            yield from _found_at(element, keys)
    elif not keys:
        yield value
    elif isinstance(value, dict) and keys[0] in value:
        yield from _found_at(value[keys[0]], keys[1:])


def is_there(record: Any, path: str) -> bool:
    return any(True for _ in found_at(record, path))


def leaves(record: Any, path: str) -> list[Any]:
    """The single values there, however many arrays they stand in."""
    found = list(found_at(record, path))
    while any(isinstance(value, list) for value in found):
        found = [
            inner for value in found for inner in (value if isinstance(value, list) else [value])
        ]
    return found


def same(one: Any, other: Any) -> bool:
    numbers = (int, Decimal)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    both = isinstance(one, numbers) and isinstance(other, numbers)
    return (both or type(one) is type(other)) and one == other


def bounds(value: Any, scale: Scale) -> Bounds:
    """The least and the greatest that a value may mean."""
    if scale is Scale.NUMBER:
        return Fraction(value), Fraction(value)
    if "T" in value:
        day, _, rest = value.partition("T")
        time, offset = re.fullmatch(r"(.*?)(Z|[+-]..:..)", rest).groups()  # type: ignore[union-attr]
        away = 0 if offset == "Z" else int(offset[1:3]) * 60 + int(offset[4:])
        sign = -1 if offset[0] == "-" else 1
        at = _first_of(day) + _seconds(time) - sign * away * 60
        return at, at
    if ":" in value:
        return _seconds(value), _seconds(value)
    return _first_of(value), _last_of(value)


def _seconds(time: str) -> Fraction:
    hours, minutes, seconds = time.split(":")
    return Fraction(int(hours) * 3600 + int(minutes) * 60) + Fraction(seconds)


def _first_of(day: str) -> Fraction:
    year, month, number = [*map(int, day.split("-")), 1, 1][:3]
    return Fraction(date(year, month, number).toordinal() * 86_400)


def _last_of(day: str) -> Fraction:
    parts = [int(part) for part in day.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    number = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return Fraction((date(year, month, number).toordinal() + 1) * 86_400) - NANOSECOND


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def metres(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """By the law of cosines of chords: another formula than the haversine."""
    a, b = _on_sphere(one), _on_sphere(other)
    chord = math.dist(a, b)
    return 2 * RADIUS * math.asin(min(1.0, chord / 2))


def _on_sphere(position: Mapping[str, Any]) -> tuple[float, float, float]:
    north, east = (math.radians(float(position[name])) for name in ("latitude", "longitude"))
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def is_like(text: str, pattern: str) -> bool:
    parts = [re.escape(part) for part in pattern.lower().split("*")]
    return re.fullmatch(".*".join(parts), text.lower(), re.DOTALL) is not None


def has_words(there: list[str], asked: str, kind: str) -> bool:
    """Whether texts have the words that are asked for, by one of the four kinds of `match`."""
    if kind.startswith("phrase"):
        end = "" if kind == "phrasePrefix" else " "
        wanted = " " + " ".join(words(asked)) + end
        return any(wanted in " " + " ".join(words(text)) + " " for text in there)
    known = {word[:CUT_WORD] for text in there for word in words(text)}
    return all(
        _has_token(known, token, kind == "wordPrefix" and is_last)
        for token, is_last in _tokens(asked)
    )


def has_words_somewhere(texts: list[list[str]], asked: str) -> bool:
    """`q`: every word is one at any of the places, and the last begins one."""
    known = [{word[:CUT_WORD] for text in there for word in words(text)} for there in texts]
    return all(
        any(_has_token(place, token, last_begins=is_last) for place in known)
        for token, is_last in _tokens(asked)
    )


def _tokens(asked: str) -> list[tuple[str, bool]]:
    """With whether it is the last one."""
    tokens = [token for token in asked.split() if words(token)]
    return [(token, index == len(tokens) - 1) for index, token in enumerate(tokens)]


def _has_token(known: set[str], token: str, last_begins: bool) -> bool:
    parts = [part[:CUT_WORD] for part in words(token)]
    *whole, last = parts or [""]
    begins = any(word.startswith(last) for word in known) if last_begins else last in known
    return not parts or (all(part in known for part in whole) and begins)


Scales = Mapping[str, Scale | None]
"""By path."""


def holds(record: Any, filter: Any, scales: Scales) -> bool:
    """Whether a filter of `query` holds."""
    ((operator, operand),) = filter.items()
    if operator in ("and", "or"):
        return (all if operator == "and" else any)(holds(record, f, scales) for f in operand)
    if operator == "not":
        return not holds(record, operand, scales)
    ((path, value),) = operand.items()
    return OPERATORS[operator](record, path, value, scales)


def _equal(record: Any, path: str, value: Any, scales: Scales) -> bool:
    if value == "*":
        return is_there(record, path)
    if scales[path] is Scale.TEXT:
        return any(is_like(leaf, value) for leaf in leaves(record, path))
    return _any(record, path, [value], scales)


def _any(record: Any, path: str, values: Any, scales: Scales) -> bool:
    return any(same(leaf, value) for leaf in leaves(record, path) for value in values)


def _all(record: Any, path: str, values: Any, scales: Scales) -> bool:
    return all(_any(record, path, [value], scales) for value in values)


def _at_least(record: Any, path: str, value: Any, scales: Scales) -> bool:
    scale = scales[path]
    assert scale is not None
    least, _ = bounds(value, scale)
    return any(bounds(leaf, scale)[1] >= least for leaf in leaves(record, path))


def _at_most(record: Any, path: str, value: Any, scales: Scales) -> bool:
    scale = scales[path]
    assert scale is not None
    _, greatest = bounds(value, scale)
    return any(bounds(leaf, scale)[0] <= greatest for leaf in leaves(record, path))


def _match(record: Any, path: str, asked: Any, scales: Scales) -> bool:
    return has_words(leaves(record, path), asked["value"], asked.get("type", "word"))


def _near(record: Any, path: str, asked: Any, scales: Scales) -> bool:
    there = (leaf for leaf in leaves(record, path) if {"longitude", "latitude"} <= leaf.keys())
    furthest = asked["radius"] + ROUNDING
    return any(metres(leaf, asked["coordinates"]) <= furthest for leaf in there)


OPERATORS: Mapping[str, Callable[[Any, str, Any, Scales], bool]] = {
    "eq": _equal,
    "any": _any,
    "all": _all,
    "gt": _at_least,
    "lt": _at_most,
    "match": _match,
    "geoDistance": _near,
}
