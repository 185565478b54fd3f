"""Deleting records in the admin: nobody deletes without saying why."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from ingestion.reasons import ReasonForm
from profiles.admin_writing import WritingAdmin

CONFIRMED = "post"
"""The input by which Django tells that a question was answered."""


class ReasonedAdmin(WritingAdmin):
    """Asks on the pages of Django's that ask whether to delete. Without a reason they ask again."""

    delete_confirmation_template = "admin/ingestion/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/ingestion/delete_selected_confirmation.html"

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        form = _asked(request)
        if form.is_bound and not form.is_valid():
            _put(request, QueryDict())
        context = {**(extra_context or {}), "reason_form": form}
        return super().delete_view(request, object_id, context)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        form = _asked(request)
        if form.is_bound and not form.is_valid():
            sent = request.POST.copy()
            del sent[CONFIRMED]
            _put(request, sent)
        answer = super().response_action(request, queryset, *args, **kwargs)
        if isinstance(answer, TemplateResponse) and answer.context_data is not None:
            answer.context_data["reason_form"] = form
        return answer


def reason_of(request: HttpRequest) -> str:
    """What a deletion was confirmed with; the pages let none through without."""
    form = ReasonForm(request.POST)
    return str(form.cleaned_data["reason"]) if form.is_valid() else ""


def _asked(request: HttpRequest) -> ReasonForm:
    return ReasonForm(request.POST if CONFIRMED in request.POST else None)


def _put(request: HttpRequest, sent: QueryDict) -> None:
    request.POST = sent  # type: ignore[assignment]  # Django's stubs let nobody
