"""The answer to whoever asks for a row that is not there, or that they may not see."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse


def no_such_row(admin: ModelAdmin[Any], request: HttpRequest, object_id: str) -> HttpResponse:
    """As Django's own pages answer, whatever the reason."""
    answer: HttpResponse = admin._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]
        request, admin.opts, object_id
    )
    return answer
