"""Forms with thousands of inputs, on the pages that have them; all others keep Django's limits."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]

TIMES_A_BODY: Final = 10
"""How much longer a form may be than the body of the same record.

A profile does not say how many rows there may be, but the longest body does. Its form is longer:
each input comes with its whole name, and those that are empty come too. How many inputs that may
be needs no limit of its own then, as none is shorter than its name.
"""

ENCODED: Final = "application/x-www-form-urlencoded"


def with_large_forms(urls: list[URLPattern], admin: ModelAdmin[Any]) -> list[URLPattern]:
    """The addresses of an admin class, whose pages to add and to change take large forms."""
    name = f"{admin.opts.app_label}_{admin.opts.model_name}"
    for url in urls:
        if url.name in (f"{name}_add", f"{name}_change"):
            url.callback = takes_large_forms(url.callback, admin.admin_site.has_permission)
    return urls


def takes_large_forms(view: View, may_send: Callable[[HttpRequest], bool]) -> View:
    """A view of the admin, to which whoever may use the admin can send a long form.

    Django reads its limits when it first looks into a form, which is in the check against forged
    requests. So that is left to the view, which has one of its own, and we read the form before.
    """

    @csrf_exempt
    @wraps(view)
    def reading(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and request.content_type == ENCODED and may_send(request):
            _read(request)
        return view(request, *args, **kwargs)

    return reading


def _read(request: HttpRequest) -> None:
    """What Django does, with our limit."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_BODY_BYTES * TIMES_A_BODY:
        raise RequestDataTooBig("The form is too long.")
    form = QueryDict(mutable=True)
    for name, text in parse_qsl(request.read().decode(errors="replace"), keep_blank_values=True):
        form.appendlist(name, text)
    form._mutable = False
    request.POST = form  # type: ignore[assignment]  # it is immutable by now
    request._files = MultiValueDict()  # type: ignore[attr-defined]  # or Django reads it again
