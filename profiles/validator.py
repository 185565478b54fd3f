"""A compiled schema, and how what it finds is told to people.

`jsonschema-rs` finds the faults; the keyword that failed and the place of it in the schema say
which rule of the profile it was.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import Any

import jsonschema_rs as rs

from profiles.datatypes.base import Schema
from profiles.exact import Json
from profiles.explanation import SHOWN, explain
from profiles.faults import MOST_FAULTS, Fault
from profiles.keywords import BOUNDS, KEYWORDS, Enum, Keyword

LOOKED_AT = 10 * MOST_FAULTS
"""Faults, before those are left out that follow from others."""

MOST_EXPECTED = 1_000
"""What a fault lists as expected; a chunk of a bulk may have a thousand such faults."""

LINEAR = rs.RegexOptions(size_limit=2**20)
"""Matching time grows with the text only: no look-around, no back-references, bounded size."""


_not_ecmascript = re.compile(
    r"""
    (?<!\\)(?:\\\\)*              # not escaped
    (?: \(\?(?!:|<[A-Za-z_$])      # a group that is neither plain nor named: flags, comments, …
      | (?:[*+?]|\{[0-9,]+\})\+    # a possessive quantifier
      | \\[Az]                     # an anchor of other dialects
    )""",
    re.VERBOSE,
)
"""What the engine takes but ECMAScript does not, so other validators would refuse the schema."""


class Validator:
    """Judges JSON values by a schema. Thread-safe, and made once for each contract version."""

    def __init__(self, schema: Schema, keywords: Mapping[str, type[Keyword]] = KEYWORDS) -> None:
        self.schema = schema
        self._keywords = keywords
        self._compiled = compile_schema(schema, keywords)

    @cached_property
    def _telling(self) -> rs.Draft202012Validator:
        """Finds the same faults, and keeps of each no more than is told.

        All are found before the first is looked at, and the engine's own of `enum` hold every value
        that is allowed: a body of a megabyte would take gigabytes.
        """
        return compile_schema(self.schema, {**self._keywords, Enum.name: Enum})

    def is_valid(self, value: Json) -> bool:
        """Whether there is no fault; much faster to tell than which there are."""
        return bool(self._compiled.is_valid(value))

    def faults(self, value: Json) -> list[Fault]:
        """The faults of a value, in the order of their places: the first that are found, if there
        are more than anybody reads. Empty if it is valid.

        `value` holds ints and Decimals, never floats, as `profiles.exact` decodes it.
        """
        if self.is_valid(value):
            return []
        found = (
            fault
            for error in self._telling.iter_errors(value)
            for fault in explain(error, self.schema, value)
        )
        return list(_saying_once(_without_consequences(islice(found, LOOKED_AT))))


def compile_schema(
    schema: Schema, keywords: Mapping[str, type[Keyword]] = KEYWORDS
) -> rs.Draft202012Validator:
    return rs.Draft202012Validator(
        schema,
        offline=True,
        validate_formats=True,
        ignore_unknown_formats=False,
        pattern_options=LINEAR,
        mask="value",
        keywords={**BOUNDS, **keywords},
    )


def pattern_problem(pattern: str) -> str | None:
    """What is wrong with a regular expression, as a sentence; None if it can be used."""
    problem = "Is not an ECMAScript regular expression without look-around and back-references."
    if _not_ecmascript.search(pattern):
        return problem
    try:
        compile_schema({"pattern": pattern})
    except rs.ValidationError:
        return problem
    return None


def _without_consequences(faults: Iterable[Fault]) -> list[Fault]:
    """One fault for each place and rule; where the type is wrong, only that."""
    unique = {(fault.path, fault.rule): fault for fault in faults}
    mistyped = {path for path, rule in unique if rule == "type"}
    kept = (
        fault for (path, rule), fault in unique.items() if rule == "type" or path not in mistyped
    )
    return sorted(kept, key=_place_order)


def _saying_once(faults: Iterable[Fault]) -> Iterator[Fault]:
    """A long list of what is expected goes with the first fault that it is of: their messages begin
    it, and a refusal of a hundred wrong codes need not hold every code a hundred times. One that is
    too long for any receipt is left to the schema.
    """
    told: list[Any] = []
    for fault in faults:
        expected = fault.expected
        if isinstance(expected, list) and len(expected) > SHOWN:
            if len(expected) > MOST_EXPECTED or expected in told:
                fault = replace(fault, expected=None)
            else:
                told.append(expected)
        yield fault


def _place_order(fault: Fault) -> list[tuple[int, int | str]]:
    return list(_sortable(fault.path.split("/")))


def _sortable(steps: Iterable[str]) -> Iterator[tuple[int, Any]]:
    for step in steps:
        yield (0, int(step)) if step.isdecimal() and step.isascii() else (1, step)
