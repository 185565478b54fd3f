"""What becomes of a body before it is judged: nulls dropped, numbers written out, ids completed.

A text that holds none of that is stored as the slice that was sent, unread.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ingestion.records import new_row_id
from profiles.exact import Document, Json, plain_number
from profiles.faults import Fault, pointer
from profiles.names import ROOT_ID, is_id

_digits_alike = bytes.maketrans(b"123456789E+", b"000000000e-")
_BEFORE_A_NUMBER = b" \t\n\r:,["


def normalise(document: Document) -> Document:
    """The document without nulls, its numbers written out; itself if it has none of either."""
    if _may_need_writing_out(document.text):
        return Document.of(_plain(document.value))
    if b"null" in document.text:
        value = _plain(document.value)
        return document if value == document.value else Document.of(value)
    return document


def _may_need_writing_out(text: bytes) -> bool:
    """Whether a number may have an exponent or be a minus zero; a string may look like one too.

    Searches for fixed words, which is several times as fast as one for a pattern.
    """
    alike = text.translate(_digits_alike)
    has_exponent = b"0e" in alike and (b"0e0" in alike or b"0e-0" in alike)
    return has_exponent or _may_have_minus_zero(text)


def _may_have_minus_zero(text: bytes) -> bool:
    """Days and months of dates begin like one, but stand behind a digit."""
    at = text.find(b"-0")
    while at >= 0:
        if text[at - 1 : at] in _BEFORE_A_NUMBER:
            return True
        at = text.find(b"-0", at + 2)
    return False


def place_contained(contained: Document, root: str) -> tuple[Document, list[Fault]]:
    """The contained resources with their full ids, and the faults of ids in the wrong place.

    `root` is `<rootType>/<rootId>`. Ids that are no ids at all are left to the schema.
    """
    if not isinstance(contained.value, dict) or not contained.value:
        return contained, []
    faults: list[Fault] = []
    value = _placed(contained.value, root, root, (), faults)
    return (contained if value == contained.value else Document.of(value)), faults


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_plain(element) for element in value]
    return plain_number(value) if isinstance(value, Decimal) else value


def _placed(
    rows: dict[str, Any], parent: str, root: str, steps: tuple[str | int, ...], faults: list[Fault]
) -> dict[str, Any]:
    """`rows` by contain key; `parent` is the full id of the resource that contains them."""
    return {
        key: [
            _placed_one(row, f"{parent}/{key}", root, (*steps, key, index), faults)
            if isinstance(row, dict)
            else row
            for index, row in enumerate(row_list)
        ]
        if isinstance(row_list, list)
        else row_list
        for key, row_list in rows.items()
    }


def _placed_one(
    row: dict[str, Any], prefix: str, root: str, steps: tuple[str | int, ...], faults: list[Fault]
) -> dict[str, Any]:
    id = _full_id(row.get("id", ROOT_ID), prefix, root)
    if isinstance(id, str) and "/" in id and id.rpartition("/")[0] != prefix:
        message = "Does not agree with its place: give its last part only, or none."
        faults.append(Fault(pointer(*steps, "id"), "place", message, expected=f"{prefix}/…"))
    placed = {"id": id, **{key: member for key, member in row.items() if key != "id"}}
    inner = row.get("contained")
    if isinstance(inner, dict) and isinstance(id, str):
        placed["contained"] = _placed(inner, id, root, (*steps, "contained"), faults)
    return placed


def _full_id(id: Json, prefix: str, root: str) -> Json:
    """The full id that an id in a body stands for; a made one where there is none."""
    if id == ROOT_ID:
        return f"{prefix}/{new_row_id()}"
    if is_id(id):
        return f"{prefix}/{id}"
    if isinstance(id, str):
        root_type = root.partition("/")[0]
        token = f"{root_type}/{ROOT_ID}/"
        return f"{root}/{id.removeprefix(token)}" if id.startswith(token) else id
    return id
