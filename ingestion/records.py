"""Records: what is stored of a resource or relationship, and what became of an operation."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from uuid_utils.compat import uuid7

from ingestion.operations import Action, Operation, Target
from profiles.exact import Document, is_same
from profiles.faults import Refused


def new_row_id() -> uuid.UUID:
    """Time-ordered, so that new rows stand side by side in every index."""
    return uuid7()


def first_row_id(moment: datetime) -> uuid.UUID:
    """The smallest id that a row of this moment can have (RFC 9562, UUIDv7)."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)


EMPTY_OBJECT = Document(b"{}", {})
EMPTY_ARRAY = Document(b"[]", [])
_EMPTY = {"{}": EMPTY_OBJECT, "[]": EMPTY_ARRAY}


def stored_document(text: str) -> Document:
    """As the database answers it. Most resources contain nothing and have no identifiers."""
    return _EMPTY.get(text) or Document.read(text)


class RecordKey(Struct, frozen=True):
    """What is locked and folded together: one id of one profile or definition."""

    collection: str
    public_id: str


class Record(Struct):
    """A resource or relationship at one version. Times are None until the database gave them."""

    row_id: uuid.UUID
    key: RecordKey
    version: int
    data: Document
    contained: Document
    identifiers: Document
    contract_version: int
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def etag(self) -> str:
        """Opaque, and never the same for two lives of one id."""
        return etag_of(self.row_id, self.version)

    def says_the_same_as(self, other: Record) -> bool:
        """By the text that the database keeps: for jsonb, 1.10 would equal 1.1."""
        return (
            self._times_agree(other)
            and _same(self.data, other.data)
            and _same(self.contained, other.contained)
            and _same(self.identifiers, other.identifiers)
        )

    def _times_agree(self, other: Record) -> bool:
        return self.created_at == other.created_at and (
            other.updated_at is None or self.updated_at == other.updated_at
        )


def _same(one: Document, other: Document) -> bool:
    return one.text == other.text or is_same(one.value, other.value)


def etag_of(row_id: uuid.UUID, version: int) -> str:
    return f'"{row_id.hex}-{version}"'


def is_of_row(etag: str, row_id: uuid.UUID) -> bool:
    return etag.startswith(f'"{row_id.hex}-')


class Outcome(StrEnum):
    CREATED = "CREATED"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    DELETED = "DELETED"
    REFUSED = "REFUSED"


class Receipt(Struct):
    """What became of one operation. `record` is its state afterwards, or the last if deleted."""

    operation: Operation
    id: str
    outcome: Outcome
    record: Record | None = None
    before: Record | None = None
    """Its state before the operation."""
    is_seen: bool = False
    """Whether anybody looked for the record: not where the operation is at fault by itself."""
    refused: Refused | None = None
    deleted_relationships: int = 0
    is_undone: bool = False
    """Refused only since another operation of its batch was, and all or nothing was asked."""


class Step(Struct):
    """An operation that had an effect on a record: one change of history."""

    action: Action
    target: Target
    before: Record | None
    after: Record | None
    is_stored: bool = False
    """Whether `after` is what the record's row says by now."""

    @property
    def shown(self) -> Record:
        """The state that history keeps."""
        shown = self.after or self.before
        assert shown is not None
        return shown
