"""Versions as people read them: by whom, when and why they were made, and what they changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.urls import reverse

from ingestion.admin.history.addresses import (
    comparison_address,
    edit_address,
    restore_address,
    version_address,
)
from ingestion.admin.history.lines import Mark, marks_of
from ingestion.models import Change, Task, TaskKind
from ingestion.past.versions import Version
from profiles.contract import Contract
from profiles.inputs.comparing import Line

PERSON, KEY = "user:", "key:"
SHOWN_MARKS = 8

_task = re.compile(r"([a-z]{1,8})_([0-9a-f]{32})")


class Who(NamedTuple):
    name: str
    detail: str = ""
    """What sets it apart from others of the same name."""


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version as the timeline and the heads of other pages show it."""

    source: str
    version: Version
    who: Who
    task_page: str
    """Empty where the task has none: a single write, or one that is no longer kept."""
    marks: Sequence[Mark] = ()
    more_marks: int = 0
    is_long: bool = False
    """Too long to say in short what was changed."""

    @property
    def change(self) -> Change:
        return self.version.change

    @property
    def what(self) -> str:
        """What became of the record, in a word."""
        if self.version.is_deletion:
            return "Deleted"
        return "Created" if self.version.is_first else "Changed"

    @property
    def compare_page(self) -> str:
        """With the version before."""
        return comparison_address(self.source, None, self.change)

    @property
    def version_page(self) -> str:
        return version_address(self.source, self.change)

    @property
    def restore_page(self) -> str:
        return restore_address(self.source, self.change)

    @property
    def edit_page(self) -> str:
        return edit_address(self.source, self.change)


@dataclass(frozen=True, slots=True)
class Teller:
    """Knows the people and tasks behind some changes: two statements, however many they are."""

    source: str
    names: Mapping[str, str] = field(default_factory=dict)
    tasks: Mapping[UUID, str] = field(default_factory=dict)

    @classmethod
    def of(cls, contract: Contract, changes: Iterable[Any]) -> Teller:
        """For any rows that have an actor and the id of a task."""
        rows = list(changes)
        return cls(
            contract.source_key,
            _names_of({row.actor for row in rows}),
            _tasks_of(contract.source_id, {row.task_id for row in rows}),
        )

    def who(self, actor: str) -> Who:
        if actor.startswith(PERSON):
            username = actor.removeprefix(PERSON)
            name = self.names.get(username)
            return Who(name, username) if name else Who(username)
        if actor.startswith(KEY):
            prefix, _, name = actor.removeprefix(KEY).partition(" ")
            return Who(name, f"key {prefix}") if name else Who(f"Key {prefix}")
        return Who(actor[:1].upper() + actor[1:])

    def task_page(self, task_id: str) -> str:
        """The address of the page of a task; empty if it has none."""
        row = _row_of(task_id)
        return self.tasks.get(row, "") if row else ""

    def tell(self, version: Version, lines: Sequence[Line] | None = ()) -> ShownVersion:
        """`lines` are None if it takes too long to find out what was changed."""
        marks = marks_of(lines or ())
        return ShownVersion(
            self.source,
            version,
            self.who(version.change.actor),
            self.task_page(version.change.task_id),
            marks[:SHOWN_MARKS],
            max(0, len(marks) - SHOWN_MARKS),
            is_long=lines is None,
        )


def _names_of(actors: Iterable[str]) -> Mapping[str, str]:
    """The full names of people, by the names that they log in with."""
    people = {actor.removeprefix(PERSON) for actor in actors if actor.startswith(PERSON)}
    users: Any = get_user_model()
    rows = users.objects.filter(username__in=people)
    return {row.get_username(): row.get_full_name() for row in rows}


def _tasks_of(source_id: int, task_ids: Iterable[str]) -> Mapping[UUID, str]:
    rows = {id for id in map(_row_of, task_ids) if id is not None}
    found = Task.objects.filter(source_id=source_id, pk__in=rows).values_list("pk", flat=True)
    return {id: reverse("admin:ingestion_task_change", args=[id]) for id in found}


def _row_of(task_id: str) -> UUID | None:
    """The row of a task, by its public id; None for a single write, which has none."""
    found = _task.fullmatch(task_id)
    is_task = found is not None and found[1] in TaskKind.values
    return UUID(hex=found[2]) if found and is_task else None
