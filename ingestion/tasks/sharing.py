"""Which share does which operation, when several processes work on a task.

All operations on one record go to one share, so they keep their order.
"""

from __future__ import annotations

import re
from zlib import crc32

import msgspec

from ingestion.operations import Payload
from profiles.exact import Document


class _End(msgspec.Struct):
    id: str = ""


class _Payload(msgspec.Struct):
    id: str = ""
    type: str = ""
    from_: _End = msgspec.field(name="from", default_factory=_End)


class _Operation(msgspec.Struct):
    create: _Payload | None = None
    upsert: _Payload | None = None
    delete: _Payload | None = None


_decoder = msgspec.json.Decoder(_Operation)
_link = re.compile(r"(?:[^.,]*\.(?P<full>[^.,]+),.*|(?P<short>[^.,]+)\.[^.,]+)")
"""A relationship's id, in full or short (`relationships.ends`): they go by their first end."""


def share_of(text: bytes | None, index: int, shares: int) -> int:
    """The number of the share that an operation belongs to; any will do for what has no id."""
    if shares == 1:
        return 0
    name = _name(text) if text is not None else ""
    return crc32(name.encode()) % shares if name else index % shares


def payload_of(text: bytes) -> Payload | None:
    """As much of a payload as tells what kind of record it is about; None of what is refused."""
    payload = _payload(text)
    if payload is None or not payload.type:
        return None
    type = Document(b"", payload.type)
    return {"type": type, "from": type} if payload.from_.id else {"type": type}


def _payload(text: bytes) -> _Payload | None:
    try:
        operation = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None  # It is refused, wherever.
    return operation.create or operation.upsert or operation.delete


def _name(text: bytes) -> str:
    """What the record is known by, without its type; empty if nothing tells."""
    payload = _payload(text)
    if payload is None:
        return ""
    if payload.from_.id:
        return payload.from_.id
    link = _link.fullmatch(payload.id)
    return payload.id if link is None else link["full"] or link["short"]
