"""A task as people read it: what it is, how far it has come, what became of its operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ingestion.models import Task, TaskKind, TaskMode, TaskStatus
from ingestion.operations import Target
from ingestion.tasks.finding import COUNTS, SINGLE, shown_tasks
from ingestion.tasks.submitting import is_ready
from ingestion.undoing.asking import name_of

MINUTE, HOUR = 60, 3_600


@dataclass(frozen=True, slots=True)
class ReadableTask:
    task: Task
    shown: Mapping[str, Any]
    """As the API shows it."""

    @property
    def is_plan(self) -> bool:
        return self.task.mode == TaskMode.PLAN

    @property
    def is_pending(self) -> bool:
        return self.task.status == TaskStatus.PENDING

    @property
    def is_table(self) -> bool:
        return bool(self.task.asked.get("format") == "csv")

    @property
    def has_effect(self) -> bool:
        """Something is, or would be, other than before."""
        counts = self.shown["progress"]["counts"]
        return any(counts[name] for name in ("created", "changed", "deleted"))

    @property
    def is_ready(self) -> bool:
        """It is a plan that can be carried out."""
        return is_ready(self.task)

    @property
    def is_undo(self) -> bool:
        return self.task.kind == TaskKind.UNDO

    @property
    def may_be_undone(self) -> bool:
        return not self.is_plan and not self.is_pending and self.has_effect

    @property
    def undoes(self) -> tuple[str, UUID | None]:
        """The task that it undoes: its id, and that of its row, which a single write has not."""
        id = self.task.undoes
        prefix, _, digits = id.partition("_")
        return id, None if prefix == SINGLE else UUID(hex=digits)

    @property
    def title(self) -> str:
        title = name_of(self.task)
        return f"Dry run: {title}" if self.is_plan else title

    @property
    def records(self) -> str:
        """What it writes, as far as that is known beforehand."""
        asked = self.task.asked
        if type := asked.get("type") or asked.get("key"):
            return str(type)
        return {Target.RESOURCE: "resources", Target.RELATIONSHIP: "relationships"}.get(
            asked.get("target"), ""
        )

    @property
    def status(self) -> str:
        if self.is_pending:
            stopping = "ending" if self.task.is_cancelled else "running"
            return stopping if self.task.started_at else "waiting"
        if self.task.status == TaskStatus.FAILURE and self.task.problem is None:
            what = "left alone" if self.is_undo else "refused"
            return f"done, {'all' if self.refused == self.done else 'some'} {what}"
        return _STATUS[TaskStatus(self.task.status)]

    @property
    def done(self) -> int:
        return int(self.shown["progress"]["done"])

    @property
    def total(self) -> int | None:
        total: int | None = self.shown["progress"].get("total")
        return total

    @property
    def per_second(self) -> int:
        return int(self.shown["progress"]["perSecond"])

    @property
    def summary(self) -> str:
        """How far it is, and how long it takes still or took. The script of the page tells this
        in the same words.
        """
        if self.total is None:
            return ""
        parts = [f"{self.done:,} of {self.total:,}"]
        if self.per_second:
            parts.append(f"{self.per_second:,} a second")
        if self.is_pending and self.per_second:
            parts.append(f"about {lasting((self.total - self.done) / self.per_second)} left")
        started, ended = self.task.started_at, self.task.completed_at
        if started is not None and ended is not None:
            parts.append(f"in {lasting((ended - started).total_seconds())}")
        return ", ".join(parts)

    @property
    def counts(self) -> Sequence[tuple[str, int, str]]:
        """By name, as numbers and as texts; of deletions only where there are any."""
        counts = self.shown["progress"]["counts"]
        shown = [name for name in COUNTS if name != "deleted" or counts[name]]
        return [(name, counts[name], f"{counts[name]:,}") for name in shown]

    @property
    def refused(self) -> int:
        return int(self.shown["progress"]["counts"]["refused"])

    @property
    def keeps_rejects(self) -> bool:
        return self.task.kind == TaskKind.BULK

    @property
    def may_be_resent(self) -> bool:
        """While it runs, more may come to be refused. A file that was loaded by a command has
        records of both kinds, which no task has that is sent from here.
        """
        is_bulk = self.task.kind == TaskKind.BULK and "target" in self.task.asked
        return is_bulk and not self.is_pending and self.refused > 0

    @property
    def resubmits(self) -> tuple[str, UUID] | None:
        """The task whose rejects it sends again: its id, and that of its row."""
        id = self.task.asked.get("resubmits")
        return (id, UUID(hex=id.partition("_")[2])) if id else None

    @property
    def api_path(self) -> str:
        return f"/sources/{self.task.source.key}/v1/tasks/{self.task.public_id}"


def readable_tasks(tasks: Sequence[Task]) -> list[ReadableTask]:
    return [
        ReadableTask(task, shown) for task, shown in zip(tasks, shown_tasks(tasks), strict=True)
    ]


def lasting(seconds: float) -> str:
    if seconds < MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < HOUR:
        return f"{round(seconds / MINUTE)} min"
    return f"{seconds / HOUR:.1f} h"


_STATUS = {
    TaskStatus.SUCCESS: "done",
    TaskStatus.FAILURE: "failed",
    TaskStatus.CANCELLED: "cancelled",
}
