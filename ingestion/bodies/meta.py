"""`meta` of a write: identifiers, and the times of a historical import (api-facts, *Resources*)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from ingestion.bodies.normalising import normalise
from profiles.datatypes.base import Schema
from profiles.datatypes.groups import Identifier
from profiles.datatypes.moments import Instant
from profiles.datatypes.nested import closed_object
from profiles.exact import Document, Json
from profiles.faults import Fault, pointer
from profiles.schema import with_types
from profiles.validator import Validator


@dataclass(frozen=True, slots=True)
class Meta:
    """None is what was not sent: a PUT then keeps what there is."""

    identifiers: Document | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


NO_META = Meta()

MAX_IDENTIFIER_BYTES = 2_000
"""Identifiers are indexed, and no entry of an index of PostgreSQL may be longer than 2,704."""


@cache
def meta_validator() -> Validator:
    instant: Schema = {"$ref": f"#/$defs/type.{Instant.name}"}
    identifier: Schema = {"$ref": f"#/$defs/type.{Identifier.name}"}
    members: dict[str, Schema] = {
        "createdAt": instant,
        "updatedAt": instant,
        "identifier": {"type": "array", "items": identifier},
    }
    return Validator(with_types(closed_object(members, [])))


def read_meta(meta: Document | None, now: datetime) -> tuple[Meta, list[Fault]]:
    """What `meta` says, and its faults, their paths from `/meta`."""
    if meta is None:
        return NO_META, []
    value = normalise(meta).value
    faults = meta_validator().faults(value)
    if isinstance(value, dict):
        broken = {fault.path for fault in faults}
        faults += [*_time_faults(value, broken, now), *_identifier_faults(value, broken)]
    if faults:
        return NO_META, [fault.under("/meta") for fault in faults]
    identifiers = Document.of(value["identifier"]) if "identifier" in value else None
    return Meta(identifiers, _instant(value, "createdAt"), _instant(value, "updatedAt")), []


def _time_faults(
    value: Mapping[str, Json], broken: AbstractSet[str], now: datetime
) -> Iterator[Fault]:
    """Faults of the times that are not `broken`: one fault does not hide another."""
    times: dict[str, datetime] = {}
    for key in ("createdAt", "updatedAt"):
        try:
            time = None if pointer(key) in broken else _instant(value, key)
        except (ValueError, OverflowError):
            yield Fault(pointer(key), "range", "Is no time that can be kept.")
            continue
        if time is not None and time > now:
            yield Fault(pointer(key), "future", "Must not be in the future.")
        if time is not None:
            times[key] = time
    if "updatedAt" in value and "createdAt" not in value:
        yield Fault("/createdAt", "required", "Is required beside updatedAt.", expected=True)
    elif len(times) == 2 and times["updatedAt"] < times["createdAt"]:
        yield Fault("/updatedAt", "order", "Must not be before createdAt.")


def _instant(value: Mapping[str, Json], key: str) -> datetime | None:
    text = value.get(key)
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def _identifier_faults(value: Mapping[str, Json], broken: AbstractSet[str]) -> Iterator[Fault]:
    sent = value.get("identifier", ())
    seen = set()
    for index, identifier in enumerate(sent if isinstance(sent, list) else ()):
        place = pointer("identifier", index)
        if any(path == place or path.startswith(f"{place}/") for path in broken):
            continue
        names = tuple(identifier.get(part) for part in ("system", "use", "value"))
        if names in seen:
            message = "Is there already, with the same system, use and value."
            yield Fault(place, "unique", message)
        seen.add(names)
        if len(":".join(filter(None, names)).encode()) > MAX_IDENTIFIER_BYTES:
            message = f"Must have at most {MAX_IDENTIFIER_BYTES} bytes in system, value and use."
            yield Fault(place, "max", message, MAX_IDENTIFIER_BYTES)
