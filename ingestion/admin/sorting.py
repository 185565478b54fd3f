"""By what a list of the admin can be sorted: the headings that are links, and a choice of all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.templatetags.admin_list import result_headers
from django.http import HttpRequest

from ingestion.admin.listing import label_of
from ingestion.filters.data import PREFIX
from ingestion.search.orders import DEFAULT, DESCENDING, ID, Order, data_orders, system_order
from ingestion.search.parameters import read_order
from ingestion.search.scope import Scope
from profiles.faults import Refused

SORT = "sort"
OF_COLUMNS: Mapping[str, str] = {
    "public_id": ID,
    "created_at": "createdAt",
    "updated_at": "updatedAt",
}
LATEST_FIRST = ("createdAt", "updatedAt")
SYSTEM_LABELS: Mapping[str, str] = {
    DEFAULT: "newest first",
    "createdAt": "oldest first",
    "-updatedAt": "last changed first",
    "updatedAt": "last changed last",
    ID: "id",
    "-id": "id, descending",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """Of a column. One that can be sorted by has an address."""

    text: str
    attributes: str
    address: str = ""
    direction: str = ""
    """How the list is sorted by it now, in the words of `aria-sort`; empty if it is not."""


def headings_of(changelist: Any, order: str, sorts: Collection[str]) -> list[Heading]:
    headers = list(result_headers(changelist))
    pairs = zip(headers, changelist.list_display, strict=True)
    return [_heading(changelist, header, column, order, sorts) for header, column in pairs]


def sort_choices(scope: Scope | None) -> dict[str, str]:
    """What people read for each order that there is. The first is the one that needs no word."""
    choices = {"" if name == DEFAULT else name: text for name, text in SYSTEM_LABELS.items()}
    if scope is None:
        return {"": choices[""]}
    for name in data_orders(scope.indexed):
        path = scope.indexed[name.removeprefix(DESCENDING).removeprefix(PREFIX)]
        ending = ", descending" if name.startswith(DESCENDING) else ""
        choices[name] = f"{label_of(path)}{ending}"
    return choices


def asked_order(request: HttpRequest, scope: Scope, *, is_told: bool) -> Order:
    """The order that is asked for; for one that does not exist the first, with a message."""
    name = request.GET.get(SORT, DEFAULT)
    try:
        return read_order(name, scope)
    except Refused as refused:
        if is_told:
            messages.error(request, f"Not sorted by {name}: {refused.faults[0].message}")
        return system_order(DEFAULT)


def _heading(
    changelist: Any, header: Mapping[str, Any], column: Any, order: str, sorts: Collection[str]
) -> Heading:
    text, attributes = header["text"], header.get("class_attrib", "")
    name = OF_COLUMNS.get(column) if isinstance(column, str) else getattr(column, SORT, None)
    if name is None or name not in sorts:
        return Heading(text, attributes)
    falling = f"{DESCENDING}{name}"
    if order in (name, falling):
        asked = falling if order == name else name
        direction = "ascending" if order == name else "descending"
    else:
        asked, direction = falling if name in LATEST_FIRST else name, ""
    return Heading(text, attributes, changelist.get_query_string({SORT: asked}), direction)
