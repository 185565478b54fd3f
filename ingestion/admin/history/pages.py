"""What the pages of history show: the timeline, two versions side by side, one of them whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from ingestion.admin.history.addresses import number_parameter, restore_address
from ingestion.admin.history.lines import shown_line
from ingestion.admin.history.record import Past
from ingestion.admin.history.shown_versions import ShownVersion, Teller
from ingestion.models import Change
from ingestion.operations import Target
from ingestion.past.changes import change_after
from ingestion.past.versions import Version, find_before, versions_page
from profiles.exact import encode
from profiles.inputs.comparing import Line
from profiles.inputs.shapes import shown


@dataclass(frozen=True, slots=True)
class HistoryPanel:
    """Its template reads what `read` answers as `panel`."""

    template: str
    read: Callable[[Past], Any]


SHOWN = 20
MOST_COMPARED = 200_000
"""Characters of the JSON of versions that a timeline compares: longer ones have pages for that."""
MOST_LINES = 1_000
"""That differ, and are shown one by one."""
panels: dict[Target, list[HistoryPanel]] = {Target.RESOURCE: [], Target.RELATIONSHIP: []}
"""Below the first page of a timeline; others register theirs when Django starts."""
OLD, NEW, BEFORE = "old", "new", "before"


def timeline_context(request: HttpRequest, past: Past) -> dict[str, Any]:
    before = number_parameter(request, BEFORE)
    versions, following = versions_page(past.record, before, SHOWN)
    chosen = _kept_choice(request, past, versions)
    teller = Teller.of(past.record.contract, [version.change for version in versions])
    lines = _lines_of_each(past, versions)
    rows = [teller.tell(*pair) for pair in zip(versions, lines, strict=True)]
    own = panels[past.target] if before is None else ()
    readable = [version for version in versions if version.is_readable]
    return {
        "title": f"History of {past.id}",
        "rows": rows,
        "chosen": chosen,
        "default_new": chosen or next((each.change for each in readable), None),
        "default_old": next((each.change for each in readable[0 if chosen else 1 :]), None),
        "restore_last_page": restore_address(past.source, past.last),
        "undo_page": _undo_page(past, versions),
        "has_choice": len(readable) > 1 or following is not None or before is not None,
        "is_first_page": before is None,
        "panels": [(panel.template, panel.read(past)) for panel in own],
        "following": following,
        "lacks_older": following is None and bool(versions) and versions[-1].lacks_before,
    }


def _undo_page(past: Past, versions: Sequence[Version]) -> str:
    """What takes the newest change back; empty where that is not shown, or cannot be."""
    newest = next((version for version in versions if version.change == past.last), None)
    if newest is None:
        return ""
    if newest.is_first:
        return past.delete_page
    wanted = newest.change if newest.is_deletion else newest.before
    if wanted is None or wanted.is_erased:
        return ""
    return restore_address(past.source, wanted)


def _kept_choice(request: HttpRequest, past: Past, versions: Sequence[Version]) -> Change | None:
    """The newer version that was chosen on a page before this one."""
    named = request.GET.get(NEW, "")
    if not named or BEFORE not in request.GET:
        return None
    chosen = past.find(named)
    is_before = chosen is not None and bool(versions) and chosen.seq > versions[0].change.seq
    return chosen if is_before and chosen and not chosen.is_erased else None


def _lines_of_each(past: Past, versions: Sequence[Version]) -> Iterator[Sequence[Line] | None]:
    """Where each version differs from the one before; None if that takes too long for a list.

    Of the first version of a life nothing is told: all of it is new.
    """
    left = MOST_COMPARED
    for version in versions:
        if version.is_first or version.is_deletion or not version.is_comparable:
            yield ()
            continue
        size = sum(_length(past, change) for change in (version.before, version.change))
        if size > left:
            yield None
            continue
        left -= size
        compared = past.change_of(version)
        yield compared.lines if compared else ()


def _length(past: Past, change: Change | None) -> int:
    return sum(len(encode(part)) for part in past.state(change).values())


def compare_context(request: HttpRequest, past: Past) -> dict[str, Any] | None:
    """None where one of both is no version of the record."""
    new = past.find(request.GET[NEW]) if NEW in request.GET else past.last
    old = past.find(request.GET[OLD]) if OLD in request.GET else None
    if new is None or (old is None and OLD in request.GET):
        return None
    if old is not None and old.seq > new.seq:
        old, new = new, old
    version = find_before(past.record, new)
    is_default = old is None or old == version.before
    old = version.before if is_default else old
    return {
        "title": f"What changed in {past.id}",
        **_compared(past, version, old),
        **_neighbours(past, version),
        "is_one_change": is_default,
    }


def _compared(past: Past, version: Version, old: Change | None) -> dict[str, Any]:
    new = version.change
    is_known = old is not None or version.is_first
    is_erased = new.is_erased or (old is not None and old.is_erased)
    teller = Teller.of(past.record.contract, [each for each in (old, new) if each])
    lines = past.compared(old, new).lines if is_known and not is_erased else ()
    return {
        "old": teller.tell(find_before(past.record, old)) if old else None,
        "new": teller.tell(version),
        "lines": [shown_line(line) for line in lines[:MOST_LINES]],
        "more_lines": max(0, len(lines) - MOST_LINES),
        "is_known": is_known,
        "is_erased": is_erased,
    }


def _neighbours(past: Past, version: Version) -> dict[str, str]:
    """The changes before and after one, to step through them."""
    after = change_after(past.record, version.change.seq)
    return {
        "newer_page": past.comparison_page(None, after) if after else "",
        "older_page": past.comparison_page(None, version.before) if version.before else "",
    }


def version_context(past: Past, change: Change) -> dict[str, Any]:
    version = find_before(past.record, change)
    return {
        "title": f"Version {change.version} of {past.id}",
        "told": told_of(past, version),
        "shown_parts": [
            shown(field.widget.shape, value, value, field.widget.place)
            for name, field in past.fields.items()
            for value in [getattr(change, name)]
        ],
        "is_newest": change == past.last,
        "now_page": past.comparison_page(change, past.last),
    }


def told_of(past: Past, version: Version) -> ShownVersion:
    return Teller.of(past.record.contract, [version.change]).tell(version)
