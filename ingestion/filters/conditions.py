"""Conditions on `data`, as expressions: those of the filters, of `browse` and of `query`.

None pastes a property key into a lookup or into SQL. Equality is containment (`@>`), which the GIN
index on `data` answers and which pins the JSON type; it compares numbers as numbers, so 1.10 equals
1.1. What compares by order, words or place uses the keys of `ingestion.indexes.keys`, so it needs
an index. Through an array, any element will do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

from django.db.models import BooleanField, F, Func, Q, Value

from ingestion.indexes.keys import DataKey, KeyKind, greatest_key, json_path, least_key
from ingestion.search.rarity import Fragment
from profiles.exact import Json, json_line
from profiles.fields import ExactJSONField
from profiles.paths import Path, placed

METRES_OF_A_DEGREE = 111_195
MOST_METRES = 10**9
LAST_CHARACTER = 0x10FFFF
_JSON = ExactJSONField()
"""One for all: to make it takes longer than all the rest of a condition."""


class Contains(Func):
    """Whether `data` has all that a document has."""

    template = "%(expressions)s"
    arg_joiner = " @> "
    output_field = BooleanField()

    def __init__(self, document: Json) -> None:
        super().__init__(F("data"), Value(document, output_field=_JSON))
        self.document = document

    def fragment(self, table: str) -> Fragment:
        """The same without the ORM."""
        return Fragment(f"{table}.data @> %s::jsonb", [json_line(self.document)])


class OnData(Func):
    """SQL about `data`, which stands in it as {data}. Its parameters follow in their order."""

    output_field = BooleanField()

    def __init__(self, sql: str, *parameters: Any) -> None:
        super().__init__(F("data"))
        self.sql, self.parameters = sql, parameters

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        data, _none = compiler.compile(self.source_expressions[0])
        return self.sql.format(data=data), list(self.parameters)


class IsNotTrue(Func):
    """The opposite: holds also where there is nothing to compare."""

    template = "(%(expressions)s) IS NOT TRUE"
    output_field = BooleanField()


class Words(StrEnum):
    """How the words of a text are looked for."""

    WORD = "word"
    WORD_PREFIX = "wordPrefix"
    PHRASE = "phrase"
    PHRASE_PREFIX = "phrasePrefix"

    @property
    def last_begins(self) -> bool:
        return self in (Words.WORD_PREFIX, Words.PHRASE_PREFIX)


class Circle(NamedTuple):
    """What is no further than so many metres away, in degrees."""

    latitude: float
    longitude: float
    metres: float

    @classmethod
    def on_earth(cls, latitude: Any, longitude: Any, metres: Any) -> Circle | None:
        """None where there is no such circle. Numbers may be too great for a float."""
        is_there = -90 <= latitude <= 90 and -180 <= longitude <= 180 and 0 <= metres <= MOST_METRES
        return cls(float(latitude), float(longitude), float(metres)) if is_there else None


def contains(path: Path, value: Json) -> Contains:
    return Contains(placed(path.element.place, value))


def is_one_of(path: Path, values: Iterable[Json]) -> Q:
    """Alternatives, and not `= ANY`, for which no GIN index is used."""
    return reduce(or_, (Q(contains(path, value)) for value in values))


def has_each(path: Path, values: Iterable[Json]) -> Q:
    return reduce(and_, (Q(contains(path, value)) for value in values))


def is_there(path: Path) -> Q:
    """Read from no index: absence stands in none."""
    return Q(OnData("jsonb_path_exists({data}, %s::jsonpath)", json_path(path.place)))


def is_at_least(path: Path, value: Json) -> Q:
    """Whether some value may be as great: a year may mean its last day."""
    return _compared(greatest_key(path), ">=", least_key(path), value)


def is_at_most(path: Path, value: Json) -> Q:
    return _compared(least_key(path), "<=", greatest_key(path), value)


def is_text(path: Path, text: str) -> Q:
    """Whether some text is the same in any case."""
    return _by_words_or(path, text, _compared(least_key(path), "=", least_key(path), text)) & _some(
        path, "lower({text}) = lower(%s)", text
    )


def begins_with(path: Path, text: str, *, is_folded: bool) -> Q:
    """Whether some text begins so; with `is_folded` in any case."""
    key = least_key(path)
    last = f" || repeat(chr({LAST_CHARACTER}), 256)"
    within = _compared(key, ">=", key, text) & _compared(key, "<=", key, text, last)
    test = "starts_with(lower({text}), lower(%s))" if is_folded else "starts_with({text}, %s)"
    return _by_words_or(path, text, within) & _some(path, test, text)


def is_like(path: Path, pattern: str) -> Q:
    """Whether some text fits a pattern with `*`, in any case. It begins with another character."""
    like = "%".join(part.translate(_LIKE) for part in pattern.split("*"))
    start = pattern.partition("*")[0]
    return begins_with(path, start, is_folded=True) & _some(
        path, "lower({text}) LIKE lower(%s)", like
    )


def is_near(path: Path, circle: Circle) -> Q:
    key = DataKey(path, KeyKind.BOUNDS)
    boxes = [Q(_on(key, "{key} && %s::box", box)) for box in _boxes(circle)]
    exact = OnData(
        "registrar_near({data}, %s::jsonpath, %s::float8, %s::float8, %s::float8)",
        json_path(path.element.place),
        *circle,
    )
    return reduce(or_, boxes) & Q(exact)


def has_words(paths: Sequence[Path], text: str, how: Words = Words.WORD_PREFIX) -> Q:
    """Whether every word of a text stands at one of the paths; of a phrase, in this order.

    With a `…_PREFIX` the last one may be the beginning of a word.
    """
    if how in (Words.WORD, Words.WORD_PREFIX):
        *whole, last = (token for token in text.split() if any(map(str.isalnum, token)))
        asked = [*((token, False) for token in whole), (last, how.last_begins)]
        each = (reduce(or_, (_asked(path, *one) for path in paths)) for one in asked)
        return reduce(and_, each)
    return reduce(or_, (_phrase(path, text, how) for path in paths))


def _phrase(path: Path, text: str, how: Words) -> Q:
    end = "" if how.last_begins else " || ' '"
    found = (
        f"position(' ' || trim({_SPACED.format('%s')}){end}"
        f" IN ' ' || trim({_SPACED.format('{text}')}) || ' ') > 0"
    )
    return _asked(path, text, how.last_begins) & _some(path, found, text)


_SPACED = "regexp_replace(lower({}), '[^[:alnum:]]+', ' ', 'g')"
_LIKE = str.maketrans({character: f"\\{character}" for character in "\\%_"})


def _asked(path: Path, text: str, last_begins: bool) -> Q:
    flag = "true" if last_begins else "false"
    key = DataKey(path, KeyKind.WORDS)
    return Q(_on(key, f"{{key}} @@ registrar_asked_words(%s, {flag})", text))


def _by_words_or(path: Path, text: str, ordered: Q) -> Q:
    """What an index can tell of a text: by order if there is one at most, else by its words."""
    if not path.element.leads_through_arrays:
        return ordered
    has_word = any(character.isascii() and character.isalnum() for character in text)
    return _asked(path, text, last_begins=True) if has_word else Q(is_there(path))


def _some(path: Path, test: str, *parameters: Any) -> Q:
    """Whether a test of {text} holds for some text at a path."""
    tested = test.replace("{text}", "(found #>> '{{}}')")
    sql = (
        "EXISTS (SELECT FROM jsonb_path_query({data}, %s::jsonpath) AS found"
        f" WHERE jsonb_typeof(found) = 'string' AND {tested})"
    )
    return Q(OnData(sql, json_path(path.element.place), *parameters))


def _compared(key: DataKey, operator: str, like: DataKey, value: Json, end: str = "") -> Q:
    """A key beside what would be the key `like` of a value."""
    made = f"({like.call('%s::jsonb')}{end})"
    return Q(_on(key, f"{{key}} {operator} {made}", json_line(value), json_path(())))


def _on(key: DataKey, test: str, *parameters: Any) -> OnData:
    """A test of {key}."""
    sql = test.replace("{key}", key.call("{data}"))
    return OnData(sql, json_path(key.path.element.place), *parameters)


def _boxes(circle: Circle) -> Iterator[str]:
    """Boxes around a circle, as PostgreSQL reads them: two where it crosses the 180th meridian."""
    high = circle.metres / METRES_OF_A_DEGREE * 1.000_001 + 1e-9
    south, north = circle.latitude - high, circle.latitude + high
    wide = 180.0
    if south > -90 and north < 90:  # Else a pole is within, and every meridian.
        sine = math.sin(math.radians(high)) / math.cos(math.radians(circle.latitude))
        wide = math.degrees(math.asin(min(1.0, sine)))
    west, east = circle.longitude - wide - 1e-9, circle.longitude + wide + 1e-9
    if wide >= 180:
        west, east = -180.0, 180.0
    for shift in (-360, 0, 360):
        if west + shift <= 180 and east + shift >= -180:
            yield f"({west + shift!r},{south!r}),({east + shift!r},{north!r})"
