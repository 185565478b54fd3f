"""What was refused, with the texts that are to be sent in its place.

They are tried first, by the write path: so a fault that is left shows at once, and in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.http import QueryDict

from ingestion.admin.tasks.places import place_text
from ingestion.bodies.envelopes import read_operation
from ingestion.models import Task
from ingestion.operations import Target
from ingestion.tasks.refusals import Refusal
from ingestion.writing import write
from profiles.exact import decode
from profiles.faults import Refused

LONGEST_TEXT = 50_000
"""Characters. What is longer is corrected in a file."""
TEXT, CHOSEN = "text-", "send"

Faults = Sequence[Mapping[str, Any]]
"""As the API shows them."""


@dataclass(frozen=True, slots=True)
class Correction:
    refusal: Refusal
    text: str
    faults: Faults
    is_chosen: bool = False
    is_faulty: bool = False
    """What was typed is refused too."""

    @property
    def index(self) -> int:
        return self.refusal.receipt.index

    @property
    def input(self) -> str:
        return f"{TEXT}{self.index}"

    @property
    def is_editable(self) -> bool:
        return len(self.refusal.text) <= LONGEST_TEXT

    @property
    def place(self) -> str:
        return place_text(self.refusal.place)

    @property
    def has_form(self) -> bool:
        """Whether it looks so. Its profile is asked for only when somebody opens the form."""
        receipt = self.refusal.receipt
        return receipt.target == Target.RESOURCE and bool(receipt.type)

    @property
    def lines(self) -> int:
        return min(20, self.text.count("\n") + 2)


@dataclass(slots=True)
class Typed:
    """What somebody corrected and chose, by the indexes of what was refused."""

    sent: QueryDict
    lines: dict[int, bytes] = field(default_factory=dict)
    """As lines of NDJSON."""
    faults: dict[int, Faults] = field(default_factory=dict)

    @classmethod
    def read(cls, sent: QueryDict) -> Typed:
        typed = cls(sent)
        for index in typed.chosen:
            try:
                typed.lines[index] = as_line(sent.get(f"{TEXT}{index}", ""))
            except Refused as refused:
                typed.faults[index] = faults_in(refused.as_json())
        return typed

    @property
    def chosen(self) -> list[int]:
        texts = self.sent.getlist(CHOSEN)
        return sorted({int(text) for text in texts if text.isdecimal() and len(text) < 13})

    def try_out(self, task: Task, actor: str) -> None:
        """Find what of it would be refused. Nothing is written."""
        found = refusals_of(task, list(self.lines.values()), actor)
        for index, refused in zip(self.lines, found, strict=True):
            if refused is not None:
                self.faults[index] = faults_in(refused.as_json())


def correction_of(refusal: Refusal, typed: Typed | None) -> Correction:
    index, faults = refusal.receipt.index, faults_in(refusal.receipt.error or {})
    if typed is None:
        return Correction(refusal, refusal.text, faults)
    return Correction(
        refusal,
        typed.sent.get(f"{TEXT}{index}", refusal.text),
        typed.faults.get(index, faults),
        index in typed.chosen,
        index in typed.faults,
    )


def refusals_of(task: Task, lines: Sequence[bytes], actor: str) -> list[Refused | None]:
    """Why each of these operations would be refused in place of those of a task."""
    target = Target(task.asked["target"])
    operations = [read_operation(line, lambda _: target) for line in lines]
    if not operations:
        return []
    written = write(task.source.key, operations, actor=actor, is_plan=True)
    return [receipt.refused for receipt in written.receipts]


def faults_in(error: Mapping[str, Any]) -> Faults:
    return error.get("details") or [{"path": "", "message": error.get("message", "")}]


def as_line(text: str) -> bytes:
    """As one line of NDJSON. Raises `Refused` for what is no JSON."""
    sent = text.strip().encode()
    decode(sent)
    return msgspec.json.format(sent, indent=-1) + b"\n"
