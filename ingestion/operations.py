"""Operations: one requested write each, as plain values, from every door to `writing.write`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from profiles.exact import Document, Json
from profiles.faults import Fault, Refused
from profiles.preconditions import NONE, Preconditions


class Action(StrEnum):
    CREATE = "CREATE"
    UPSERT = "UPSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


class Target(StrEnum):
    RESOURCE = "RESOURCE"
    RELATIONSHIP = "RELATIONSHIP"


Payload = Mapping[str, Document]
"""The members of the body of a write, each with the text that was sent."""


class Edit(Protocol):
    """A change of a stored record that is described by its difference."""

    def apply(self, document: Json) -> Json:
        """The document as it is afterwards. May change its argument; raises `Refused`."""
        ...

    def locate(self, fault: Fault) -> Fault:
        """A fault of the result, as seen from what the client sent."""
        ...


class Operation(Struct, frozen=True):
    """One requested write.

    `payload` holds the members of the body for CREATE and UPSERT, `edit` the difference for
    UPDATE. `refused` is set where the door itself could not read what was sent, or sees why not;
    then `action` is None if what was sent names none.
    """

    action: Action | None
    target: Target
    collection: str
    id: str | None = None
    payload: Payload = {}
    edit: Edit | None = None
    preconditions: Preconditions = NONE
    refused: Refused | None = None
    may_take_along: bool = True
    """Whether what hangs on a record may be deleted with it; else it stays where something does."""
