"""Why something is deleted, as the page says that asks whether it is meant."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from profiles.reasons import REASON_FORM, is_reason


def sent_reason(request: HttpRequest) -> str:
    """Empty where none was given. Raises `BadRequest` for what the page lets nobody type."""
    text = request.POST.get("reason", "").strip()
    if text and not is_reason(text):
        raise BadRequest(f"The reason {REASON_FORM}.")
    return text
