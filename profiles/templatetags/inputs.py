"""A single input with all that belongs to it.

Written in Python, since a form may have thousands of them, and a template takes ten times as long.
"""

from __future__ import annotations

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from profiles.datatypes.base import Control
from profiles.inputs.nodes import Leaf, Node

register = template.Library()


@register.filter
def leaf(node: Leaf) -> SafeString:
    """The label and the input of a leaf, what helps to fill it in, and its faults."""
    required = ' class="required"' if node.label.is_required else ""
    parts = [
        f'<div class="r-leaf r-{node.control}{" r-faulty" if node.faults else ""}">',
        f'<label for="{escape(node.id)}"{required}>{escape(node.label.text)}</label>',
        _control(node),
        _removal(node) if node.is_left_over else "",
        told(node),
        "</div>",
    ]
    return mark_safe("".join(parts))  # noqa: S308  # every text in it was escaped


@register.filter
def told(node: Node) -> SafeString:
    """The faults of a node, and what is said of it."""
    text = ""
    if node.faults:
        items = "".join(f"<li>{escape(fault)}</li>" for fault in node.faults)
        text += f'<ul class="r-faults" id="{escape(node.id)}_faults">{items}</ul>'
    if said := node.said:
        text += f'<p class="r-hint" id="{escape(node.id)}_hint">{escape(said)}</p>'
    return mark_safe(text)  # noqa: S308  # as above


def _control(node: Leaf) -> str:
    if node.control == Control.CHOICE:
        options = "".join(_option(node, *choice) for choice in {"": "–", **node.choices}.items())
        return f"<select{_attributes(node)}>{options}</select>"
    if node.control == Control.LINE:
        text = escape(node.text)
        return f'<input type="text"{_attributes(node)} value="{text}" autocomplete="off">'
    # A browser takes the first line end in a text area for none of the text.
    return f'<textarea{_attributes(node)} rows="{node.lines}">\n{escape(node.text)}</textarea>'


def _option(node: Leaf, text: str, shown: str) -> str:
    selected = " selected" if text == node.text else ""
    return f'<option value="{escape(text)}"{selected}>{escape(shown)}</option>'


def _attributes(node: Leaf) -> str:
    text = f' name="{escape(node.place.name)}" id="{escape(node.id)}"'
    if node.keyboard:
        text += f' inputmode="{node.keyboard}"'
    if node.label.is_required:
        text += ' aria-required="true"'
    if node.faults:
        text += ' aria-invalid="true"'
    if described_by := node.described_by:
        text += f' aria-describedby="{escape(described_by)}"'
    if node.names_resource:
        text += " data-names-resource"
    return text + (" data-names-element" if node.names_element else "")


def _removal(node: Leaf) -> str:
    name = escape(node.remove_name)
    checked = " checked" if node.is_removed else ""
    return f'<label class="r-remove"><input type="checkbox" name="{name}"{checked}> Remove</label>'
