"""The receipts on the page of a task: all, or what was refused, with texts to correct."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from ingestion.models import Resource
from ingestion.operations import Target
from ingestion.task_models import Task
from ingestion.tasks.finding import FIRST, Place, receipts_page
from ingestion.tasks.refusals import Refusal, refusals_page
from profiles.exact import decode
from profiles.faults import Refused

AFTER, SHOW, REFUSED = "after", "show", "refused"
SHOWN, SHOWN_REFUSED = 50, 10
LONGEST_TEXT = 50_000
"""Characters. What is longer is corrected in a file."""
TEXT, CHOSEN = "text-", "send"
_place = re.compile(r"([0-9]{1,5})\.([0-9]{1,12})\.([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One receipt, and the page of the resource that it is about."""

    receipt: Mapping[str, Any]
    address: str


@dataclass(frozen=True, slots=True)
class Correction:
    """Something that was refused, with the text that is to be sent in its place."""

    refusal: Refusal
    text: str
    problem: str
    is_chosen: bool

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
    def faults(self) -> Sequence[Mapping[str, Any]]:
        error = self.refusal.receipt.error or {}
        return error.get("details") or [{"path": "", "message": error.get("message", "")}]

    @property
    def lines(self) -> int:
        return min(24, self.text.count("\n") + 2)


@dataclass(frozen=True, slots=True)
class ReceiptsPage:
    is_refused: bool
    is_first: bool
    lines: Sequence[Line] = ()
    corrections: Sequence[Correction] = ()
    following: str | None = None
    """The query of the next page."""


@dataclass(slots=True)
class TypedRefusals:
    """What somebody corrected, by the indexes of what was refused."""

    sent: QueryDict
    lines: list[bytes] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for index in self.chosen:
            try:
                self.lines.append(_line(self.sent.get(f"{TEXT}{index}", "")))
            except Refused as refused:
                self.faults[index] = refused.message

    @property
    def chosen(self) -> list[int]:
        texts = self.sent.getlist(CHOSEN)
        return sorted({int(text) for text in texts if text.isdecimal() and len(text) < 13})


def receipts_page_of(
    request: HttpRequest, task: Task, typed: TypedRefusals | None = None
) -> ReceiptsPage:
    after = _read_place(request.GET.get(AFTER, ""))
    is_refused = request.GET.get(SHOW) == REFUSED
    if is_refused:
        refusals, following = refusals_page(task, after, SHOWN_REFUSED)
        corrections = [_correction(refusal, typed) for refusal in refusals]
        return ReceiptsPage(
            True, after == FIRST, corrections=corrections, following=_query(following, True)
        )
    receipts, following = receipts_page(task, after, SHOWN)
    lines = _lines(task, receipts)
    return ReceiptsPage(False, after == FIRST, lines, following=_query(following, False))


def _correction(refusal: Refusal, typed: TypedRefusals | None) -> Correction:
    index = refusal.receipt.index
    if typed is None:
        return Correction(refusal, refusal.text, "", False)
    return Correction(
        refusal,
        typed.sent.get(f"{TEXT}{index}", refusal.text),
        typed.faults.get(index, ""),
        index in typed.chosen,
    )


def _lines(task: Task, receipts: Sequence[Mapping[str, Any]]) -> list[Line]:
    """With one statement for the addresses of all."""
    of_resources = [one for one in receipts if one["targetType"] == Target.RESOURCE]
    rows = Resource.objects.filter(
        source_id=task.source_id,
        profile__source_id=task.source_id,
        profile__key__in={one["type"] for one in of_resources},
        public_id__in={one["id"] for one in of_resources},
    )
    keys = {(type, id): pk for type, id, pk in rows.values_list("profile__key", "public_id", "pk")}
    return [Line(one, _address(keys.get((one["type"], one["id"])))) for one in receipts]


def _address(pk: Any) -> str:
    return "" if pk is None else reverse("admin:ingestion_resource_change", args=[pk])


def _line(text: str) -> bytes:
    """As one line of NDJSON. Raises `Refused` for what is no JSON: it would be refused again."""
    sent = text.strip().encode()
    decode(sent)
    return msgspec.json.format(sent, indent=-1) + b"\n"


def _read_place(text: str) -> Place:
    found = _place.fullmatch(text)
    if found is None:
        return FIRST
    share, chunk, skipped = map(int, found.groups())
    return share, chunk, skipped


def _query(place: Place | None, is_refused: bool) -> str | None:
    if place is None:
        return None
    shown = {SHOW: REFUSED} if is_refused else {}
    return urlencode({**shown, AFTER: ".".join(map(str, place))})
