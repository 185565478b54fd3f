"""Tasks in the admin: followed, cancelled, carried out; what they refused is sent again.

Nobody edits a task. What is posted to its page steers it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from ingestion.admin.tasks.correcting import CorrectingAdmin
from ingestion.admin.tasks.corrections import Typed
from ingestion.admin.tasks.list import TaskListAdmin
from ingestion.admin.tasks.page import ReceiptsPage, receipts_page_of
from ingestion.admin.tasks.readable import ReadableTask, readable_tasks
from ingestion.admin.tasks.undoing import plan_undo, reason_of, undos_of
from ingestion.admin.upload.admin import UploadAdmin
from ingestion.admin.upload.sending import send_again
from ingestion.models import Task, TaskKind
from ingestion.records import new_row_id
from ingestion.tasks.ending import cancel
from ingestion.tasks.finding import rejects_of
from ingestion.tasks.refusals import usual_faults
from ingestion.tasks.submitting import carry_out
from profiles.access import Role
from profiles.admin.missing import no_such_row
from profiles.admin.writing import actor_of
from profiles.faults import Refused
from profiles.reasons import MAX_REASON

ACTION = "action"


class TaskAdmin(CorrectingAdmin, UploadAdmin, TaskListAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("source", "plan")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What became of something that was sent is kept."""
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        task: Task | None = self.get_object(request, unquote(object_id))
        if task is None:
            return no_such_row(self, request, object_id)
        if not self.has_view_permission(request, task):
            raise PermissionDenied
        if request.method != "POST":
            return self._show(request, task, receipts_page_of(request, task))
        if not self.has_change_permission(request, task):
            raise PermissionDenied
        return self._steer(request, task)

    def may_steer(self, request: HttpRequest, task: Task) -> bool:
        """Who sent it, and owners of its source: as in the API."""
        is_own = task.actor == actor_of(request)
        role = self.write_role if is_own else Role.ADMIN
        return self.may(request, role, task)

    def _steer(self, request: HttpRequest, task: Task) -> HttpResponse:
        ways: dict[str, Callable[[HttpRequest, Task], HttpResponse]] = {
            "cancel": self._cancel,
            "apply": self._apply,
            "undo": self._plan_undo,
            "resend": self._resend,
            "resend-all": self._resend_all,
        }
        way = ways.get(request.POST.get(ACTION, ""))
        if way is None:
            return self._to(task)
        try:
            return way(request, task)
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)
            return self._to(task)

    def _cancel(self, request: HttpRequest, task: Task) -> HttpResponse:
        self._require_steering(request, task)
        if task.completed_at is not None:
            self.message_user(request, "It had ended already.", messages.WARNING)
        cancel(task)
        return self._to(task)

    def _apply(self, request: HttpRequest, task: Task) -> HttpResponse:
        self._require_steering(request, task)
        reason = reason_of(request) if task.kind == TaskKind.UNDO else ""
        made = carry_out(task, id=new_row_id(), actor=actor_of(request), reason=reason)
        return self._to(made)

    def _plan_undo(self, request: HttpRequest, task: Task) -> HttpResponse:
        self._require_steering(request, task)
        return self._to(plan_undo(task, actor_of(request)))

    def _resend(self, request: HttpRequest, task: Task) -> HttpResponse:
        """What was corrected, in the order in which it was refused."""
        if not _told(task).may_be_resent:
            return self._to(task)
        typed = Typed.read(request.POST)
        typed.try_out(task, actor_of(request))
        if typed.chosen and not typed.faults:
            again = send_again(task, typed.lines.values(), actor_of(request))
            return self._sent(request, again)
        why = "something is still wrong" if typed.faults else "choose something"
        self.message_user(request, f"Nothing was sent: {why}.", messages.ERROR)
        return self._show(request, task, receipts_page_of(request, task, typed))

    def _resend_all(self, request: HttpRequest, task: Task) -> HttpResponse:
        if not _told(task).may_be_resent:
            return self._to(task)
        return self._sent(request, send_again(task, rejects_of(task), actor_of(request)))

    def _sent(self, request: HttpRequest, task: Task) -> HttpResponse:
        self.message_user(request, "It was sent again, as this task.", messages.SUCCESS)
        return self._to(task)

    def _require_steering(self, request: HttpRequest, task: Task) -> None:
        if not self.may_steer(request, task):
            raise PermissionDenied

    def _show(self, request: HttpRequest, task: Task, page: ReceiptsPage) -> HttpResponse:
        told = _told(task)
        may_write = self.has_change_permission(request, task)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": told.title,
            "original": task,
            "told": told,
            "page": page,
            "undos": undos_of(task),
            "max_reason": MAX_REASON,
            "usual": usual_faults(task) if told.refused > 1 else None,
            "may_steer": self.may_steer(request, task),
            "may_resend": may_write and told.may_be_resent,
        }
        return TemplateResponse(request, "admin/ingestion/task/change.html", context)

    def _to(self, task: Task) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:ingestion_task_change", args=[task.pk]))


def _told(task: Task) -> ReadableTask:
    (told,) = readable_tasks([task])
    return told
