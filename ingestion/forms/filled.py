"""Forms that are filled with what a record was, and save what somebody makes of it.

Their inputs begin with the old state, so what of it nobody touched is saved as it was, to the last
digit. What the record is by now is told by the ETag, as in any form: it is not lost unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as member
from typing import Any, ClassVar

from django.utils.html import format_html

from ingestion.forms.records import RecordForm
from ingestion.forms.shaped import ShapedForm
from ingestion.models import Change
from ingestion.operations import Action, Operation
from ingestion.past.changes import PastRecord
from ingestion.past.restoring import Restored, restore, write_another
from ingestion.records import Record
from profiles.exact import Json
from profiles.faults import Refused
from profiles.forms import ONLY_NEW, StoredForm, WritingForm
from profiles.models import Source

PARTS = ("data", "contained", "identifiers")
MADE_ANEW = (
    "Nothing was saved: somebody has made it anew meanwhile."
    ' <a href="{}">Go on from this version in its form</a>.'
)


@dataclass(frozen=True, slots=True)
class OldVersion:
    record: PastRecord
    change: Change
    page: str
    """Leads to the form that is filled with it."""
    reason: str = ""
    """What was typed already, where it was to be restored as it is."""
    definition: Mapping[str, int] = member(default_factory=dict)
    """Of a record that is made anew: the field that asks what it is one of, and what that was."""
    names: Mapping[str, str] = member(default_factory=dict)
    """The same of what it is called by; empty where none can be called so any more."""


class FilledForm(RecordForm):
    old: ClassVar[OldVersion]
    restored: Restored | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update({**self.old.definition, **self.old.names, "reason": self.old.reason})
        for name, field in self.fields.items():
            field.disabled = name in self.old.definition or name == self.naming_field
        if not self.is_bound:
            self.initial.update(self.was)

    @property
    def was(self) -> dict[str, Json]:
        return {name: getattr(self.old.change, name) for name in PARTS if name in self.fields}

    def write_record(self, source: Source, operation: Operation) -> Record:
        """As it is after the operation, with what came back along. Raises `Refused`."""
        self.restored = self._restored(operation, self.cleaned_data["reason"])
        record = self.restored.written.receipt.record
        assert record is not None, "only a deletion leaves no record"
        return record

    def _restored(self, operation: Operation, reason: str) -> Restored:
        record, change = self.old.record, self.old.change
        is_new = operation.action is Action.CREATE
        if is_new and not self._is_called_as_it_was():
            return write_another(record, change, operation, actor=self.actor, reason=reason)
        return restore(
            record,
            change,
            ONLY_NEW if is_new else operation.preconditions,
            actor=self.actor,
            reason=reason,
            body=operation.payload,
        )

    def _is_called_as_it_was(self) -> bool:
        names = self.old.names
        return bool(names) and all(self.cleaned_data[name] == names[name] for name in names)

    def _show(self, refused: Refused) -> None:
        if refused.status == 412 and not isinstance(self, StoredForm):
            self.add_error(None, format_html(MADE_ANEW, self.old.page))
        else:
            super()._show(refused)


class FilledShapedForm(FilledForm, ShapedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in self.was.items():
            self.shaped[name].widget.base = value

    def shown_first(self, stored: Mapping[str, Json]) -> Mapping[str, Json]:
        return self.was


def filled(form: type[WritingForm], old: OldVersion) -> type[WritingForm]:
    """The form of a record, filled with what it was."""
    base = FilledShapedForm if issubclass(form, ShapedForm) else FilledForm
    return type(form.__name__, (base, form), {"old": old})
