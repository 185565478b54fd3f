"""Form fields whose inputs follow a profile: Django's side of `profiles.inputs`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string

from profiles.exact import Document, Json
from profiles.faults import Fault
from profiles.inputs.nodes import ABSENT, Node, Place, Row, Value, position_of
from profiles.inputs.shapes import Shape, bound, shown

BLANK_ROWS, BLANK_TOKEN = "__rows__", "__token__"
"""What the script puts the names of a new row in place of."""


class ShapeWidget(forms.Widget):
    """All inputs of a shape. Made anew for each form, as Django copies the fields of its class."""

    use_fieldset = True
    template = "registrar/inputs/tree.html"

    def __init__(self, shape: Shape, place: Place) -> None:
        super().__init__()
        self.shape = shape
        self.place = place
        self.base: Value = ABSENT
        """What is stored; what was not touched stays as it is there."""
        self._node: Node | None = None

    def node(self, value: Value) -> Node:
        """One for each form, since its faults are written to it."""
        if self._node is None:
            self._node = shown(self.shape, value, self.base, self.place)
        return self._node

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Node:
        """Read once, since Django asks again and again, and a form may have thousands of inputs."""
        if self._node is None:
            self._node = bound(self.shape, data, self.base, self.place)
        return self._node

    def put(self, value: Value, base: Value) -> None:
        """Show another value than the one that was sent, as a change of `base`."""
        self.base = base
        self._node = shown(self.shape, value, base, self.place)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        blanks: dict[str, Row] = {}
        _collect(self.shape, blanks)
        return render_to_string(self.template, {"node": value, "blanks": blanks})


def _collect(shape: Shape, found: dict[str, Row]) -> None:
    """A blank row for whatever can be added, each once, however deep it is needed."""
    for key, row in shape.blanks():
        if key not in found:
            node = shown(row, ABSENT, ABSENT, Place(f"{BLANK_ROWS}/{BLANK_TOKEN}", ""))
            found[key] = Row(token=BLANK_TOKEN, node=node, rows_name=BLANK_ROWS)
            _collect(row, found)


class ShapeField(forms.Field):
    """Its cleaned value is a `Document`. It judges nothing: that is for the write path."""

    widget: ShapeWidget

    def __init__(self, shape: Shape, place: Place, absent: Json, **options: Any) -> None:
        super().__init__(required=False, widget=ShapeWidget(shape, place), **options)
        self.absent = absent
        """What is stored where there is nothing at all."""

    def prepare_value(self, value: Any) -> Node:
        """Of a form for something new, Django gives None."""
        if isinstance(value, Node):
            return value
        return self.widget.node(ABSENT if value is None else value)

    def clean(self, value: Any) -> Document:
        node: Node = value
        return Document.of(self.absent if node.value is ABSENT else node.value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        node: Node = data
        return bool(node.value != initial)

    def position(self, node: Node, fault: Fault) -> tuple[int, ...]:
        """Where a fault is shown, to be compared with others of the same field."""
        return position_of(node.way_to(fault.path))

    def show(self, node: Node, fault: Fault) -> list[Node]:
        """Show a fault at its place; the way there."""
        way = node.way_to(fault.path)
        way[-1].faults.append(fault.message)
        return way
