"""Running a task: chunk by chunk, each one transaction with its receipts and how far it has come.

So a worker may die at any moment: what is told as done is there, and the next one goes on behind
it. A second worker at the same share finds that somebody else came further, and stops.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from ingestion.garbage import rare_collections
from ingestion.models import Task, TaskChunk, TaskMode, TaskShare
from ingestion.operations import Target
from ingestion.records import Outcome, Receipt
from ingestion.tasks.ending import end_share, fail
from ingestion.tasks.kinds import works
from ingestion.tasks.planned_etags import PlannedEtags, planned_etags
from ingestion.tasks.reading import SentOperation
from ingestion.tasks.receipts import write_receipts, write_rejects
from profiles.contract import Contract, current_contract
from profiles.faults import ErrorType, Refused

FIRST_CHUNK = 500
LEAST_CHUNK = 100
MOST_CHUNK = 5_000
CHUNK_BYTES = 2_000_000
"""Of texts that were sent. While a chunk is written memory holds thirty times as much."""
CHUNK_SECONDS = 0.5
"""What a chunk should take: longer ones keep others waiting who write the same records."""
MOST_ATTEMPTS = 5
"""A chunk at which workers died so often is what they die of."""


class Overtaken(Exception):
    """Another worker came further with this share."""


def run_share(task_id: UUID, number: int, must_stop: Callable[[], bool]) -> bool:
    """Do what is left of a share; whether there is nothing left.

    Raises `Refused` and the database's errors for what may pass by itself: try again then.
    """
    task = Task.objects.select_related("source").filter(pk=task_id).first()
    if task is None or task.completed_at is not None:
        return True
    share = TaskShare.objects.get(task=task, number=number)
    if share.is_finished:
        return True
    if share.attempts >= MOST_ATTEMPTS:
        message = f"The work was begun {share.attempts} times at the same place, and did not end."
        fail(task, Refused(ErrorType.INTERNAL, message))
        return True
    TaskShare.objects.filter(pk=share.pk).update(attempts=F("attempts") + 1)
    try:
        return _run(task, share, must_stop)
    except Overtaken:
        return True
    except Refused as refused:
        if refused.type is ErrorType.RESOURCE_EXHAUSTED:
            raise
        fail(task, refused)
        return True


def _run(task: Task, share: TaskShare, must_stop: Callable[[], bool]) -> bool:
    contract = current_contract(task.source.key)
    shares = _begin(contract, task)
    operations = works[task.kind].operations(contract, task, share, shares)
    with rare_collections():
        for _ in work_through(task, share, operations, must_stop):
            pass
    return share.is_finished


def work_through(
    task: Task,
    share: TaskShare,
    operations: Iterable[SentOperation],
    must_stop: Callable[[], bool],
    *,
    chunk_size: int | None = None,
) -> Iterator[tuple[Sequence[SentOperation], Sequence[Receipt]]]:
    """Carry out what is left of a share; each chunk once it is done, with its receipts.

    At the end the share is finished, unless it had to stop. Without a `chunk_size` chunks have so
    many operations as take about `CHUNK_SECONDS`. Raises `Refused` as `write` does, and
    `Overtaken`.
    """
    sights = planned_etags(task, share)
    sizes = _Sizes(chunk_size)
    for chunk in _chunks(operations, sizes):
        if _is_cancelled(task):
            break
        began = time.monotonic()
        receipts = _do(task, share, chunk, sights)
        sizes.took(len(chunk), time.monotonic() - began)
        yield chunk, receipts
        if must_stop():  # Asked behind a chunk: whoever begins comes further.
            return
    end_share(task, share)
    share.is_finished = True


def _begin(contract: Contract, task: Task) -> int:
    """Note that the task runs and how much there is to do; the number of its shares."""
    if task.started_at is None:
        total = works[task.kind].total(contract, task)
        Task.objects.filter(pk=task.pk, started_at=None, completed_at=None).update(
            started_at=timezone.now(), total=total
        )
    return TaskShare.objects.filter(task=task).count()


def _is_cancelled(task: Task) -> bool:
    return Task.objects.filter(pk=task.pk, is_cancelled=True).exists()


class _Sizes:
    """How many operations a chunk has: so many as take about `CHUNK_SECONDS`."""

    def __init__(self, fixed: int | None) -> None:
        self.now = fixed or FIRST_CHUNK
        self._is_fixed = fixed is not None

    def took(self, count: int, seconds: float) -> None:
        if self._is_fixed:
            return
        wanted = count * CHUNK_SECONDS / max(seconds, 0.001)
        grown = min(self.now * 2, max(self.now / 2, wanted))
        self.now = int(min(MOST_CHUNK, max(LEAST_CHUNK, grown)))


def _chunks(operations: Iterable[SentOperation], sizes: _Sizes) -> Iterator[list[SentOperation]]:
    """Chunks that do the same as their operations would one by one.

    `write` does resources before relationships, so none has a resource after a relationship.
    """
    chunk: list[SentOperation] = []
    length, has_links = 0, False
    for one in operations:
        is_link = one.operation.target is Target.RELATIONSHIP
        is_full = len(chunk) >= sizes.now or length >= CHUNK_BYTES
        if is_full or (has_links and not is_link and one.operation.refused is None):
            yield chunk
            chunk, length, has_links = [], 0, False
        chunk.append(one)
        length += len(one.text or b"")
        has_links = has_links or is_link
    if chunk:
        yield chunk


def _do(
    task: Task, share: TaskShare, chunk: Sequence[SentOperation], sights: PlannedEtags
) -> Sequence[Receipt]:
    """One chunk, and with it in one transaction where the share is then."""
    is_plan = task.mode == TaskMode.PLAN
    work = works[task.kind]

    def also(contract: Contract, receipts: Sequence[Receipt]) -> None:
        _advance(task, share, chunk, receipts)
        TaskChunk.objects.create(
            task=task,
            share=share.number,
            number=share.chunks,
            count=len(chunk),
            refused=sum(receipt.refused is not None for receipt in receipts),
            receipts=write_receipts(chunk, receipts, is_plan=is_plan),
            rejects=write_rejects(chunk, receipts) if work.keeps_rejects else b"",
            completed_at=timezone.now(),
        )

    receipts = work.write(task, chunk, sights.of(chunk), also)
    share.position, share.next_index = chunk[-1].position, chunk[-1].index + 1
    share.chunks += 1
    return receipts


_COUNTS = {
    Outcome.CREATED: "created",
    Outcome.CHANGED: "changed",
    Outcome.UNCHANGED: "unchanged",
    Outcome.DELETED: "deleted",
    Outcome.REFUSED: "refused",
}


def _advance(
    task: Task, share: TaskShare, chunk: Sequence[SentOperation], receipts: Sequence[Receipt]
) -> None:
    """Raises `Overtaken` where the share is no longer where this chunk began."""
    counts = dict.fromkeys(_COUNTS.values(), 0)
    for receipt in receipts:
        counts[_COUNTS[receipt.outcome]] += 1
    gone = sum(receipt.deleted_relationships for receipt in receipts)
    moved = TaskShare.objects.filter(
        pk=share.pk, chunks=share.chunks, is_finished=False, task__completed_at=None
    ).update(
        position=chunk[-1].position,
        next_index=chunk[-1].index + 1,
        done=F("done") + len(chunk),
        chunks=F("chunks") + 1,
        attempts=0,
        deleted_relationships=F("deleted_relationships") + gone,
        **{name: F(name) + count for name, count in counts.items()},
    )
    if not moved:
        raise Overtaken
