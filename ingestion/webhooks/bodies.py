"""The optional bodies of `rotate-secret` and `resume`."""

from __future__ import annotations

from functools import cache

from ingestion.webhooks.saving import FORMER_HOURS, MOST_HOURS
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.exact import Json, decode
from profiles.faults import faulty
from profiles.validator import Validator

ROTATION: Schema = closed_object(
    {"formerHours": {"type": "integer", "minimum": 0, "maximum": MOST_HOURS}}, []
)
RESUMING: Schema = closed_object({"from": {"type": "string", "minLength": 1}}, [])


def read_rotation(body: bytes) -> int:
    """How many hours the former secret goes on to hold. Raises `Refused`."""
    return int(_read(body, _rotation()).get("formerHours", FORMER_HOURS))


def read_resuming(body: bytes) -> str | None:
    """From where to go on, if not from where it was. Raises `Refused`."""
    begin: str | None = _read(body, _resuming()).get("from")
    return begin


@cache
def _rotation() -> Validator:
    return Validator(ROTATION)


@cache
def _resuming() -> Validator:
    return Validator(RESUMING)


def _read(body: bytes, validator: Validator) -> Json:
    value = decode(body) if body else {}
    if faults := validator.faults(value):
        raise faulty("request", faults)
    return value
