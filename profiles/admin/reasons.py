"""Deleting in the admin: nobody deletes without saying why."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from profiles.form_fields import required_reason

CONFIRMED = "post"
"""The input by which Django tells that a question was answered."""


class ReasonForm(forms.Form):
    """Asks why, beside a question that is answered by a button."""

    reason = required_reason()


class ReasonedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Asks on the pages of Django's that ask whether to delete. Without a reason they ask again."""

    delete_confirmation_template = "admin/profiles/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/profiles/delete_selected_confirmation.html"
    reason_form: ClassVar[type[forms.Form]] = ReasonForm

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django deletes by whatever is posted to the page."""
        form = self._asked(request, is_answered=request.method == "POST")
        if form.is_bound and not form.is_valid():
            _put(request, QueryDict())
        context = {**(extra_context or {}), "reason_form": form}
        return super().delete_view(request, object_id, context)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        form = self._asked(request, is_answered=CONFIRMED in request.POST)
        if form.is_bound and not form.is_valid():
            sent = request.POST.copy()
            del sent[CONFIRMED]
            _put(request, sent)
        answer = super().response_action(request, queryset, *args, **kwargs)
        if isinstance(answer, TemplateResponse) and answer.context_data is not None:
            answer.context_data["reason_form"] = form
        return answer

    def reason_of(self, request: HttpRequest) -> str:
        """What was confirmed with; the pages let nothing through without."""
        form = self.reason_form(request.POST)
        return str(form.cleaned_data["reason"]) if form.is_valid() else ""

    def _asked(self, request: HttpRequest, *, is_answered: bool) -> forms.Form:
        return self.reason_form(request.POST if is_answered else None)


def _put(request: HttpRequest, sent: QueryDict) -> None:
    request.POST = sent  # type: ignore[assignment]  # Django's stubs let nobody
