"""Uploading in the admin: a file or a text, whose first lines are looked at before it is sent off.

In two pages: what is sent and for what; then its columns, and whether to try it or to load it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from ingestion.admin.upload.columns import Columns
from ingestion.admin.upload.drafts import (
    UploadDraft,
    UploadTarget,
    draft_of,
    first_operations,
    keep_draft,
    keep_text,
    read_draft,
)
from ingestion.admin.upload.sending import send_off
from ingestion.forms.definitions import record_definitions
from ingestion.models import Task, TaskMode
from ingestion.operations import Target
from ingestion.tasks import uploads
from profiles.access import Role
from profiles.admin.access import SourceBoundAdmin
from profiles.admin.writing import actor_of
from profiles.contract import current_contract
from profiles.faults import Refused
from profiles.staff import staff_of

MOST_CHOICES = 1_000
LONGEST_TEXT = 2_000_000
"""Characters. Django takes no longer forms; files may be of any length."""
SHOWN_OPERATIONS = 3
OF, SOURCE, DRAFT, PLAN = "of", "source", "draft", "plan"
GONE = "What was uploaded is not there any more. Upload it again."


class UploadForm(forms.Form):
    of = forms.ChoiceField(label="What it holds")
    file = forms.FileField(required=False)
    text = forms.CharField(
        required=False,
        strip=False,
        max_length=LONGEST_TEXT,
        label="Or paste it here",
        widget=forms.Textarea({"rows": 6, "spellcheck": "false", "class": "t-paste"}),
    )

    def __init__(self, choices: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of = self.fields[OF]
        assert isinstance(of, forms.ChoiceField)
        of.choices = [("", "Choose…"), *choices]

    def clean(self) -> None:
        super().clean()
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text")
        if "file" not in self.errors and (file is None) == (not text):
            self.add_error("file", "Choose a file, or paste a text." if not text else "Not both.")

    def keep(self) -> UploadDraft | None:
        """What was sent; None where that is refused, as the form then shows."""
        choice = UploadTarget.read(self.cleaned_data[OF])
        assert choice is not None, "the form takes what it offers"
        file = self.cleaned_data["file"]
        try:
            if file is None:
                return keep_text(choice, self.cleaned_data["text"])
            return keep_draft(choice, file.name, file)
        except Refused as refused:
            for line in refused.lines():
                self.add_error("file" if file is not None else "text", line)
        return None


class UploadAdmin(SourceBoundAdmin):
    write_role = Role.WRITER

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.start_view)
        return [path("start/", view, name="ingestion_task_start"), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Takes what is uploaded."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        is_sent = request.method == "POST"
        choices, has_more = _choices(request)
        sent = (request.POST, request.FILES) if is_sent else ()
        form = UploadForm(choices, *sent, initial={OF: request.GET.get(OF, "")})
        draft = form.keep() if is_sent and form.is_valid() else None
        if draft is not None:
            token = draft.token(_user_id(request))
            address = f"{reverse('admin:ingestion_task_start')}?{urlencode({DRAFT: token})}"
            return _gone_on(request, address)
        if is_sent and _is_script(request):
            return JsonResponse({"faults": form.errors})
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Upload",
            "form": form,
            "has_more": has_more,
        }
        return TemplateResponse(request, "admin/ingestion/task/upload.html", context)

    def start_view(self, request: HttpRequest) -> HttpResponse:
        """Asks what the columns are, and whether to try it or to load it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        draft = self._draft(request)
        if draft is None or not staff_of(request).may(self.write_role, draft.choice.source):
            self.message_user(request, GONE, messages.WARNING)
            return HttpResponseRedirect(reverse("admin:ingestion_task_add"))
        if sent := Task.objects.filter(pk=draft.id).first():
            return self._to(sent)
        if not uploads.is_kept(draft.upload, draft.size):
            self.message_user(request, GONE, messages.WARNING)
            return HttpResponseRedirect(reverse("admin:ingestion_task_add"))
        try:
            return self._start(request, draft)
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:ingestion_task_add"))

    def _draft(self, request: HttpRequest) -> UploadDraft | None:
        if token := request.GET.get(DRAFT):
            return read_draft(token, _user_id(request))
        plan: Task | None = self.get_object(request, request.GET.get(PLAN, ""))
        is_ready = plan is not None and plan.mode == TaskMode.PLAN and plan.completed_at is not None
        draft = draft_of(plan) if plan is not None and is_ready and plan.upload else None
        return draft if draft is not None and draft.is_table else None

    def _start(self, request: HttpRequest, draft: UploadDraft) -> HttpResponse:
        contract = current_contract(draft.choice.source)
        is_sent = request.method == "POST"
        columns = None
        if draft.is_table:
            record_type = draft.choice.record_type(contract)
            columns = Columns(draft, record_type, request.POST if is_sent else None)
        if is_sent and (columns is None or columns.check()):
            is_write = request.POST.get("mode") == TaskMode.WRITE
            mode = TaskMode.WRITE if is_write else TaskMode.PLAN
            mapped = None if columns is None else columns.mapped
            return self._to(send_off(contract, draft, mode, mapped, actor_of(request)))
        operations = [] if columns else first_operations(draft, contract, SHOWN_OPERATIONS)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Match the columns" if columns else "Look through it",
            "draft": draft,
            "columns": columns,
            "operations": operations,
        }
        return TemplateResponse(request, "admin/ingestion/task/start.html", context)

    def _to(self, task: Task) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:ingestion_task_change", args=[task.pk]))


def _choices(request: HttpRequest) -> tuple[list[Any], bool]:
    """Where the user may write, grouped by source; and whether there are more than are listed."""
    found: list[UploadTarget] = []
    for target, offer in record_definitions.items():
        rows = staff_of(request).narrow(offer(), Role.WRITER)
        if source := request.GET.get(SOURCE):
            rows = rows.filter(source__key=source)
        names = rows.values_list("source__key", "key")[: MOST_CHOICES + 1]
        found += [UploadTarget(target, source_key, key) for source_key, key in names]
    found.sort(key=lambda choice: choice.source)
    grouped = groupby(found[:MOST_CHOICES], key=lambda choice: choice.source)
    choices = [(source, [(str(one), _label(one)) for one in own]) for source, own in grouped]
    return choices, len(found) > MOST_CHOICES


def _label(choice: UploadTarget) -> str:
    is_resource = choice.target is Target.RESOURCE
    return choice.key if is_resource else f"{choice.key} (relationships)"


def _user_id(request: HttpRequest) -> int:
    id = request.user.pk
    assert id is not None, "the admin lets nobody in who has not signed in"
    return id


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _gone_on(request: HttpRequest, address: str) -> HttpResponse:
    """A script that shows how much was sent has to be told where to go."""
    return JsonResponse({"next": address}) if _is_script(request) else HttpResponseRedirect(address)
