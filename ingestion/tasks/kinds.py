"""What each kind of task does: the operations that it amounts to, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from ingestion.kinds import only
from ingestion.models import Task, TaskKind, TaskShare
from ingestion.operations import Target
from ingestion.records import Receipt
from ingestion.tasks import uploads
from ingestion.tasks.plain_work import PlainWork
from ingestion.tasks.purging import Purge
from ingestion.tasks.reading import SentOperation, formats
from ingestion.tasks.sharing import share_of
from ingestion.undoing.work import Undo
from ingestion.withholding import Seen
from ingestion.writing import InTransaction
from profiles.contract import Contract
from profiles.faults import ErrorType, Refused


class Work(Protocol):
    """Makes the operations of a task; asked again after a crash, from where the share is."""

    @property
    def keeps_rejects(self) -> bool:
        """Whether the texts of refused operations are kept."""
        ...

    def total(self, contract: Contract, task: Task) -> int | None:
        """How many operations there are. Raises `Refused` for a task that cannot be done."""
        ...

    def operations(
        self, contract: Contract, task: Task, share: TaskShare, shares: int
    ) -> Iterator[SentOperation]: ...

    def write(
        self, task: Task, chunk: Sequence[SentOperation], seen: Seen, also: InTransaction
    ) -> Sequence[Receipt]:
        """Carry out a chunk, as `ingestion.writing.write` does."""
        ...


BULKS = {Target.RESOURCE: "resources/bulk", Target.RELATIONSHIP: "relationships/bulk"}
"""Where operations are sent to, by what they are about."""


class Bulk(PlainWork):
    """The operations that somebody sent, all of one kind of record."""

    def total(self, contract: Contract, task: Task) -> int:
        if not uploads.is_kept(task.upload, task.asked["size"]):
            raise Refused(ErrorType.INTERNAL, "What was sent is lost. Send it again.")
        with uploads.opened(task.upload) as file:
            return formats[task.asked["format"]].count(file, contract, task.asked)

    def operations(
        self, contract: Contract, task: Task, share: TaskShare, shares: int
    ) -> Iterator[SentOperation]:
        target_of = only(contract, Target(task.asked["target"]), BULKS)
        with uploads.opened(task.upload) as file:
            found = formats[task.asked["format"]].find(
                file, contract, task.asked, share.position, share.next_index
            )
            for one in found:
                if share_of(one.text, one.index, shares) == share.number:
                    yield one.read(target_of)


works: dict[str, Work] = {
    TaskKind.BULK: Bulk(),
    TaskKind.PURGE: Purge(),
    TaskKind.UNDO: Undo(),
}
"""By kind of task. Bundles are done at once, so there is nothing to go on with."""
