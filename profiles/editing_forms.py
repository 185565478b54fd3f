"""Forms of definitions: rows, with the JSON beside them. Whichever was typed in last counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from profiles.editing.order import in_order_of
from profiles.editing.places import place_in_rows
from profiles.editing.rows import body_of, repeated_keys, rows_of
from profiles.exact import Json, decode, json_line, pretty
from profiles.faults import Fault, Refused
from profiles.forms import ONLY_NEW, DefinitionForm, KeyField, StoredForm
from profiles.inputs.nodes import Node, Place
from profiles.inputs.shapes import Shape
from profiles.models import Definition, Source
from profiles.shape_fields import ShapeField, ShapeWidget

PREVIEW = "_preview"
"""The button that saves nothing."""

PLAN = "_plan"
"""The same, and asks what would be left behind."""

JSON = "json"

LOOK: Mapping[str, str] = {"class": "d-json", "rows": "18", "spellcheck": "false", "readonly": ""}


class RowsWidget(ShapeWidget):
    template = "registrar/definition/tree.html"


class RowsField(ShapeField):
    def __init__(self, shape: Shape) -> None:
        super().__init__(shape, Place("rows", ""), absent={})
        self.widget = RowsWidget(shape, Place("rows", ""))


class EditingForm(DefinitionForm):
    body = None  # type: ignore[assignment]  # takes the field away
    places = {"": "text"}
    rows: RowsField
    text = forms.CharField(
        label="JSON", required=False, strip=False, widget=forms.Textarea({**LOOK})
    )
    last = forms.CharField(required=False, widget=forms.HiddenInput)
    """`json` if that was typed in last."""
    shown = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    """The body of which the rows were made: what was not touched stays as it is there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: Sequence[Fault] = ()
        self.typed: Json = None
        """The body that was typed."""
        self._show_rows_of(self._sent_base() or self.stored_body())
        self.fields["text"].initial = pretty(self.typed)

    def stored_body(self) -> dict[str, Json]:
        raise NotImplementedError

    @property
    def owner(self) -> Source:
        """Whose definition it is."""
        raise NotImplementedError

    @property
    def own_key(self) -> str:
        """The definition's key; empty as long as it has none."""
        raise NotImplementedError

    @property
    def rows_field(self) -> RowsField:
        field: Any = self.fields["rows"]
        return field  # type: ignore[no-any-return]

    @property
    def is_planned(self) -> bool:
        return PLAN in self.data

    @property
    def is_preview(self) -> bool:
        return PREVIEW in self.data or self.is_planned

    @property
    def are_rows(self) -> bool:
        """Whether the rows show what was typed: there is JSON that no rows can show."""
        return self.data.get("last") != JSON

    @property
    def is_readable(self) -> bool:
        return isinstance(self.typed, dict) and not self.definitions.form_faults(self.typed)

    def is_valid(self) -> bool:
        return super().is_valid() and not self.is_preview

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("last") == JSON:
            self._take_text()
        elif "rows" in self.cleaned_data:
            self._take_rows()

    def save_as(self, source: Source, key: str, preconditions: Any) -> Definition:
        saved: Definition = self.definitions.save(
            source.key,
            key,
            self.typed,
            actor=self.actor,
            reason=self.cleaned_data["reason"],
            preconditions=preconditions,
            found=self.found,
        ).definition
        return saved

    def _post_clean(self) -> None:
        if not self.is_preview:
            super()._post_clean()
        elif "text" not in self.errors:
            try:
                self.definitions.check(self.owner.key, self.own_key, self.typed, self.found)
            except Refused as refused:
                self._show(refused)

    def _show(self, refused: Refused) -> None:
        if not refused.faults or self.data.get("last") == JSON:
            super()._show(refused)
        for fault in refused.faults if self.data.get("last") != JSON else ():
            self.add_error(None, ValidationError(self._show_at_its_row(fault)))

    def _show_at_its_row(self, fault: Fault) -> SafeString:
        node: Node = self["rows"].value()
        path = place_in_rows(fault.path, node.value)  # type: ignore[arg-type]  # never absent
        way = self.rows_field.show(node, Fault(path, fault.rule, fault.message))
        named = " › ".join(filter(None, map(name_of, way))) or "Definition"
        return format_html('<a href="#{}">{}</a>: {}', way[-1].id, named, fault.message)

    def _take_rows(self) -> None:
        rows = self.cleaned_data["rows"].value
        self.found = [*repeated_keys(rows)]
        self.typed = in_order_of(self.base, body_of(rows))
        self._put(text=pretty(self.typed))

    def _take_text(self) -> None:
        try:
            self.typed = decode(self.cleaned_data["text"].encode())
        except Refused as refused:
            self.typed = None
            self.add_error("text", ValidationError(refused.lines()))
            return
        if self.is_readable:
            self._show_rows_of(self.typed)
            self.rows_field.widget.put(self.rows_field.initial, base=self.rows_field.initial)
            self._put(shown=json_line(self.typed), last="")

    def _show_rows_of(self, body: dict[str, Json]) -> None:
        self.typed = self.base = body
        self.rows_field.initial = self.rows_field.widget.base = rows_of(body)
        self.fields["shown"].initial = json_line(body)

    def _sent_base(self) -> dict[str, Json] | None:
        try:
            body = decode(self.data.get("shown", "").encode())
        except Refused:
            return None
        is_sound = isinstance(body, dict) and not self.definitions.form_faults(body)
        return body if is_sound else None

    def _put(self, **values: str) -> None:
        """Have the inputs hold something else than what was sent."""
        sent: Any = self.data.copy()  # type: ignore[attr-defined]  # Django's types say less
        for name, value in values.items():
            sent[name] = value
        self.data = sent


class NewEditingForm(EditingForm):
    naming_field = "key"
    own_source: ClassVar[Source]
    key = KeyField()

    def stored_body(self) -> dict[str, Json]:
        return {"properties": {}}

    @property
    def owner(self) -> Source:
        return self.own_source

    @property
    def own_key(self) -> str:
        return str(self.cleaned_data.get("key", "")) if self.is_bound else ""

    def write(self) -> Definition:
        return self.save_as(self.own_source, self.cleaned_data["key"], ONLY_NEW)


class StoredEditingForm(StoredForm, EditingForm):
    def stored_body(self) -> dict[str, Json]:
        return dict(self.instance.body)

    @property
    def owner(self) -> Source:
        source: Source = self.instance.source
        return source

    @property
    def own_key(self) -> str:
        return str(self.instance.key)

    def write(self) -> Definition:
        return self.save_as(self.owner, self.own_key, self.preconditions)


def name_of(node: Node) -> str:
    """What a node is called on the way to a fault: rows by their keys."""
    return getattr(node, "key", "") or node.label.text
