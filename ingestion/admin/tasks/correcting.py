"""The page on which one refused resource is corrected in the form of its profile."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from ingestion.admin.tasks.corrections import faults_in
from ingestion.admin.tasks.forms import correction_form
from ingestion.admin.tasks.page import REFUSED, SHOW
from ingestion.admin.tasks.places import read_place
from ingestion.admin.tasks.readable import readable_tasks
from ingestion.admin.upload.sending import send_again
from ingestion.models import Task
from ingestion.tasks.refusals import refusals_page
from profiles.admin.access import SourceBoundAdmin
from profiles.admin.large_forms import takes_large_forms
from profiles.admin.missing import no_such_row
from profiles.admin.writing import actor_of

AT = "at"


class CorrectingAdmin(SourceBoundAdmin):
    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site
        view = takes_large_forms(site.admin_view(self.correct_view), site.has_permission)
        own = path("<path:object_id>/correct/", view, name="ingestion_task_correct")
        return [own, *super().get_urls()]

    def correct_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        task: Task | None = self.get_object(request, object_id)
        if task is None:
            return no_such_row(self, request, object_id)
        if not self.has_change_permission(request, task):
            raise PermissionDenied
        refusals, _ = refusals_page(task, read_place(request.GET.get(AT, "")), 1)
        (told,) = readable_tasks([task])
        is_open = told.may_be_resent and refusals
        form = correction_form(task, refusals[0], actor_of(request)) if is_open else None
        if form is None:
            message = "It can be corrected as JSON only."
            self.message_user(request, message, messages.WARNING)
            query = {SHOW: REFUSED}
            page = reverse("admin:ingestion_task_change", args=[task.pk], query=query)
            return HttpResponseRedirect(page)
        return self._correct(request, task, refusals[0], form)

    def _correct(
        self, request: HttpRequest, task: Task, refusal: Any, form_class: Any
    ) -> HttpResponse:
        form = form_class(request.POST if request.method == "POST" else None)
        if form.is_valid():
            again = send_again(task, [form.line], actor_of(request))
            self.message_user(request, "It was sent again, as this task.", messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:ingestion_task_change", args=[again.pk]))
        told = (
            [*form.non_field_errors(), *form["public_id"].errors]
            if form.is_bound
            else form.show_refusal(faults_in(refusal.receipt.error or {}))
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Correct {refusal.receipt.type} {refusal.receipt.id}".strip(),
            "original": task,
            "form": form,
            "faults": told,
            "source_key": task.source.key,
            "part_names": list(form.shaped),
        }
        return TemplateResponse(request, "admin/ingestion/task/correct.html", context)
