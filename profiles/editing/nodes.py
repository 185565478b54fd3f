"""Nodes that only the form of a definition has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from profiles.exact import Json
from profiles.inputs.nodes import Group, Hidden, Node


@dataclass(slots=True, kw_only=True)
class Fixed(Hidden):
    """A key that is saved: its row is known by it, so no input changes it."""

    kind = "fixed"


@dataclass(slots=True, kw_only=True)
class Checks(Node):
    """Some of what there is to choose from."""

    kind = "checks"
    choices: Mapping[str, str]
    chosen: Collection[str]
    shown: list[tuple[str, str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shown = [(key, text, key in self.chosen) for key, text in self.choices.items()]


@dataclass(slots=True, kw_only=True)
class Keyed(Group):
    """A row of a definition: a property, or what it may contain."""

    kind = "keyed"

    @property
    def key(self) -> str:
        return str(self._member("key"))

    @property
    def told(self) -> str:
        """What it holds, in a few words."""
        if isinstance(self.value, dict) and isinstance(self.value.get("types"), list):
            return " or ".join(self.value["types"])
        return told_type(self.value)

    @property
    def is_required(self) -> bool:
        return self._member("required") is True

    @property
    def is_indexed(self) -> bool:
        return bool(self._member("indexed"))

    @property
    def cardinality(self) -> str:
        return str(self._member("cardinality"))

    @property
    def note(self) -> str:
        return str(self._member("description"))

    def _member(self, name: str) -> Json:
        return self.value.get(name, "") if isinstance(self.value, dict) else ""


def told_type(prop: Json) -> str:
    """The type of a property as it is read aloud: an array of what it is an array of."""
    if not isinstance(prop, dict):
        return ""
    text = str(prop.get("type", ""))
    inner = told_type(prop.get("items"))
    return f"{text} of {inner}" if inner else text
