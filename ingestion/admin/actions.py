"""Setting one property of all selected resources, through the write path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from ingestion.admin.listing import ProfileListing, listing_of, may_write
from ingestion.edits.properties import SetProperty
from ingestion.forms.reasons import optional_reason
from ingestion.models import Resource
from ingestion.operations import Action, Operation, Target
from ingestion.records import Outcome, Receipt
from ingestion.writing import write
from profiles.admin.writing import actor_of
from profiles.display import shown_paths
from profiles.exact import Json
from profiles.faults import Refused
from profiles.paths import Path

ACTION = "set_property"
APPLY = "apply"
MOST_SELECTED = 1_000


class SetPropertyForm(forms.Form):
    """Which property, and the text of its value. Whether that fits is for the write path to say."""

    path = forms.ChoiceField(label="Property")
    value = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 2, "cols": 60}),
        help_text="As it is written; lists and groups as JSON.",
    )
    is_removed = forms.BooleanField(required=False, label="Remove it instead")
    reason = optional_reason()

    def __init__(self, paths: Iterable[Path], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paths = {path.text: path for path in paths}
        choice = self.fields["path"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "–"), *((text, text) for text in self.paths)]

    def clean(self) -> None:
        super().clean()
        if not self.cleaned_data.get("value") and not self.cleaned_data.get("is_removed"):
            self.add_error("value", "Type a value, or choose to remove it.")

    @property
    def edit(self) -> SetProperty:
        path = self.paths[self.cleaned_data["path"]]
        text = self.cleaned_data["value"].replace("\r\n", "\n")  # As browsers send line ends.
        value: Json = None if self.cleaned_data["is_removed"] else path.prop.type.from_text(text)
        return SetProperty(path.keys, value)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A selected resource that was not changed, and why."""

    row: Resource
    faults: Sequence[str]


class SettingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Offers the action where a profile is chosen, to whoever may write in its source."""

    actions = (ACTION,)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        listing = listing_of(request, self.admin_site)
        if listing is None or not may_write(request, listing):
            actions.pop(ACTION, None)
        return actions

    @admin.action(description="Set a property of selected resources", permissions=["change"])
    def set_property(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        listing = listing_of(request, self.admin_site)
        assert listing is not None, "there is no such action without one"
        rows = list(queryset[: MOST_SELECTED + 1])
        if len(rows) > MOST_SELECTED:
            self.message_user(request, f"Select up to {MOST_SELECTED}.", messages.ERROR)
            return None
        is_applied = APPLY in request.POST
        form = SetPropertyForm(
            shown_paths(listing.properties), request.POST if is_applied else None
        )
        refused: list[RefusedRow] = []
        if form.is_valid():
            refused = self._set(request, listing, rows, form)
            if not refused:
                return None
            rows = [one.row for one in refused]
        return self._ask(request, listing, rows, form, refused)

    def _set(
        self,
        request: HttpRequest,
        listing: ProfileListing,
        rows: Sequence[Resource],
        form: SetPropertyForm,
    ) -> list[RefusedRow]:
        """One batch. A refused one takes no other with it."""
        edit, reason = form.edit, form.cleaned_data["reason"]
        operations = [
            Operation(Action.UPDATE, Target.RESOURCE, listing.profile.key, row.public_id, edit=edit)
            for row in rows
        ]
        try:
            written = write(
                listing.profile.source.key, operations, actor=actor_of(request), reason=reason
            )
        except Refused as refusal:
            return [RefusedRow(row, [refusal.message]) for row in rows]
        self._tell(request, written.receipts)
        return [
            RefusedRow(row, receipt.refused.lines())
            for row, receipt in zip(rows, written.receipts, strict=True)
            if receipt.refused is not None
        ]

    def _tell(self, request: HttpRequest, receipts: Sequence[Receipt]) -> None:
        outcomes = [receipt.outcome for receipt in receipts]
        changed = outcomes.count(Outcome.CHANGED)
        text = f"{changed} changed, {outcomes.count(Outcome.UNCHANGED)} as before."
        if refused := outcomes.count(Outcome.REFUSED):
            text = f"{text} {refused} refused."
        self.message_user(request, text, messages.WARNING if refused else messages.SUCCESS)

    def _ask(
        self,
        request: HttpRequest,
        listing: ProfileListing,
        rows: Sequence[Resource],
        form: SetPropertyForm,
        refused: Sequence[RefusedRow],
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Set a property",
            "listing": listing,
            "form": form,
            "rows": rows,
            "refused": refused,
            "action": ACTION,
            "apply": APPLY,
            "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
        template = "admin/ingestion/resource/set_property.html"
        return TemplateResponse(request, template, context)
