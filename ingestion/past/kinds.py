"""The kinds of record as their changes know them: by full ids, even if the definition is gone.

`relationships` registers the other kind.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from django.db.models.expressions import RawSQL

from ingestion.models import Change
from ingestion.operations import Target
from ingestion.records import Record, RecordKey
from ingestion.wire import past_resource_text, resource_json
from profiles.contract import Contract

CHANGE = "ingestion_change"
Named = tuple[Target, RecordKey]


class PastKind(Protocol):
    target: Target

    def text(self, source_key: str) -> RawSQL:
        """The JSON of the record of a row of changes, as an expression."""
        ...

    def key(self, contract: Contract, collection: str, id: str) -> RecordKey:
        """By what changes call a record that somebody names. Raises NOT_FOUND."""
        ...

    def show(self, record: Record, contract: Contract) -> bytes:
        """The JSON of a record that was just written."""
        ...

    def gone_along(self, deletion: Change) -> Sequence[Change]:
        """The deletions of this kind that went along with that of a record of another kind."""
        ...

    def ever_on(self, contract: Contract, key: RecordKey) -> Sequence[RecordKey]:
        """The records of this kind that ever hung on a resource, whether they are there or not."""
        ...

    def still_hung_on(
        self, contract: Contract, undo: UUID, records: Collection[UUID]
    ) -> Collection[UUID]:
        """Like `Kind.hung_on`, without the records that the undo takes away itself."""
        ...

    def needed_by(self, contract: Contract, keys: Sequence[RecordKey]) -> Sequence[Named]:
        """The records without which these cannot come back, as the ends of a relationship."""
        ...


class PastResources:
    target = Target.RESOURCE

    def text(self, source_key: str) -> RawSQL:
        return past_resource_text(source_key)

    def key(self, contract: Contract, collection: str, id: str) -> RecordKey:
        return RecordKey(collection, id)

    def show(self, record: Record, contract: Contract) -> bytes:
        return resource_json(record, contract.source_key)

    def gone_along(self, deletion: Change) -> Sequence[Change]:
        return ()

    def ever_on(self, contract: Contract, key: RecordKey) -> Sequence[RecordKey]:
        return ()

    def still_hung_on(
        self, contract: Contract, undo: UUID, records: Collection[UUID]
    ) -> Collection[UUID]:
        return ()

    def needed_by(self, contract: Contract, keys: Sequence[RecordKey]) -> Sequence[Named]:
        return ()


past_kinds: dict[Target, PastKind] = {Target.RESOURCE: PastResources()}
"""Filled by `AppConfig.ready`."""
