"""Why somebody of the staff changes a record, as forms ask for it."""

from __future__ import annotations

from django import forms

from profiles.admin.reasons import ReasonForm
from profiles.form_fields import REASON_LINE, ReasonField, required_reason

KEPT = "Kept in the history of the record, and told to whoever follows it."


def optional_reason() -> ReasonField:
    return ReasonField(
        label="Reason (optional)", help_text=KEPT, widget=forms.TextInput(dict(REASON_LINE))
    )


class RecordReasonForm(ReasonForm):
    """As of configuration, of a record."""

    reason = required_reason(KEPT)
