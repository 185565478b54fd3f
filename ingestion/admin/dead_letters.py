"""Dead letters in the admin: what receivers did not get, sent again or given up for good."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from ingestion.admin.subscriptions import when
from ingestion.models import DeadLetter, Subscription
from ingestion.webhooks import dead_letters
from profiles.access import Role
from profiles.admin.access import OwnersAdmin
from profiles.admin.lists import KeyFilter, UncountedAdmin


class SubscriptionFilter(KeyFilter):
    title = "subscription"
    parameter_name = "subscription"
    model = Subscription
    role = Role.ADMIN


class DeadLetterAdmin(UncountedAdmin, OwnersAdmin):
    source_id_field = "subscription__source_id"
    change_form_template = "admin/told_form.html"
    list_display = (
        *("change", "version", "subscription_told", "failure_told", "attempts", "since"),
        "replay",
    )
    list_filter = (SubscriptionFilter,)
    list_select_related = ("subscription__source",)
    ordering = ("subscription_id", "seq")
    actions = ("replay_selected",)
    fields = (
        *("subscription", "target", "collection", "public_id", "action", "version"),
        *("failure_told", "attempts", "kept_at", "replay_asked_at"),
    )

    def source_key_of(self, row: DeadLetter) -> str:
        return row.subscription.source.key

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return dead_letters.with_presence(super().get_queryset(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is to be sent again is chosen in the list."""
        return False

    @admin.action(description="Send selected dead letters again", permissions=["delete"])
    def replay_selected(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        """Each with all others of its record, so that these stay in their order."""
        asked = sum(dead_letters.ask(dead_letters.of_record(letter)) for letter in queryset)
        told = f"They will be sent again, with all that wait behind them ({asked:,})."
        self.message_user(request, told, messages.SUCCESS)

    @admin.display(description="change")
    def change(self, row: DeadLetter) -> str:
        return str(row)

    @admin.display(description="subscription")
    def subscription_told(self, row: DeadLetter) -> str:
        return f"{row.subscription.source.key} / {row.subscription.key}"

    @admin.display(description="what went wrong")
    def failure_told(self, row: DeadLetter) -> str:
        return row.failure if dead_letters.is_there(row) else dead_letters.CHANGE_GONE

    @admin.display(description="since")
    def since(self, row: DeadLetter) -> str:
        return when(row.kept_at)

    @admin.display(description="again", boolean=True)
    def replay(self, row: DeadLetter) -> bool:
        return row.replay_asked_at is not None
