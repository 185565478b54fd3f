"""Forms that offer, and write, only what somebody's roles allow."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model

from profiles.access import Role
from profiles.forms import WritingForm
from profiles.models import Source
from profiles.staff import Staff


class BoundedForm(WritingForm):
    """Whatever a form offers is narrowed here, so that none can forget to."""

    staff: ClassVar[Staff]
    write_role: ClassVar[Role]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                by = "id" if field.queryset.model is Source else "source_id"
                field.queryset = self.staff.narrow(field.queryset, self.write_role, by)

    def write(self) -> Model:
        """Raises `PermissionDenied` for a row elsewhere, which undoes what was written."""
        row: Any = super().write()
        source = row if isinstance(row, Source) else row.source
        if not self.staff.may(self.write_role, source.key):
            raise PermissionDenied
        return row  # type: ignore[no-any-return]


def bounded(form: type[WritingForm], staff: Staff, write_role: Role) -> type[WritingForm]:
    return type(form.__name__, (BoundedForm, form), {"staff": staff, "write_role": write_role})
