"""What a browser sends of a form, told from the nodes that it shows."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import QueryDict

from profiles.datatypes.base import Control
from profiles.editing.nodes import Checks
from profiles.inputs.nodes import Hidden, Leaf, Node, Rows


def sent(node: Node, **typed: str) -> QueryDict:
    """All inputs of a node; those of `typed`, by names with `__` for `/`, hold something else."""
    data = QueryDict(mutable=True)
    for name, text in _inputs(node):
        data.appendlist(name, text)
    for name, text in typed.items():
        data[name.replace("__", "/")] = text
    return data


def _inputs(node: Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, Leaf):
        yield node.place.name, _as_sent(node)
    elif isinstance(node, Hidden):
        yield node.place.name, str(node.value)
    elif isinstance(node, Checks):
        yield from ((node.place.name, text) for text in ("", *node.chosen))
    elif isinstance(node, Rows):
        yield node.place.name, ""
        for row in node.rows:
            yield node.place.name, row.token
    for child in node.children:
        yield from _inputs(child)


def _as_sent(leaf: Leaf) -> str:
    """Every line's end is sent as two characters; a line has none."""
    assert leaf.control is not Control.LINE or not set(leaf.text) & set("\r\n")
    return leaf.text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
