"""The text of one cell, and the value that it stands for. An empty one is no value.

`""` in a cell is the empty text. A list of plain values stands in one cell, `a|b`: a bar inside a
value is written `\\|`, a backslash `\\\\`; nothing but a bar is the empty list.
"""

from __future__ import annotations

import re

from profiles.datatypes.base import Control, json_or_text
from profiles.exact import Json, encode
from profiles.properties import Property

DELIMITER = "|"
EMPTY_TEXT = '""'

_plain = (Control.LINE, Control.LINES, Control.CHOICE)
_piece = re.compile(r"(?:\\[\\|]|[^|])+")
_escaped = re.compile(r"\\([\\|])")


def is_plain(prop: Property) -> bool:
    """Whether a value is one line, or one text, and not made of parts."""
    return prop.type.control in _plain


def is_list(prop: Property) -> bool:
    """Whether a value is a list that stands in one cell."""
    return prop.items is not None and is_plain(prop.items)


def is_divided(prop: Property) -> bool:
    """Whether there are columns for the parts of a value. Its own column would hold JSON."""
    return (prop.items is not None and not is_list(prop)) or prop.type.control is Control.GROUP


def read_cell(prop: Property, text: str) -> Json:
    """What is no value of the property's type stays a text, so that the write path refuses it."""
    if is_plain(prop):
        return _read_plain(prop, text)
    if prop.items is not None and is_plain(prop.items):
        pieces = _piece.findall(text)
        return [_read_plain(prop.items, _escaped.sub(r"\1", piece)) for piece in pieces]
    return json_or_text(text)


def write_cell(prop: Property, value: Json) -> str:
    """What was stored before its property had this type is written as JSON."""
    if is_plain(prop):
        return _write_plain(prop, value)
    if prop.items is not None and is_plain(prop.items) and isinstance(value, list):
        texts = [_write_plain(prop.items, element) for element in value]
        return DELIMITER.join(map(_escape, texts)) or DELIMITER
    return encode(value).decode()


def _read_plain(prop: Property, text: str) -> Json:
    if prop.type.is_text and len(text) > 1 and not text.strip('"'):
        return text[2:]
    return prop.type.from_text(_choice(prop, text))


def _write_plain(prop: Property, value: Json) -> str:
    text = prop.type.to_text(value)
    if text is None:
        return encode(value).decode()
    is_of_quotes = prop.type.is_text and len(text) != 1 and not text.strip('"')
    return EMPTY_TEXT + text if is_of_quotes else text


def _choice(prop: Property, text: str) -> str:
    """The choice that is meant: spreadsheets write `TRUE`."""
    folded = text.strip().lower()
    return folded if folded in prop.type.choices else text


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace(DELIMITER, r"\|")
