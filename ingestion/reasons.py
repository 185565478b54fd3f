"""Why somebody of the staff changes a record, as forms ask for it: what `X-Change-Reason` takes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from profiles.api.reasons import MAX_REASON


class ReasonField(forms.CharField):
    """One line."""

    def __init__(self, **options: Any) -> None:
        look = {"class": "vTextField", "autocomplete": "off"}
        told = "Kept in the history of the record, and told to whoever follows it."
        super().__init__(
            **{
                "max_length": MAX_REASON,
                "label": "Reason",
                "help_text": told,
                "widget": forms.TextInput(look),
                **options,
            }
        )

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value.isprintable():
            raise ValidationError("A reason is one line of text.")


class ReasonForm(forms.Form):
    """Asks why, beside a question that is answered by a button."""

    reason = ReasonField(error_messages={"required": "Say why."})
