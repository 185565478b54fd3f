"""The forms of subscriptions: what was typed becomes what the API takes."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from ingestion.feed.following import NOW
from ingestion.models import Subscription
from ingestion.webhooks.places import BEGINNING
from ingestion.webhooks.saving import MOST_CHANGES, create_subscription, save_subscription
from profiles.exact import Json
from profiles.form_fields import REASON_LINE, ReasonField
from profiles.forms import KeyField, StoredForm, WritingForm
from profiles.models import Source

_separators = re.compile(r"[\s,]+")


class SubscriptionForm(WritingForm):
    places = {
        "/url": "url",
        "/types": "types",
        "/batch": "batch",
        "/description": "description",
        "/from": "begin",
    }
    secret: str | None = None
    """Made by this form, to be shown once."""
    url = forms.CharField(
        label="Address",
        help_text="Messages are posted to it. It begins with https://.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    types = forms.CharField(
        label="Only of",
        required=False,
        help_text="Keys of profiles and relationship definitions, with commas between them. Empty"
        " for all.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    payload = forms.ChoiceField(
        label="Payload",
        choices=[("full", "With the records"), ("none", "Without: only what was changed")],
    )
    batch = forms.IntegerField(
        label="Changes in a message",
        initial=1,
        min_value=1,
        max_value=MOST_CHANGES,
        help_text="At most.",
    )
    description = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})
    )
    reason = ReasonField()

    class Meta:
        model = Subscription
        fields: list[str] = []

    def body(self) -> dict[str, Json]:
        typed = self.cleaned_data
        types = [key for key in _separators.split(typed["types"]) if key]
        return {
            "url": typed["url"],
            "payload": typed["payload"],
            "batch": typed["batch"],
            "description": typed["description"].replace("\r\n", "\n"),
            **({"types": list(dict.fromkeys(types))} if types else {}),
        }


class SteeringForm(forms.Form):
    """Beside the buttons that pause it, resume it, and make a new secret."""

    reason = ReasonField(label="Reason (optional)", widget=forms.TextInput(dict(REASON_LINE)))


class NewSubscriptionForm(SubscriptionForm):
    naming_field = "key"
    source = forms.ModelChoiceField(Source.objects.all())
    key = KeyField()
    begin = forms.ChoiceField(
        label="Begin",
        choices=[(NOW, "Now: only what is changed from now on"), (BEGINNING, "With all changes")],
    )

    def write(self) -> Subscription:
        typed = self.cleaned_data
        body = {**self.body(), "from": typed["begin"]}
        saved = create_subscription(
            typed["source"].key, typed["key"], body, actor=self.actor, reason=typed["reason"]
        )
        self.secret = saved.secret
        return saved.subscription


class StoredSubscriptionForm(StoredForm, SubscriptionForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: Subscription = self.instance
        stored = {
            "url": row.url,
            "types": ", ".join(row.types or ()),
            "payload": "full" if row.has_payload else "none",
            "batch": row.batch,
            "description": row.description,
        }
        self.initial.update(stored)  # In place of the columns of the row, which are no text.

    def write(self) -> Subscription:
        row: Subscription = self.instance
        saved = save_subscription(
            row.source.key,
            row.key,
            self.body(),
            self.preconditions,
            actor=self.actor,
            reason=self.cleaned_data["reason"],
        )
        return saved.subscription
