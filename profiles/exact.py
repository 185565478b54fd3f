"""JSON without loss: every digit kept, no duplicate key, no NUL, no lone surrogate.

The usual parsers turn decimals into floats and keep the last of two equal keys; jsonb breaks on
NUL. What passes `decode` can be stored and comes back as it was sent.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeGuard

import jiter
import msgspec

from profiles.faults import ErrorType, Fault, Refused, pointer

Json = Any
"""A JSON value: dict, list, str, bool, None, int (of any size) or Decimal (never a float)."""

MAX_EXPANDED = 1_000
"""No exponent beyond this is written out: a number is expanded before it is judged, and
`1e999999999` would fill the memory. Every data type refuses such a number afterwards."""

_NUMBERS = (int, Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
_sorting_encoder = msgspec.json.Encoder(decimal_format="number", order="sorted")
_duplicate_key = re.compile(r'duplicate key ".*" at', re.DOTALL)
_beyond_decimal = re.compile(r'Internal error: "InvalidOperation.*" at', re.DOTALL)


class Document(msgspec.Struct, frozen=True):
    """A JSON value together with its text, so that neither is made from the other twice."""

    text: bytes
    value: Json

    @classmethod
    def of(cls, value: Json) -> "Document":
        return cls(encode(value), value)

    @classmethod
    def read(cls, text: str | bytes) -> "Document":
        """What the database answers, which was checked when it was stored."""
        raw = text.encode() if isinstance(text, str) else text
        return cls(raw, _parse(raw))


def decode(text: bytes) -> Json:
    """The value of a JSON text.

    Raises `Refused` for what is not JSON by RFC 8259, for a duplicate key, nesting beyond 200
    levels and NUL characters.
    """
    try:
        value = _parse(text)
    except ValueError as error:
        fault = Fault("", "json", f"Is not valid JSON: {_reason(text, error)}.")
        raise Refused(ErrorType.INVALID_ARGUMENT, fault.message, [fault]) from None
    if b"\\u0000" in text and (faults := list(_nul_characters(value))):
        raise Refused(ErrorType.INVALID_ARGUMENT, "The body holds a NUL character.", faults)
    return value


def _reason(text: bytes, error: ValueError) -> str:
    if not text.strip():
        return "it is empty"
    if text.startswith(BOM_UTF8):
        return "it begins with a byte order mark; save it in UTF-8 without one"
    reason = _duplicate_key.sub("duplicate key at", str(error))
    return _beyond_decimal.sub("number out of range at", reason)


def is_number(value: Json) -> TypeGuard[int | Decimal]:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def encode(value: Json) -> bytes:
    """The JSON text of a value, numbers without exponent, as the database would write them."""
    return _encoder.encode(_written_out(value))


def json_line(value: Json) -> str:
    """What `encode` makes, as a text."""
    return encode(value).decode()


def pretty(value: Json) -> str:
    """The JSON text of a value for people to read: indented, and every digit kept."""
    return msgspec.json.format(encode(value), indent=2).decode()


def canonical(value: Json) -> bytes:
    """A text that two values share only if the database would store the same text for both.

    Expects numbers as `plain_number` leaves them.
    """
    return _sorting_encoder.encode(value)


def is_same(one: Json, other: Json) -> bool:
    """As the registry sees it: by `canonical`, for which 1.10 is not 1.1, nor is 1 true."""
    return canonical(one) == canonical(other)


def plain_number(number: Decimal) -> int | Decimal:
    """The number as it reads after a round through the database: no exponent, no minus zero."""
    exponent = number.as_tuple().exponent
    is_whole = isinstance(exponent, int) and exponent > 0
    if is_whole and number.adjusted() <= MAX_EXPANDED:
        return int(number)
    return number if number else abs(number)


def _parse(text: bytes) -> Json:
    return jiter.from_json(
        text, catch_duplicate_keys=True, float_mode="decimal", allow_inf_nan=False
    )


def _written_out(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _written_out(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_written_out(element) for element in value]
    if isinstance(value, Decimal) and abs(value.adjusted()) <= MAX_EXPANDED:
        number = plain_number(value)
        return number if isinstance(number, int) else msgspec.Raw(format(number, "f").encode())
    return value


def _nul_characters(value: Json, *steps: str | int) -> Iterator[Fault]:
    if isinstance(value, str):
        if "\0" in value:
            yield Fault(pointer(*steps), "nul", "Must not contain the character NUL.")
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _nul_characters(element, *steps, index)
    elif isinstance(value, dict):
        for key, member in value.items():
            shown = key.replace("\0", "\ufffd")
            if shown != key:
                yield Fault(pointer(*steps, shown), "nul", "A key must not contain NUL.")
            yield from _nul_characters(member, *steps, shown)
