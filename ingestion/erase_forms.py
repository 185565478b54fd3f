"""What the admin asks before it erases a record."""

from __future__ import annotations

from typing import Any

from django import forms

from ingestion.retention_models import Scope
from profiles.reasons import MAX_REASON

SCOPES = {
    Scope.ALL: "All of it. A record that is there is deleted, with its relationships.",
    Scope.PAST: "Its past only. The newest state stays, if it is there.",
}


class EraseForm(forms.Form):
    scope = forms.ChoiceField(
        label="What is erased",
        choices=[(scope.value, text) for scope, text in SCOPES.items()],
        widget=forms.RadioSelect({"class": "radiolist"}),
        initial=Scope.ALL.value,
    )
    reason = forms.CharField(
        max_length=MAX_REASON,
        help_text="Is kept, and seen by whoever may see the source. It should repeat nothing.",
        widget=forms.TextInput({"size": 80}),
    )
    is_sure = forms.BooleanField(label="I know that nobody can bring it back")

    def clean_reason(self) -> str:
        reason: Any = self.cleaned_data["reason"]
        if not reason.isprintable():
            raise forms.ValidationError("Must be one line.")
        return str(reason)
