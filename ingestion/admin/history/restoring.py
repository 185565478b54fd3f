"""The page on which an old version becomes the newest one, and what is told afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from ingestion.admin.history.lines import Compared, anchor_of, compared, shown_line
from ingestion.admin.history.pages import MOST_LINES, told_of
from ingestion.admin.history.record import Past
from ingestion.forms.reasons import RecordReasonForm
from ingestion.models import Change
from ingestion.past.restoring import Restored, restore
from ingestion.past.versions import find_before
from ingestion.records import Outcome, Receipt
from profiles.admin.writing import actor_of
from profiles.faults import Fault, Refused
from profiles.inputs.comparing import Kind, Line, Way
from profiles.inputs.nodes import Node, names_of
from profiles.preconditions import Preconditions

GONE = "gone"
"""In place of the ETag of a record that was not there when the page was shown."""
TOLD = 10
"""Relationships that are told one by one."""
CROSSED = (
    "Nothing was restored yet: somebody else has changed this meanwhile. Below is what would change"
    " now."
)


class RestoreForm(RecordReasonForm):
    seen = forms.CharField(required=False)
    """What the page showed: an ETag, or `GONE`."""

    refused: Refused | None = None

    @property
    def preconditions(self) -> Preconditions:
        """An ETag that was not sent matches nothing."""
        seen = self.cleaned_data["seen"]
        return Preconditions(must_be_new=True) if seen == GONE else Preconditions(if_match=(seen,))


def restored(request: HttpRequest, past: Past, change: Change, form: RestoreForm) -> bool:
    """Whether it was asked for and done; what was refused stands in the form."""
    if change.is_erased or not form.is_valid():
        return False
    reason = form.cleaned_data["reason"]
    try:
        done = restore(
            past.record, change, form.preconditions, actor=actor_of(request), reason=reason
        )
    except Refused as refused:
        form.refused = refused
        return False
    _tell(request, past, change, done)
    return True


def restore_context(past: Past, change: Change, form: RestoreForm) -> dict[str, Any]:
    found = Compared((), ()) if change.is_erased else _would_be(past, change)
    lines = list(found.lines)
    refused = form.refused
    is_crossed = refused is not None and refused.status == 412
    faults = [] if refused is None or is_crossed else _shown(refused, found.roots, lines)
    shown = [*lines[:MOST_LINES], *(line for line in lines[MOST_LINES:] if line.faults)]
    return {
        "title": f"Restore version {change.version} of {past.id}",
        "told": told_of(past, find_before(past.record, change)),
        "form": form,
        "seen": past.etag or GONE,
        "lines": [shown_line(line) for line in shown],
        "more_lines": len(lines) - len(shown),
        "faults": faults,
        "crossed": CROSSED if is_crossed else "",
        "is_erased": change.is_erased,
        "has_effect": bool(lines) or not past.is_there,
    }


def _would_be(past: Past, change: Change) -> Compared:
    """What a deletion keeps is the state before it, which is what would come back."""
    wanted = {name: getattr(change, name) for name in past.fields}
    return compared(past.fields, past.state(past.last), wanted)


def _shown(
    refused: Refused, roots: Sequence[Node], lines: list[Line]
) -> list[tuple[str, str, str]]:
    """The faults, as what they are of and where that stands. Adds to the lines where none is."""
    if not refused.faults:
        return [("", "", refused.message)]
    return [_placed(fault, roots, lines) for fault in refused.faults]


def _placed(fault: Fault, roots: Sequence[Node], lines: list[Line]) -> tuple[str, str, str]:
    root = next((root for root in roots if _is_in(fault.path, root.place.pointer)), None)
    if root is None:
        return "", fault.path, fault.message
    way = root.way_to(fault.path)
    at = way[-1].place.pointer
    line = next((line for line in lines if line.new and _is_in(at, line.pointer)), None)
    if line is None:
        names = tuple(names_of(way[1:])) or (root.label.text,)
        line = Line(kind=Kind.SAME, way=Way(names), old=way[-1], new=way[-1])
        lines.append(line)
    line.faults.append(fault.message)
    return anchor_of(line), " › ".join(line.way.names), fault.message


def _is_in(path: str, place: str) -> bool:
    return f"{path}/".startswith(f"{place}/")


def _tell(request: HttpRequest, past: Past, change: Change, done: Restored) -> None:
    receipt = done.written.receipt
    assert receipt.record is not None, "only a deletion leaves no record"
    if receipt.outcome is Outcome.UNCHANGED:
        messages.info(request, "It was as it is in this version already: nothing was changed.")
        return
    text = f"It is back, as it was in version {change.version}."
    if receipt.outcome is not Outcome.CREATED:
        version = receipt.record.version
        text = f"Version {change.version} was restored: it is version {version} now."
    messages.success(request, text)
    tell_along(request, done.along)


def tell_along(request: HttpRequest, along: Sequence[Receipt]) -> None:
    """Tell what became of the records that had been deleted along with a restored one."""
    lost = [one for one in along if one.refused is not None]
    if back := len(along) - len(lost):
        noun = "relationship" if back == 1 else "relationships"
        messages.success(request, f"{back} {noun} came back with it.")
    if lost:
        messages.warning(request, _lost(lost))


def _lost(lost: Sequence[Receipt]) -> str:
    shown = [f"{one.operation.collection} {one.id}: {_why(one)}" for one in lost[:TOLD]]
    if len(lost) > TOLD:
        shown.append(f"… and {len(lost) - TOLD} more.")
    return " ".join(["Did not come back:", *shown])


def _why(receipt: Receipt) -> str:
    refused = receipt.refused
    assert refused is not None, "only these are told"
    return " ".join(fault.message for fault in refused.faults) or refused.message
