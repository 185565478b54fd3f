"""Loading: the operations of a file that lies here, as a task that is done by who asks for it.

Everything is as in a bulk that was sent, so a load that broke off goes on behind what it has done.
"""

from __future__ import annotations

import gzip
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from django.db import transaction
from django.utils import timezone

from ingestion.bodies.lines import read_lines
from ingestion.garbage import rare_collections
from ingestion.kinds import meant_target
from ingestion.models import Task, TaskKind, TaskShare, TaskStatus
from ingestion.records import Outcome, Receipt
from ingestion.tasks.reading import SentOperation
from ingestion.tasks.running import work_through
from ingestion.tasks.sharing import share_of
from profiles.access import COMMAND_LINE
from profiles.contract import Contract, current_contract
from profiles.exact import Json

STANDARD_INPUT = Path("-")


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A refused line, by its number from 1; its text is None if it was too long to keep."""

    number: int
    text: bytes | None
    faults: Sequence[str]


@dataclass(frozen=True, slots=True)
class LoadedChunk:
    """What became of a chunk. `position` is how many bytes of the file were read, if it has any."""

    counts: Counter[Outcome]
    rejects: Sequence[RejectedLine]
    position: int


@transaction.atomic
def begin(source_key: str, file: Path, *, shares: int, resume: bool, reason: str = "") -> Task:
    """The task of a file: with `resume` the one of the same file that did not end, if there is one.

    A reason that is given holds for what is left to do. Raises NOT_FOUND for a source that is not
    there.
    """
    contract = current_contract(source_key)
    asked = _asked(file)
    unfinished = Task.objects.filter(
        source_id=contract.source_id,
        kind=TaskKind.BULK,
        upload="",
        status=TaskStatus.PENDING,
        asked=asked,
    )
    found = unfinished.order_by("-id").first() if asked["file"] != str(STANDARD_INPUT) else None
    if found is not None and resume:
        if reason:
            found.reason = reason
            found.save(update_fields=["reason"])
        return found
    now = timezone.now()
    if found is not None:
        unfinished.update(status=TaskStatus.CANCELLED, completed_at=now)
    task = Task.objects.create(
        source_id=contract.source_id,
        kind=TaskKind.BULK,
        actor=COMMAND_LINE,
        reason=reason,
        asked=asked,
        received_at=now,
        started_at=now,
    )
    TaskShare.objects.bulk_create(TaskShare(task=task, number=number) for number in range(shares))
    return task


def _asked(file: Path) -> dict[str, Json]:
    """A file by its place, length and age: another content would be resumed in its middle."""
    if file == STANDARD_INPUT:
        return {"file": str(file)}
    about = file.stat()
    return {"file": str(file.resolve()), "size": about.st_size, "modified": about.st_mtime_ns}


def load(
    task: Task,
    number: int,
    file: Path,
    *,
    chunk_size: int | None,
    must_stop: Callable[[], bool] = lambda: False,
) -> Iterator[LoadedChunk]:
    """Do one share of the task of a file; each chunk once it is written.

    What was written stays so, whatever happens after it. Raises `Refused` as `write` does, and
    what reading the file raises.
    """
    contract = current_contract(task.source.key)
    share = TaskShare.objects.get(task=task, number=number)
    shares = TaskShare.objects.filter(task=task).count()
    with rare_collections(), opened(file) as (packed, stream):
        operations = _operations(stream, contract, share, shares)
        chunks = work_through(task, share, operations, must_stop, chunk_size=chunk_size)
        for chunk, receipts in chunks:
            counts = Counter(receipt.outcome for receipt in receipts)
            position = packed.tell() if packed.seekable() else 0
            yield LoadedChunk(counts, list(_rejects(chunk, receipts)), position)


@contextmanager
def opened(file: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The file as it lies there, and unpacked."""
    with (
        nullcontext(sys.stdin.buffer) if file == STANDARD_INPUT else file.open("rb") as packed,
        cast(BinaryIO, gzip.open(packed))
        if file.suffix == ".gz"
        else nullcontext(packed) as unpacked,
    ):
        yield packed, unpacked


def _operations(
    stream: BinaryIO, contract: Contract, share: TaskShare, shares: int
) -> Iterator[SentOperation]:
    """Of a share; positions are numbers of lines."""
    target_of = partial(meant_target, contract)
    for line in read_lines(stream):
        index = line.number - 1
        if line.number > share.position and share_of(line.text, index, shares) == share.number:
            yield SentOperation(index, line.number, line.read(target_of), line.text)


def _rejects(chunk: Iterable[SentOperation], receipts: Iterable[Receipt]) -> Iterator[RejectedLine]:
    for one, receipt in zip(chunk, receipts, strict=True):
        if receipt.refused is not None:
            yield RejectedLine(one.position, one.text, receipt.refused.lines())
