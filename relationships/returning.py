"""After adding, changing or removing a relationship: back to the page where somebody came from."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

NEXT = "next"


def next_page(request: HttpRequest) -> str | None:
    """The page that the address names, if it is one of ours."""
    page = request.GET.get(NEXT, "")
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else None


class ReturningAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return _back(request) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return _back(request) or super().response_post_save_change(request, obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        answer = super().response_delete(request, obj_display, obj_id)
        return _back(request) or answer


def _back(request: HttpRequest) -> HttpResponseRedirect | None:
    page = next_page(request)
    return None if page is None else HttpResponseRedirect(page)
