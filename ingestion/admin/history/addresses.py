"""Where the history of a record stands in the admin: by its id, since it may be gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from ingestion.models import Change
from ingestion.operations import Target

HISTORY_PAGES: dict[Target, str] = {Target.RESOURCE: "ingestion_resource"}
"""The model to whose admin the pages belong. Filled by `AppConfig.ready`."""

EDIT = "edit_version"
"""The page that leads to the form of a record, filled with one of its versions."""
RESTORE = "restore_version"

SEGMENT = r"[A-Za-z0-9_.,-]+"
"""Every source key, collection, full id, and id of a change."""


def history_address(target: Target, source: str, collection: str, id: str) -> str:
    return reverse(f"admin:{HISTORY_PAGES[target]}_past", args=[source, collection, id])


def version_address(source: str, change: Change, page: str = "version") -> str:
    """Of the page that shows a version, or of another page about that version."""
    name = f"admin:{HISTORY_PAGES[Target(change.target)]}_{page}"
    return reverse(name, args=[source, change.collection, change.public_id, change.pk.hex])


def edit_address(source: str, change: Change) -> str:
    return version_address(source, change, EDIT)


def restore_address(source: str, change: Change) -> str:
    return version_address(source, change, RESTORE)


def comparison_address(source: str, old: Change | None, new: Change) -> str:
    """Without an old one, with what was before."""
    name = f"admin:{HISTORY_PAGES[Target(new.target)]}_compare"
    asked: Mapping[str, str] = {"old": old.pk.hex if old else "", "new": new.pk.hex}
    address = reverse(name, args=[source, new.collection, new.public_id])
    return f"{address}?{urlencode({key: value for key, value in asked.items() if value})}"


def deleted_address(
    target: Target, definition_field: str, collections: Collection[tuple[str, str]]
) -> str:
    """Of the list of what was deleted of a definition; of the choice of one, if it is not one."""
    address = reverse(f"admin:{HISTORY_PAGES[target]}_deleted")
    if len(collections) != 1:
        return address
    ((source, collection),) = collections
    return f"{address}?{urlencode({definition_field: f'{source}/{collection}'})}"


def number_parameter(request: HttpRequest, name: str) -> int | None:
    """A place to go on from; None for what is none."""
    text = request.GET.get(name, "")
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_number else None


def kept_history(address: str) -> SafeString:
    """Told to whoever has deleted a record."""
    text = 'What was deleted is kept: <a href="{}">look at it, or bring it back</a>.'
    return format_html(text, address)
