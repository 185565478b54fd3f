"""Places among the receipts of a task, as addresses of pages tell them."""

from __future__ import annotations

import re

from ingestion.tasks.finding import FIRST_RECEIPT, ReceiptPlace

_place = re.compile(r"([0-9]{1,4})\.([0-9]{1,12})\.([0-9]{1,9})", re.ASCII)


def place_text(place: ReceiptPlace) -> str:
    return ".".join(map(str, place))


def read_place(text: str) -> ReceiptPlace:
    """The first one for what is none."""
    found = _place.fullmatch(text)
    if found is None:
        return FIRST_RECEIPT
    share, chunk, skipped = map(int, found.groups())
    return share, chunk, skipped
