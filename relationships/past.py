"""Relationships as changes know them: by their full ids, from which their ends are read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Q
from django.db.models.expressions import RawSQL

from ingestion.models import Change
from ingestion.operations import Action, Target
from ingestion.past.kinds import Named
from ingestion.records import Record, RecordKey
from ingestion.sql import run
from profiles.contract import Contract
from profiles.faults import not_found
from relationships import blocking
from relationships.contract import definitions_of
from relationships.ends import is_full_id, read_relationship_id, relationship_id
from relationships.models import RelationshipDefinition
from relationships.wire import past_relationship_text, relationship_json


class PastRelationships:
    target = Target.RELATIONSHIP

    def text(self, source_key: str) -> RawSQL:
        return past_relationship_text(source_key)

    def key(self, contract: Contract, collection: str, id: str) -> RecordKey:
        """A short id is read by the definition as it is, or was when it was retired."""
        return RecordKey(collection, id if is_full_id(id) else _full(contract, collection, id))

    def show(self, record: Record, contract: Contract) -> bytes:
        definition = definitions_of(contract).get(record.key.collection)
        return relationship_json(record, contract.source_key, definition)

    def gone_along(self, deletion: Change) -> Sequence[Change]:
        end = f"{deletion.collection}.{deletion.public_id}"
        hangs_on_it = Q(public_id__startswith=f"{end},") | Q(public_id__endswith=f",{end}")
        found = Change.objects.filter(
            hangs_on_it,
            source_id=deletion.source_id,
            task_id=deletion.task_id,
            transaction=deletion.transaction,
            target=self.target.value,
            action=Action.DELETE.value,
        )
        return list(found.order_by("seq"))

    def ever_on(self, contract: Contract, key: RecordKey) -> Sequence[RecordKey]:
        """Along the index of each end; also of definitions that are retired."""
        rows = RelationshipDefinition.with_retired.filter(source_id=contract.source_id)
        end = f"{key.collection}.{key.public_id}"
        found = run(
            """
            SELECT DISTINCT collection, link.public_id FROM unnest(%s::text[]) AS key (collection)
            CROSS JOIN LATERAL (
                SELECT public_id FROM ingestion_change
                WHERE source_id = %s AND target = 'RELATIONSHIP' AND collection = key.collection
                  AND public_id > %s || ',' AND public_id < %s || '-'
                UNION ALL
                SELECT public_id FROM ingestion_change
                WHERE source_id = %s AND target = 'RELATIONSHIP' AND collection = key.collection
                  AND split_part(public_id, ',', 2) BETWEEN %s AND %s
            ) AS link
            """,
            [
                list(rows.values_list("key", flat=True)),
                *(contract.source_id, end, end),
                *(contract.source_id, end, end),
            ],
        )
        return [RecordKey(collection, id) for collection, id in found]

    def still_hung_on(
        self, contract: Contract, undo: UUID, records: Collection[UUID]
    ) -> Collection[UUID]:
        return blocking.still_linked_ones(contract, undo, records)

    def needed_by(self, contract: Contract, keys: Sequence[RecordKey]) -> Sequence[Named]:
        return blocking.needed_by(contract, keys)


def _full(contract: Contract, collection: str, id: str) -> str:
    rows = RelationshipDefinition.with_retired.filter(source_id=contract.source_id, key=collection)
    for body in rows.values_list("body", flat=True):
        types = (body["from"]["profileKey"], body["to"]["profileKey"])
        if ends := read_relationship_id(id, *types):
            return relationship_id(*types, ends)
    raise not_found("relationship")
