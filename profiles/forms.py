"""Forms that write: they translate what was typed, and show what was refused. They do not judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from profiles.definitions import Definitions
from profiles.faults import Fault, Refused
from profiles.form_fields import ExactJSONFormField, ReasonField
from profiles.models import SOURCE_TYPE, ApiKey, Definition, Source
from profiles.names import KEY_RULE, is_key
from profiles.preconditions import Preconditions
from profiles.sources import RETENTION, save_source

ONLY_NEW = Preconditions(must_be_new=True)


class WritingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose last step of validation is the write itself.

    Only there can faults still be shown beside their fields: when the admin calls `save_model`,
    the form counts as valid. The admin validates within a transaction, and once.
    """

    actor: ClassVar[str]
    """Who writes; set by `for_actor`."""
    places: ClassVar[Mapping[str, str]] = {}
    """Which field shows the faults of a path and of those below it."""
    naming_field: ClassVar[str | None] = None
    """The field that says which one is written; shows that there is another already."""

    @classmethod
    def for_actor(cls, actor: str, **attributes: object) -> type[WritingForm]:
        return type(cls.__name__, (cls,), {"actor": actor, **attributes})

    def write(self) -> Model:
        """Write what was typed. Answers the row as it is then, or raises `Refused`."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        if self.errors:
            return
        try:
            self.instance = self.write()
        except Refused as refused:
            self._show(refused)

    def _show(self, refused: Refused) -> None:
        if not refused.faults:
            self.add_error(self.naming_field, refused.message)
        for fault in refused.faults:
            field = self._field_of(fault)
            is_told = not fault.path or (field is not None and self.places.get(fault.path) == field)
            self.add_error(field, fault.message if is_told else f"{fault.path}: {fault.message}")

    def _field_of(self, fault: Fault) -> str | None:
        for path, field in self.places.items():
            if field in self.fields and f"{fault.path}/".startswith(f"{path}/"):
                return field
        return None


class StoredForm(WritingForm):
    """A form for something stored. It carries the version that it was opened with."""

    etag = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["etag"].initial = self.stored_etag()

    def stored_etag(self) -> str:
        return str(self.instance.etag)

    @property
    def preconditions(self) -> Preconditions:
        """An ETag that was not sent matches nothing."""
        return Preconditions(if_match=(self.cleaned_data["etag"],))

    def _show(self, refused: Refused) -> None:
        super()._show(refused)
        if refused.status == 412:
            message = (
                "Nothing was saved. What you typed is still here:"
                " keep what you need, open this page anew, and make your change again."
            )
            self.add_error(None, message)


class SourceForm(WritingForm):
    places = {
        "/name": "name",
        "/description": "description",
        **{f"/retention/{unit}": f"retention_{unit}" for unit in RETENTION},
    }
    reason = ReasonField()

    class Meta:
        model = Source
        fields = ["name", "description", "retention_days", "retention_versions"]
        labels = {
            "retention_days": "Days of history that are kept",
            "retention_versions": "Versions of each record that are kept",
        }
        help_texts = {
            "retention_days": "Older changes are removed for good, but for the newest state of"
            " each record. All are kept where both are empty.",
            "retention_versions": "So many more of each are kept, however old they are. Without"
            " days, all of the last day are kept beside them.",
        }

    def save_as(self, key: str, preconditions: Preconditions) -> Source:
        text = {
            name: self.cleaned_data[name].replace("\r\n", "\n")  # As browsers send line ends.
            for name in ("name", "description")
        }
        kept = {unit: self.cleaned_data[f"retention_{unit}"] for unit in RETENTION}
        retention = {unit: number for unit, number in kept.items() if number is not None}
        saved, _ = save_source(
            key,
            {"type": SOURCE_TYPE, **text, **({"retention": retention} if retention else {})},
            preconditions,
            actor=self.actor,
            reason=self.cleaned_data["reason"],
        )
        return saved


class KeyField(forms.CharField):
    """The key of a source or definition, which no form can change later."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if not is_key(value):
            raise ValidationError(f"A key has {KEY_RULE}.")


class NewSourceForm(SourceForm):
    naming_field = "key"
    key = KeyField()

    class Meta(SourceForm.Meta):
        fields = ["key", *SourceForm.Meta.fields]

    def write(self) -> Source:
        return self.save_as(self.cleaned_data["key"], ONLY_NEW)


class StoredSourceForm(StoredForm, SourceForm):
    def write(self) -> Source:
        return self.save_as(self.instance.key, self.preconditions)


class DefinitionForm(WritingForm):
    """A profile or relationship definition, as JSON."""

    places = {"": "body"}
    definitions: ClassVar[Definitions[Any]]
    body = ExactJSONFormField(rows=24)
    reason = ReasonField()

    def save_as(self, source: Source, key: str, preconditions: Preconditions) -> Definition:
        saved: Definition = self.definitions.save(
            source.key,
            key,
            self.cleaned_data["body"].value,
            actor=self.actor,
            reason=self.cleaned_data["reason"],
            preconditions=preconditions,
        ).definition
        return saved


class NewDefinitionForm(DefinitionForm):
    naming_field = "key"
    source = forms.ModelChoiceField(Source.objects.all())
    key = KeyField()
    body = ExactJSONFormField(rows=24, initial={"properties": {}})

    def write(self) -> Definition:
        return self.save_as(self.cleaned_data["source"], self.cleaned_data["key"], ONLY_NEW)


class StoredDefinitionForm(StoredForm, DefinitionForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].initial = self.instance.body

    def write(self) -> Definition:
        return self.save_as(self.instance.source, self.instance.key, self.preconditions)


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    reason = ReasonField()

    class Meta:
        model = ApiKey
        fields = ["name", "role", "is_limited", "sources", "expiry_date", "rate_limit", "revoked"]

    def clean(self) -> None:
        """A key with sources that is not limited to them would see all: that is a mistake."""
        super().clean()
        if self.cleaned_data.get("sources") and not self.cleaned_data.get("is_limited"):
            self.add_error("is_limited", "Limit the key to its sources, or choose no source.")
        is_revoked = "revoked" in self.changed_data and self.cleaned_data.get("revoked")
        if is_revoked and not self.cleaned_data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Say why it is revoked.")
