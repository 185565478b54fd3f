"""Cascading deletion: records of other kinds go along with the records that they hang on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ingestion.kinds import Kind, kinds
from ingestion.operations import Action
from ingestion.records import Record, Step
from profiles.contract import Contract


@dataclass(frozen=True, slots=True)
class Along:
    """What went along with deleted records."""

    steps: Sequence[Step]
    counts: Mapping[UUID, int]

    def count(self, row_id: UUID) -> int:
        return self.counts.get(row_id, 0)


def delete_along(kind: Kind[Any], contract: Contract, deleted: Sequence[Record]) -> Along:
    steps: list[Step] = []
    counts: dict[UUID, int] = {}
    for other in kinds() if deleted else ():
        if other is kind:
            continue
        going = other.going_along(contract, deleted)
        records = [record for found in going.values() for record in found]
        if records:
            other.delete(contract, records)
        steps += [Step(Action.DELETE, other.target, record, None) for record in records]
        for row_id, found in going.items():
            counts[row_id] = counts.get(row_id, 0) + len(found)
    return Along(steps, counts)
