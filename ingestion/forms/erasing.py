"""What the admin asks before it erases a record."""

from __future__ import annotations

from django import forms

from ingestion.models import ErasureScope
from profiles.form_fields import required_reason

SCOPES = {
    ErasureScope.ALL: "All of it. A record that is there is deleted, with its relationships.",
    ErasureScope.PAST: "Its past only. The newest state stays, if it is there.",
}


class EraseForm(forms.Form):
    scope = forms.ChoiceField(
        label="What is erased",
        choices=[(scope.value, text) for scope, text in SCOPES.items()],
        widget=forms.RadioSelect({"class": "radiolist"}),
        initial=ErasureScope.ALL.value,
    )
    reason = required_reason(
        "Is kept, and seen by whoever may see the source. Do not repeat what is erased."
    )
    is_sure = forms.BooleanField(label="I know that nobody can bring it back")
