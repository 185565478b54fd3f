"""Cursors: opaque, signed, never expiring. One holds the last row that was shown."""

from __future__ import annotations

import base64
from typing import TypeVar

import msgspec
from django.core.signing import BadSignature, Signer

SEPARATOR = "."


class Cursor(msgspec.Struct, array_like=True, frozen=True):
    """The last row of a page: where the next one goes on, whatever was written in between."""

    order: str
    cast: str
    """The SQL type of what the rows are sorted by: a property may have become another one."""
    key: str | None
    """None for a row that has none, and where the id is all there is to sort by."""
    id: list[str]


class PlaceInSeveral(msgspec.Struct, array_like=True, frozen=True):
    """Where a list of several collections goes on: in which, and there behind which row."""

    collection: str
    after: Cursor | None


C = TypeVar("C", Cursor, PlaceInSeveral)


def write_cursor(cursor: Cursor | PlaceInSeveral, listed: str) -> str:
    """For the list of that name only."""
    text = base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")
    return _signer(listed).sign(text)


def read_cursor(text: str, listed: str, type: type[C]) -> C | None:
    """None for what `write_cursor` has not written for this list."""
    try:
        signed = _signer(listed).unsign(text)
    except BadSignature:
        return None
    raw = base64.urlsafe_b64decode(signed + "=" * (-len(signed) % 4))
    return msgspec.json.decode(raw, type=type)


def _signer(listed: str) -> Signer:
    return Signer(sep=SEPARATOR, salt=f"registrar.cursor:{listed}")
