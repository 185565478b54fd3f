"""The kinds of record as changes know them: by their full ids, whether their definition still is
there or not. `relationships` registers the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.db.models.expressions import RawSQL

from ingestion.models import Change
from ingestion.operations import Target
from ingestion.records import Record, RecordKey
from ingestion.wire import past_resource_text, resource_json
from profiles.contract import Contract

CHANGE = "ingestion_change"


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


past_kinds: dict[Target, PastKind] = {Target.RESOURCE: PastResources()}
"""Filled by `AppConfig.ready`."""
