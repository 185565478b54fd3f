"""Members of an object, each with its inputs."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from profiles.exact import Json
from profiles.inputs.nodes import ABSENT, Group, Label, Node, Place, Value
from profiles.inputs.shapes import Anything, Inputs, LeafShape, Shape, bound, shown


@dataclass(frozen=True)
class GroupShape(Shape):
    label: Label
    members: Mapping[str, Shape]
    is_kept_empty: bool = False
    """Without any member it is `{}`, and not absent."""

    def takes(self, value: Value) -> bool:
        return value is ABSENT or isinstance(value, dict)

    def show(self, value: Value, base: Value, place: Place) -> Node:
        values, bases = _members(value), _members(base)
        nodes = {
            key: shown(shape, values.get(key, ABSENT), bases.get(key, ABSENT), place.member(key))
            for key, shape in self._shapes({**bases, **values}, place).items()
        }
        return self._group(nodes, value, place)

    def bind(self, inputs: Inputs, base: Value, place: Place) -> Node:
        bases = _members(base)
        nodes = {
            key: bound(shape, inputs, bases.get(key, ABSENT), place.member(key))
            for key, shape in self._shapes(bases, place, inputs).items()
        }
        members = {key: node.value for key, node in nodes.items() if node.value is not ABSENT}
        return self._group(nodes, members or self._empty(base), place)

    def blanks(self) -> Iterator[tuple[str, Shape]]:
        for shape in self.members.values():
            yield from shape.blanks()

    def _shapes(
        self, values: Mapping[str, Json], place: Place, inputs: Container[str] = ()
    ) -> Mapping[str, Shape]:
        known = {
            key: shape
            for key, shape in self.members.items()
            if not shape.is_seldom or key in values or place.member(key).name in inputs
        }
        left_over = [key for key in values if key not in self.members]
        return {**known, **{key: _left_over(key) for key in left_over}}

    def _empty(self, base: Value) -> Value:
        return {} if self.is_kept_empty or base == {} else ABSENT

    def _group(self, nodes: Mapping[str, Node], value: Value, place: Place) -> Group:
        members = list(nodes.values())
        return Group(place=place, label=self.label, value=value, members=members)


def _left_over(key: str) -> Shape:
    label = Label(key, hint="The profile has no such property any more.")
    return LeafShape(label, Anything(), is_left_over=True)


def _members(value: Value) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}
