"""Subscriptions in the admin: how far each has come, and what its owner does with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from ingestion.feed.following import NOW
from ingestion.forms.subscriptions import (
    NewSubscriptionForm,
    SteeringForm,
    StoredSubscriptionForm,
)
from ingestion.models import DeadLetter, Subscription
from ingestion.webhooks import dead_letters, steering
from ingestion.webhooks.history import deleted_subscriptions, subject_of
from ingestion.webhooks.places import BEGINNING
from ingestion.webhooks.saving import delete_subscription, rotate_secret
from ingestion.webhooks.showing import shown_subscriptions
from profiles.access import Role
from profiles.admin.access import OwnersAdmin
from profiles.admin.history import Deleted, HistoryAdmin
from profiles.admin.lists import SourceFilter
from profiles.admin.missing import no_such_row
from profiles.admin.reasons import ReasonedAdmin
from profiles.admin.writing import WritingAdmin, actor_of
from profiles.exact import Json
from profiles.faults import Refused
from profiles.models import Source
from profiles.staff import staff_of
from profiles.timelines import ConfigurationTimeline

ACTION = "action"
Way = Callable[[Subscription, str, str], str]
"""What is done with one, by whom and why. Tells what came of it."""
SECRET = "The secret of {}: <code>{}</code> Give it to the receiver. It is not shown again."  # noqa: S105


class SubscriptionChangeList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """With the state of each: two statements for all of the page."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        for row, shown in zip(rows, shown_subscriptions(rows), strict=True):
            row.told = shown["state"]
        self.result_list = rows


class SubscriptionAdmin(HistoryAdmin, ReasonedAdmin, OwnersAdmin, WritingAdmin):
    new_form = NewSubscriptionForm
    stored_form = StoredSubscriptionForm
    fixed = ("source", "key")
    change_form_template = "admin/ingestion/subscription/change_form.html"
    list_display = (
        *("key", "source", "status_told", "behind", "dead_letters"),
        *("last_success", "last_error"),
    )
    list_filter = (SourceFilter, "status")
    list_select_related = ("source",)
    search_fields = ("key", "url")
    ordering = ("source__key", "key")
    show_facets = ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SubscriptionChangeList

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What it is called comes first."""
        names = super().get_fields(request, obj)
        first = ("source", "key", "url", "types", "begin")
        return (*(name for name in first if name in names), *(n for n in names if n not in first))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.steer_view)
        name = "ingestion_subscription_steer"
        return [path("<path:object_id>/steer/", view, name=name), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.secret is not None:
            self._tell_secret(request, obj, form.secret)

    def delete_rows(self, request: HttpRequest, rows: Sequence[Subscription]) -> None:
        actor, reason = actor_of(request), self.reason_of(request)
        for row in rows:
            delete_subscription(row.source.key, row.key, actor=actor, reason=reason)

    def timeline(self, request: HttpRequest, row: Subscription) -> ConfigurationTimeline:
        return ConfigurationTimeline.of(subject_of(row.source_id, row.key))

    def deleted_in(self, request: HttpRequest, source: Source) -> Iterable[Deleted]:
        if not staff_of(request).may(Role.ADMIN, source.key):
            return
        what = str(self.opts.verbose_name)
        for key, change in deleted_subscriptions(source):
            address = reverse("admin:profiles_configurationchange_history", args=[change])
            yield Deleted(key, what, address)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row: Subscription | None = context.get("original")
        if row is not None:
            (shown,) = shown_subscriptions([row])
            told = {
                "state": shown["state"],
                "letters_url": _letters_of(row),
                "message": steering.name_of_message(row),
            }
            context |= {**told, "steering": SteeringForm(auto_id="steer_%s")}
        return super().render_change_form(request, context, *args, **kwargs)

    def steer_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row: Subscription | None = self.get_object(request, unquote(object_id))
        if row is None:
            return no_such_row(self, request, object_id)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if request.method == "POST":
            self._steer(request, row)
        return HttpResponseRedirect(reverse("admin:ingestion_subscription_change", args=[row.pk]))

    def _steer(self, request: HttpRequest, row: Subscription) -> None:
        ways: dict[str, Way] = {
            "pause": _pause,
            "resume": _resume,
            "resume-now": partial(_resume, begin=NOW),
            "resume-beginning": partial(_resume, begin=BEGINNING),
            "test": lambda row, *_: _test(row),
            "give-up": partial(_give_up, seen=request.POST.get("message", "")),
            "replay": lambda row, *_: _replay(row),
            "rotate": partial(self._rotate, request),
        }
        way = ways.get(request.POST.get(ACTION, ""))
        if way is None:
            return
        form = SteeringForm(request.POST)
        if not form.is_valid():
            faults = " ".join(map(str, form.errors["reason"]))
            self.message_user(request, f"Nothing was done. Reason: {faults}", messages.ERROR)
            return
        try:
            if told := way(row, actor_of(request), form.cleaned_data["reason"]):
                self.message_user(request, told, messages.SUCCESS)
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)

    def _rotate(self, request: HttpRequest, row: Subscription, actor: str, reason: str) -> str:
        saved = rotate_secret(row, actor=actor, reason=reason)
        self._tell_secret(request, row, saved.secret or "")
        return ""

    def _tell_secret(self, request: HttpRequest, row: Subscription, secret: str) -> None:
        self.message_user(request, format_html(SECRET, row.key, secret), messages.WARNING)

    @admin.display(description="status")
    def status_told(self, row: Any) -> str:
        if row.is_paused:
            return format_html('<span class="w-status w-bad">{}</span>', "paused")
        if row.attempts:
            return format_html('<span class="w-status w-bad">{}</span>', "failing")
        return format_html('<span class="w-status">{}</span>', "active")

    @admin.display(description="behind")
    def behind(self, row: Any) -> str:
        return behind_text(row.told)

    @admin.display(description="dead letters")
    def dead_letters(self, row: Any) -> str:
        count = row.told["deadLetters"]
        return format_html('<a href="{}">{}</a>', _letters_of(row), f"{count:,}") if count else "0"

    @admin.display(description="last success")
    def last_success(self, row: Any) -> str:
        return when(row.received_at) if row.received_at else "never"

    @admin.display(description="last error")
    def last_error(self, row: Any) -> str:
        return f"{when(row.failed_at)} {row.failure}" if row.failed_at else "none"


def when(time: datetime) -> str:
    return timezone.localtime(time).strftime("%Y-%m-%d %H:%M")


def behind_text(state: Json) -> str:
    more = " or more" if state["behindIsAtLeast"] else ""
    return f"{state['behind']:,}{more}"


def _letters_of(row: Subscription) -> str:
    address = reverse("admin:ingestion_deadletter_changelist")
    return f"{address}?subscription={row.source.key}/{row.key}"


def _pause(row: Subscription, actor: str, reason: str) -> str:
    steering.pause(row, actor=actor, reason=reason)
    return "It is paused: nothing is sent, and nothing is lost."


def _resume(row: Subscription, actor: str, reason: str, begin: str | None = None) -> str:
    steering.resume(row, begin, actor=actor, reason=reason)
    return "It goes on."


def _give_up(row: Subscription, actor: str, reason: str, seen: str) -> str:
    if steering.give_up(row, seen=seen, actor=actor, reason=reason):
        return "It is a dead letter now, which can be sent again. The rest goes on."
    return (
        "Its changes are sent one by one now, since only one may be to blame. If that one fails"
        " again, give it up too."
    )


def _test(row: Subscription) -> str:
    steering.ask_for_test(row)
    return "A worker sends a test message. Open this page anew in a moment to see what came of it."


def _replay(row: Subscription) -> str:
    count = dead_letters.ask(DeadLetter.objects.filter(subscription=row))
    return f"{count:,} dead letters will be sent again."
