"""What somebody typed whose session ended before it was sent: a page keeps it while they log in."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

TOKEN = "csrfmiddlewaretoken"  # noqa: S105


def is_worth_keeping(request: HttpRequest) -> bool:
    """Something was typed, by nobody who is logged in; no file, and no password to be shown."""
    if request.method != "POST" or request.user.is_authenticated or request.FILES:
        return False
    names = [name for name, _ in _typed(request)]
    return bool(names) and not any("password" in name for name in names)


def kept_form(request: HttpRequest) -> HttpResponse:
    """Asked for with a token that was checked: what is shown was typed here."""
    context = {"kept": list(_typed(request))}
    return TemplateResponse(request, "admin/kept_form.html", context, status=403)


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name != TOKEN:
            for value in values:
                yield name, value
