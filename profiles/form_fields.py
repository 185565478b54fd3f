"""Form fields that keep what PostgreSQL keeps: the counterpart of `profiles.fields`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from profiles.exact import Document, decode, is_same, pretty
from profiles.faults import Refused
from profiles.models import Definition
from profiles.reasons import MAX_REASON, REASON_FORM, is_reason

REASON_LINE = {"class": "vTextField", "autocomplete": "off"}
"""How the input of a reason looks."""


class ExactJSONFormField(forms.Field):
    """JSON as text; its cleaned value is a `Document`.

    Django's own field takes `{}` for nothing at all, and rounds decimals to floats.
    """

    def __init__(self, *, rows: int = 12, **options: Any) -> None:
        look = {"class": "vLargeTextField json", "rows": rows, "spellcheck": "false"}
        super().__init__(widget=forms.Textarea(look), **options)

    def to_python(self, value: Any) -> Document | None:
        text = str(value or "").strip().encode()
        if not text:
            return None
        try:
            return Document(text, decode(text))
        except Refused as refused:
            raise ValidationError(refused.lines()) from None

    def prepare_value(self, value: Any) -> Any:
        """What was typed stays as it is, be it JSON or not."""
        return value if value is None or isinstance(value, str) else pretty(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            document = self.to_python(data)
        except ValidationError:
            return True
        return document is None or not is_same(document.value, initial)


class ReasonField(forms.CharField):
    """Why something is written; may be left out, unless it is said to be required."""

    def __init__(self, **options: Any) -> None:
        told = {"required": False, "help_text": "Why, for those who read the history."}
        super().__init__(**{**told, "max_length": MAX_REASON, **options})

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not is_reason(value):
            raise ValidationError(f"It {REASON_FORM}.")


def required_reason(help_text: str = "Why, for those who read the history.") -> ReasonField:
    """Of a form that asks why, beside a question that is answered by a button."""
    return ReasonField(
        required=True,
        help_text=help_text,
        widget=forms.TextInput(dict(REASON_LINE)),
        error_messages={"required": "Say why."},
    )


class DefinitionChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among the definitions of all sources."""

    def label_from_instance(self, obj: Definition) -> str:
        return f"{obj.source.key} / {obj.key}"
