"""`X-Change-Reason`: why something is written, in the words of whoever writes it."""

from __future__ import annotations

from profiles.faults import ErrorType, Refused
from profiles.reasons import MAX_REASON, is_reason

REASON_HEADER = "X-Change-Reason"
NO_REASON = f"{REASON_HEADER} takes 1 to {MAX_REASON} characters of UTF-8 in one line."


def read_reason(sent: str | None) -> str:
    """What a header says; empty where there is none. Raises `Refused`."""
    if sent is None:
        return ""
    text = _utf_8(sent).strip()
    if not is_reason(text):
        raise Refused(ErrorType.INVALID_ARGUMENT, NO_REASON)
    return text


def _utf_8(sent: str) -> str:
    """WSGI takes the bytes of a header for Latin-1."""
    try:
        return sent.encode("latin-1").decode()
    except UnicodeError:
        raise Refused(ErrorType.INVALID_ARGUMENT, NO_REASON) from None
