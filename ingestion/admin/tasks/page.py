"""The receipts on the page of a task: all, or what was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from ingestion.admin.history.addresses import history_address
from ingestion.admin.tasks.conflicts import ShownConflict
from ingestion.admin.tasks.corrections import Correction, Typed, correction_of
from ingestion.admin.tasks.places import place_text, read_place
from ingestion.models import Resource, Task, TaskKind, TaskMode
from ingestion.operations import Target
from ingestion.tasks.finding import FIRST_RECEIPT, ReceiptPlace, receipts_page
from ingestion.tasks.refusals import refusals_page
from ingestion.undoing.conflicts import conflicts_page

AFTER, SHOW, REFUSED = "after", "show", "refused"
SHOWN, SHOWN_REFUSED = 50, 10


@dataclass(frozen=True, slots=True)
class Line:
    """One receipt, and the page of the resource that it is about."""

    receipt: Mapping[str, Any]
    address: str


@dataclass(frozen=True, slots=True)
class ReceiptsPage:
    is_refused: bool
    is_first: bool
    lines: Sequence[Line] = ()
    corrections: Sequence[Correction] = ()
    conflicts: Sequence[ShownConflict] = ()
    following: str | None = None
    """The query of the next page."""


def receipts_page_of(request: HttpRequest, task: Task, typed: Typed | None = None) -> ReceiptsPage:
    after = read_place(request.GET.get(AFTER, ""))
    is_refused = request.GET.get(SHOW) == REFUSED
    if is_refused and task.kind == TaskKind.UNDO:
        conflicts, following = conflicts_page(task.source, task, after, SHOWN_REFUSED)
        shown = [ShownConflict(conflict) for conflict in conflicts]
        return ReceiptsPage(
            True, after == FIRST_RECEIPT, conflicts=shown, following=_query(following, True)
        )
    if is_refused:
        refusals, following = refusals_page(task, after, SHOWN_REFUSED)
        corrections = [correction_of(refusal, typed) for refusal in refusals]
        return ReceiptsPage(
            True, after == FIRST_RECEIPT, corrections=corrections, following=_query(following, True)
        )
    receipts, following = receipts_page(task, after, SHOWN)
    lines = _lines(task, receipts)
    return ReceiptsPage(False, after == FIRST_RECEIPT, lines, following=_query(following, False))


def _lines(task: Task, receipts: Sequence[Mapping[str, Any]]) -> list[Line]:
    """With one statement for the addresses of all. Of what is gone it is its history."""
    of_resources = [one for one in receipts if one["targetType"] == Target.RESOURCE]
    rows = Resource.objects.filter(
        source_id=task.source_id,
        profile__source_id=task.source_id,
        profile__key__in={one["type"] for one in of_resources},
        public_id__in={one["id"] for one in of_resources},
    )
    keys = {(type, id): pk for type, id, pk in rows.values_list("profile__key", "public_id", "pk")}
    return [Line(one, _address(task, one, keys)) for one in receipts]


def _address(task: Task, receipt: Mapping[str, Any], keys: Mapping[tuple[str, str], Any]) -> str:
    """Empty where nothing came of it."""
    target, type, id = (receipt[name] for name in ("targetType", "type", "id"))
    if target == Target.RESOURCE and (type, id) in keys:
        return reverse("admin:ingestion_resource_change", args=[keys[type, id]])
    is_stored = task.mode != TaskMode.PLAN and receipt["status"] == "SUCCESS"
    return history_address(Target(target), task.source.key, type, id) if is_stored else ""


def _query(place: ReceiptPlace | None, is_refused: bool) -> str | None:
    if place is None:
        return None
    shown = {SHOW: REFUSED} if is_refused else {}
    return urlencode({**shown, AFTER: place_text(place)})
