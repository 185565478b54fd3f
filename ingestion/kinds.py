"""The kinds of record, and the protocol by which the write path knows them.

Resources are one kind; `relationships` registers the other. So a resource's relationships are
deleted along with it by a write path that does not know what a relationship is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from ingestion.operations import Action, Operation, Payload, Target
from ingestion.records import Record, RecordKey
from profiles.exact import Document, Json
from profiles.faults import Fault, faulty

if TYPE_CHECKING:
    from profiles.contract import Contract

Times = Mapping[UUID, tuple[datetime, datetime]]
"""`created_at` and `updated_at` of written rows, by row id."""


@dataclass(frozen=True, slots=True)
class Table:
    """Where the records of a kind stand, as SQL names it."""

    name: str
    collection: str
    """The column of the profile or relationship definition."""
    ids: tuple[str, ...]
    """The columns that name a record within it."""
    contained: str = "contained"
    """What stands for the contained resources."""


class Draft(Struct, frozen=True):
    """What a record is to become. None keeps what there is, or takes the default of a new one."""

    data: Document
    contained: Document
    identifiers: Document | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Prepared(Struct, frozen=True):
    """An operation whose body was found sound, as far as that can be told without the rows."""

    operation: Operation
    key: RecordKey
    draft: Draft | None = None
    is_new_id: bool = False
    """The system has just made the id, so no row can have it."""

    @property
    def action(self) -> Action:
        return self.operation.action


class Hold(Protocol):
    """The rows that a batch is about, locked until the transaction ends."""

    records: dict[RecordKey, Record]

    def admit(self, key: RecordKey, record: Record) -> None:
        """Check that a record may come to be, and hold its place for it.

        Raises `Refused` where another stands in the way.
        """
        ...

    def release(self, key: RecordKey) -> None:
        """Let a record cease to be, in memory."""
        ...


H = TypeVar("H", bound=Hold)


class Kind(Protocol[H]):
    """What the write path asks of a kind of record."""

    target: Target
    table: Table

    def is_meant(self, contract: Contract, payload: Payload) -> bool:
        """Whether an operation with this payload is about this kind, if nothing else tells."""
        ...

    def knows(self, contract: Contract, collection: str) -> bool:
        """Whether there is such a profile, or definition, of which records of this kind are."""
        ...

    def prepare(self, contract: Contract, operation: Operation) -> Prepared:
        """Check and normalise what was sent. Raises `Refused` with every fault."""
        ...

    def document(self, record: Record) -> Json:
        """What a patch of a record is applied to (design.md, section 4); a copy."""
        ...

    def revise(self, contract: Contract, key: RecordKey, document: Json) -> Draft:
        """The draft that an edited document amounts to. Raises `Refused` with every fault."""
        ...

    def hold(self, contract: Contract, prepared: Sequence[Prepared]) -> H:
        """Lock, in key order, the rows that these operations are about."""
        ...

    def came_since(
        self,
        contract: Contract,
        hold: H,
        refused: Sequence[Prepared],
        found: Collection[RecordKey],
    ) -> bool:
        """Whether there is by now what these operations missed: then the batch is done again.

        `found` are the records that were found under lock. A statement that waited for a row which
        was deleted and made anew finds neither of the two.
        """
        ...

    def claim(self, contract: Contract, hold: H, records: Collection[Record]) -> None:
        """Insert and delete rows of records that came and went within the batch.

        Nothing is left of them, but parallel writers of the same ids now wait for this batch, and
        so the changes stand in order.
        """
        ...

    def insert(self, contract: Contract, hold: H, records: Collection[Record]) -> Times: ...

    def update(self, contract: Contract, records: Collection[Record]) -> Times: ...

    def delete(self, contract: Contract, records: Collection[Record]) -> None: ...

    def going_along(
        self, contract: Contract, deleted: Sequence[Record]
    ) -> Mapping[UUID, Sequence[Record]]:
        """The records of this kind that are deleted along with records of another kind, locked.

        By the row id of the deleted record. What hangs on two of them is listed under the first.
        """
        ...

    def hung_on(self, contract: Contract, records: Collection[UUID]) -> Collection[UUID]:
        """Those of these records of another kind that one of this kind hangs on. By row id."""
        ...


_kinds: list[Kind[Any]] = []
"""In the order of their targets."""
_places = {target: place for place, target in enumerate(Target)}


def register(kind: Kind[Any]) -> None:
    """Called once for each kind, by the `AppConfig` of its app."""
    _kinds[:] = [other for other in _kinds if other.target is not kind.target]
    _kinds.append(kind)
    _kinds.sort(key=lambda kind: _places[kind.target])


def meant_target(contract: Contract, payload: Payload) -> Target:
    """The target of an operation that comes without one, as a line of a file does.

    The later kinds are asked first: a resource is what is nothing else.
    """
    meant: Kind[Any] = next(kind for kind in reversed(_kinds) if kind.is_meant(contract, payload))
    return meant.target


def only(
    contract: Contract, target: Target, places: Mapping[Target, str]
) -> Callable[[Payload], Target]:
    """The target of operations that came where only those of one kind are taken.

    It refuses those of another kind, with the place where they belong.
    """
    own: Kind[Any] = next(kind for kind in _kinds if kind.target is target)

    def target_of(payload: Payload) -> Target:
        collection = payload["type"].value
        if not own.knows(contract, collection):
            _refuse_misplaced(contract, collection, places)
        return target

    return target_of


def _refuse_misplaced(contract: Contract, collection: str, places: Mapping[Target, str]) -> None:
    """What nobody knows is left to the write path."""
    for kind in _kinds:
        if kind.knows(contract, collection):
            what, place = kind.target.value.lower(), places[kind.target]
            message = f"Names a {what}, which belongs in `{place}`."
            raise faulty("operation", [Fault("/type", "place", message, expected=place)])


def kinds() -> Sequence[Kind[Any]]:
    """All kinds: resources first, so that relationships find the ends of their own batch."""
    return _kinds
