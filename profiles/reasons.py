"""Why something is written, in the words of whoever writes it."""

from __future__ import annotations

MAX_REASON = 500
REASON_FORM = f"takes 1 to {MAX_REASON} characters in one line"


def is_reason(text: str) -> bool:
    return 1 <= len(text) <= MAX_REASON and text.isprintable()
