"""The body of one write, taken apart into its members without touching their text."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from profiles.exact import Document, decode
from profiles.faults import Fault, faulty, pointer

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_payload(text: bytes) -> dict[str, Document]:
    """The members of a body, each with its slice of the text. A null member is absent.

    Raises `Refused` for what `profiles.exact.decode` refuses, and for anything but an object.
    """
    value = decode(text)
    if not isinstance(value, dict):
        raise faulty("body", [Fault("", "type", "Must be a JSON object.", expected="object")])
    return members_of(Document(text, value))


def members_of(body: Document) -> dict[str, Document]:
    """The members of a body that is an object. A null member is absent."""
    slices = _members.decode(body.text)
    return {
        key: Document(bytes(slices[key]).strip(), member)
        for key, member in body.value.items()
        if member is not None
    }


def unknown_members(payload: Collection[str], known: Collection[str]) -> list[Fault]:
    shown = ", ".join(known)
    return [
        Fault(pointer(key), "unknown", f"Is not known here. Known are: {shown}.", list(known))
        for key in payload
        if key not in known
    ]
