"""The text of one cell, and the value that it stands for. An empty one is no value.

`""` in a cell is the empty text. A list of plain values stands in one cell, `a|b`: a bar inside a
value is written `\\|`, a backslash `\\\\`; nothing but a bar is the empty list.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from profiles.datatypes.base import Control, DataType, json_or_text
from profiles.exact import Json, encode, json_line
from profiles.properties import Property

DELIMITER = "|"
QUOTE = '"'
EMPTY_TEXT = QUOTE + QUOTE

Reader = Callable[[str], bytes]
"""From a cell that is not empty to JSON. What is no value of its type stays a text, so that the
write path refuses it."""
Writer = Callable[[Json], str]
"""To a cell. What was stored before its property had this type is written as JSON."""

_plain = (Control.LINE, Control.LINES, Control.CHOICE)
_piece = re.compile(r"(?:\\[\\|]|[^|])+")
_escaped = re.compile(r"\\([\\|])")
_number = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def is_plain(prop: Property) -> bool:
    """Whether a value is one line, or one text, and not made of parts."""
    return prop.type.control in _plain


def is_list(prop: Property) -> bool:
    """Whether a value is a list that stands in one cell."""
    return prop.items is not None and is_plain(prop.items)


def is_divided(prop: Property) -> bool:
    """Whether there are columns for the parts of a value. Its own column would hold JSON."""
    return (prop.items is not None and not is_list(prop)) or prop.type.control is Control.GROUP


def cell_reader(prop: Property) -> Reader:
    if is_plain(prop):
        return _plain_reader(prop.type)
    if prop.items is not None and is_plain(prop.items):
        return _list_reader(_plain_reader(prop.items.type))
    return lambda text: encode(json_or_text(text))


def cell_writer(prop: Property) -> Writer:
    if is_plain(prop):
        return _plain_writer(prop.type)
    if prop.items is not None and is_plain(prop.items):
        return _list_writer(_plain_writer(prop.items.type))
    return json_line


def _plain_reader(type: DataType) -> Reader:
    def read_text(text: str) -> bytes:
        return encode(type.from_text(text[2:] if _is_of_quotes(text) else text))

    def read_number(text: str) -> bytes:
        number = text.strip()
        return number.encode() if _number.fullmatch(number) else encode(type.from_text(text))

    def read_choice(text: str) -> bytes:
        """Spreadsheets write `TRUE`."""
        folded = text.strip().lower()
        return encode(type.from_text(folded if folded in type.choices else text))

    if type.is_text:
        return read_text
    return read_number if type.is_number else read_choice


def _plain_writer(type: DataType) -> Writer:
    def write(value: Json) -> str:
        text = type.to_text(value)
        if text is None:
            return json_line(value)
        return EMPTY_TEXT + text if not text or _is_of_quotes(text) else text

    return write


def _list_reader(read: Reader) -> Reader:
    def read_list(text: str) -> bytes:
        pieces = _piece.findall(text)
        if "\\" in text:
            pieces = [_escaped.sub(r"\1", piece) for piece in pieces]
        return b"[%b]" % b",".join(map(read, pieces))

    return read_list


def _list_writer(write: Writer) -> Writer:
    def write_list(value: Json) -> str:
        if not isinstance(value, list):
            return json_line(value)
        return DELIMITER.join([_escape(write(element)) for element in value]) or DELIMITER

    return write_list


def _is_of_quotes(text: str) -> bool:
    return text[0] == QUOTE and len(text) > 1 and not text.strip(QUOTE)


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace(DELIMITER, r"\|")
