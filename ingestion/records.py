"""Records: what is stored of a resource or relationship, and what became of an operation."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from uuid_utils.compat import uuid7

from ingestion.operations import Action, Operation, Target
from profiles.exact import Document, canonical
from profiles.faults import Refused


def new_row_id() -> uuid.UUID:
    """Time-ordered, so that new rows stand side by side in every index."""
    return uuid7()


EMPTY_OBJECT = Document(b"{}", {})
EMPTY_ARRAY = Document(b"[]", [])


@dataclass(frozen=True, slots=True)
class RecordKey:
    """What is locked and folded together: one id of one profile or definition."""

    collection: str
    public_id: str


@dataclass(slots=True)
class Record:
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
            and canonical(self.data.value) == canonical(other.data.value)
            and canonical(self.contained.value) == canonical(other.contained.value)
            and canonical(self.identifiers.value) == canonical(other.identifiers.value)
        )

    def _times_agree(self, other: Record) -> bool:
        return self.created_at == other.created_at and (
            other.updated_at is None or self.updated_at == other.updated_at
        )


def etag_of(row_id: uuid.UUID, version: int) -> str:
    return f'"{row_id.hex}-{version}"'


class Outcome(StrEnum):
    CREATED = "CREATED"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    DELETED = "DELETED"
    REFUSED = "REFUSED"


@dataclass(slots=True)
class Receipt:
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


@dataclass(slots=True)
class Step:
    """An operation that had an effect on a record: one change of history."""

    action: Action
    target: Target
    before: Record | None
    after: Record | None

    @property
    def shown(self) -> Record:
        """The state that history keeps."""
        shown = self.after or self.before
        assert shown is not None
        return shown
