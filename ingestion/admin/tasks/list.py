"""The list of tasks: what was sent, by whom, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from ingestion.admin.tasks.readable import ReadableTask, readable_tasks
from ingestion.models import TaskMode, TaskStatus
from profiles.admin.lists import SourceOfHistoryFilter, UncountedAdmin, UncountedChangeList
from profiles.admin.writing import actor_of

ME = "me"


class ActorFilter(admin.SimpleListFilter):
    title = "who"
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(ME, "Me")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(actor=actor_of(request)) if self.value() == ME else queryset


class WordedFilter(admin.SimpleListFilter):
    """By a column that has few values, in the words of the list."""

    parameter_name: str
    """The column."""
    words: ClassVar[Mapping[str, str]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(self.words.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(**{self.parameter_name: value}) if value else queryset


class StatusFilter(WordedFilter):
    title = "status"
    parameter_name = "status"
    words = {
        TaskStatus.PENDING: "Waiting or running",
        TaskStatus.SUCCESS: "Done",
        TaskStatus.FAILURE: "Failed, or some refused",
        TaskStatus.CANCELLED: "Cancelled",
    }


class ModeFilter(WordedFilter):
    title = "kind"
    parameter_name = "mode"
    words = {TaskMode.WRITE: "Written", TaskMode.PLAN: "Dry run"}


class TaskChangeList(UncountedChangeList):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "Tasks"

    def get_results(self, request: HttpRequest) -> None:
        """With how far each has come: one statement for all of the page."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        for row, told in zip(rows, readable_tasks(rows), strict=True):
            row.told = told
        self.result_list = rows


class TaskListAdmin(UncountedAdmin):
    list_display = ("title", "records", "source", "status_told", "progress", "actor", "received")
    list_filter = (SourceOfHistoryFilter, StatusFilter, ModeFilter, ActorFilter)
    ordering = ("-id",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TaskChangeList

    @admin.display(description="task")
    def title(self, task: Any) -> str:
        return told_of(task).title

    @admin.display(description="records of", empty_value="any")
    def records(self, task: Any) -> str:
        return told_of(task).records

    @admin.display(description="status")
    def status_told(self, task: Any) -> str:
        return told_of(task).status

    @admin.display(description="operations")
    def progress(self, task: Any) -> str:
        told = told_of(task)
        is_whole = told.total is None or told.total == told.done
        done = f"{told.done:,}" if is_whole else f"{told.done:,} of {told.total:,}"
        return f"{done} ({told.refused:,} refused)" if told.refused else done

    @admin.display(description="received")
    def received(self, task: Any) -> str:
        return timezone.localtime(task.received_at).strftime("%Y-%m-%d %H:%M")


def told_of(task: Any) -> ReadableTask:
    told: ReadableTask = task.told
    return told
