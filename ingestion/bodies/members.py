"""The body of one write, taken apart into its members without touching their text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from profiles.exact import Document, Json, decode
from profiles.faults import Fault, faulty, pointer

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_inner_members: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
    dict[str, str | dict[str, msgspec.Raw]]
)


def read_payload(text: bytes) -> dict[str, Document]:
    """The members of a body, each with its slice of the text. A null member is absent.

    Raises `Refused` for what `profiles.exact.decode` refuses, and for anything but an object.
    """
    return members_of(as_object(Document(text, decode(text))))


def as_object(body: Document) -> Document:
    """The same. Raises `Refused` for anything but an object."""
    if not isinstance(body.value, dict):
        raise faulty("body", [Fault("", "type", "Must be a JSON object.", expected="object")])
    return body


def members_of(body: Document) -> dict[str, Document]:
    """The members of a body that is an object. A null member is absent."""
    return _documents(_members.decode(body.text), body.value)


def inner_members_of(body: Document, name: str) -> dict[str, Document]:
    """The members of an object that is a member of a body, whose others are texts."""
    return _documents(_inner_members.decode(body.text)[name], body.value[name])


def _documents(slices: Mapping[str, msgspec.Raw], value: Json) -> dict[str, Document]:
    return {
        key: Document(bytes(slices[key]).strip(), member)
        for key, member in value.items()
        if member is not None
    }


def unknown_members(payload: Collection[str], known: Collection[str]) -> list[Fault]:
    unknown = [key for key in payload if key not in known]
    if not unknown:
        return []
    message = f"Is not known here. Known are: {', '.join(known)}."
    return [Fault(pointer(key), "unknown", message, list(known)) for key in unknown]
