"""From an error of the compiled validator to faults: place, rule, what was expected, a sentence.

Messages hold what the profile expects and never what was sent, which may be personal.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from typing import Any, cast

from jsonschema_rs import ValidationError

from profiles.datatypes import DATA_TYPES
from profiles.datatypes.base import DataType, Schema
from profiles.datatypes.text import Base64, ElementId
from profiles.exact import Json
from profiles.faults import Fault, missing_member, pointer
from profiles.keywords import Flaw

_types: Mapping[str, DataType] = {**DATA_TYPES, Base64.name: Base64(), ElementId.name: ElementId()}


Steps = Sequence[str | int]


def explain(error: ValidationError, schema: Schema, value: Json) -> list[Fault]:
    """The faults of a value that one error stands for: unknown keys come as one for all."""
    place = _way(error.instance_path, value)
    steps = _way(error.schema_path, schema)
    keyword = str(steps[-1])
    parent = _at(schema, steps[:-1])
    datatype = _datatype(steps)
    if keyword == "additionalProperties":
        known = sorted(parent.get("properties", ()))
        return [_unknown(pointer(*place, key), known) for key in error.kind.as_dict()["unexpected"]]
    if keyword == "required":
        return [_missing(place, error.kind.as_dict()["property"], parent)]
    if keyword.startswith("x-"):
        further, fault = Flaw.read(error.kind.as_dict()["message"])
        return [fault.under(pointer(*place, *further))]
    if datatype is not None and keyword in ("type", "pattern", "not"):
        return [_mistyped(pointer(*place), datatype)]
    if "x-cardinality" in parent and keyword in ("minItems", "maxItems"):
        return [
            _cardinality(pointer(*place), parent["x-cardinality"], len(cast(Sized, error.instance)))
        ]
    return [_broken(pointer(*place), keyword, parent)]


def _way(steps: Steps, value: Json) -> Steps:
    """The steps as `value` has them.

    The compiled validator takes a key like `01` for an index, and reports 1. If several keys may be
    meant, it is the first under which the remaining steps lead to something.
    """
    return next(_ways(steps, value))


def _ways(steps: Steps, value: Json) -> Iterator[Steps]:
    if not steps:
        yield ()
        return
    step, *rest = steps
    for key in _keys_read_as(step, value):
        yield from ((key, *way) for way in _ways(rest, value[key]))


def _keys_read_as(step: str | int, value: Json) -> list[str | int]:
    if isinstance(value, dict):
        key = re.compile(rf"\+?0*{step}" if isinstance(step, int) else re.escape(step))
        return list(filter(key.fullmatch, value))
    return [step] if isinstance(value, list) else []


def _at(schema: Any, steps: Steps) -> Any:
    for step in steps:
        schema = schema[step]
    return schema


def _datatype(steps: Steps) -> DataType | None:
    """The data type whose own definition failed, not a part of it."""
    if len(steps) == 3 and steps[0] == "$defs" and str(steps[1]).startswith("type."):
        return _types[str(steps[1]).removeprefix("type.")]
    return None


def _unknown(path: str, known: list[str]) -> Fault:
    shown = f" Known are: {', '.join(known)}." if known else ""
    return Fault(path, "unknown", f"Is not known here.{shown}", expected=known)


def _missing(place: Steps, key: str, parent: Schema) -> Fault:
    cardinality = parent.get("properties", {}).get(key, {}).get("x-cardinality")
    if cardinality:
        return _cardinality(pointer(*place, key), cardinality, 0)
    return missing_member(pointer(*place, key))


def _cardinality(path: str, cardinality: str, given: int) -> Fault:
    limit = "At least 1 required" if given == 0 else "At most 1 allowed"
    return Fault(path, "cardinality", f"{limit}, {given} given.", expected=cardinality)


def _mistyped(path: str, datatype: DataType) -> Fault:
    return Fault(path, "type", f"Must be {datatype.expectation}.", expected=datatype.name)


def _plain_type(limit: str) -> Fault:
    """A JSON type that no definition under `$defs` stands for: arrays, objects, envelopes."""
    if limit in _types:
        return _mistyped("", _types[limit])
    return Fault("", "type", "Must be text." if limit == "string" else f"Must be {limit}.", limit)


def _counted(unit: str, bound: str) -> Callable[[Any], Fault]:
    word = {"min": "at least", "max": "at most"}[bound]

    def fault(limit: Any) -> Fault:
        shown = unit if limit != 1 else unit.removesuffix("s")
        return Fault("", bound, f"Must have {word} {limit} {shown}.", expected=limit)

    return fault


_by_keyword: Mapping[str, Callable[[Any], Fault]] = {
    "type": _plain_type,
    "minimum": lambda limit: Fault("", "min", f"Must be at least {limit}.", limit),
    "maximum": lambda limit: Fault("", "max", f"Must be at most {limit}.", limit),
    "minLength": _counted("characters", "min"),
    "maxLength": _counted("characters", "max"),
    "minItems": _counted("elements", "min"),
    "maxItems": _counted("elements", "max"),
    "uniqueItems": lambda _: Fault("", "unique", "Must name nothing twice."),
    "minProperties": _counted("members", "min"),
    "maxProperties": _counted("members", "max"),
    "enum": lambda values: Fault(
        "", "enum", f"Must be one of: {', '.join(map(str, values))}.", values
    ),
    "pattern": lambda pattern: Fault("", "pattern", f"Must match the pattern {pattern}", pattern),
}


def _broken(path: str, keyword: str, parent: Schema) -> Fault:
    return _by_keyword[keyword](parent[keyword]).under(path)
