"""A source as a picture: its profiles as boxes, and what leads from one to another as arrows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from django.urls import reverse

from profiles.contract import Contract, current_contract
from profiles.exact import Json
from profiles.models import Source
from profiles.properties import Cardinality, ProfileDefinition, Property


@dataclass(frozen=True, slots=True)
class Line:
    """A property in a box."""

    key: str
    type: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Box:
    key: str
    kind: str
    page: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class End:
    """One side of an arrow: how many there one record of the other side may have, and as what."""

    key: str
    name: str
    cardinality: str


@dataclass(frozen=True, slots=True)
class Arrow:
    name: str
    start: End
    end: End
    page: str = ""
    """On which it is edited; that of a box for what it contains."""

    @property
    def is_contained(self) -> bool:
        return not self.page


@dataclass(frozen=True, slots=True)
class Picture:
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    def as_json(self) -> Json:
        arrows = [{**asdict(arrow), "is_contained": arrow.is_contained} for arrow in self.arrows]
        return {"boxes": [asdict(box) for box in self.boxes], "arrows": arrows}

    def as_mermaid(self) -> str:
        """The text of an entity relationship diagram (Mermaid's `erDiagram`)."""
        names = {box.key: f"p{number}" for number, box in enumerate(self.boxes, 1)}
        lines = ["erDiagram"]
        for box in self.boxes:
            lines += [f'  {names[box.key]}["{box.key}"] {{', *map(_attribute, box.lines), "  }"]
        lines += [_mermaid_arrow(arrow, names) for arrow in self.arrows]
        return "\n".join(lines)


arrow_makers: list[Callable[[Source], Iterable[Arrow]]] = []
"""Functions of other apps that tell which arrows lead from profile to profile."""


def picture_of(source: Source) -> Picture:
    contract = current_contract(source.key)
    keys = sorted(contract.profiles)
    boxes = [_box(key, contract) for key in keys]
    arrows = [arrow for key in keys for arrow in _contained(key, contract.catalogue[key])]
    others = [arrow for make in arrow_makers for arrow in make(source)]
    return Picture(tuple(boxes), (*others, *arrows))


def type_of(prop: Property) -> str:
    return f"{prop.type.name} of {type_of(prop.items)}" if prop.items else prop.type.name


def _box(key: str, contract: Contract) -> Box:
    profile = contract.profiles[key]
    lines = [
        Line(name, type_of(prop), prop.is_required)
        for name, prop in profile.definition.properties.items()
    ]
    page = reverse("admin:profiles_profile_change", args=[profile.id])
    return Box(key, profile.definition.type.value, page, tuple(lines))


def _contained(key: str, definition: ProfileDefinition) -> Iterator[Arrow]:
    for name, row in definition.contained.items():
        for type in row.types:
            start = End(key, "", Cardinality.EXACTLY_ONE.value)
            yield Arrow(name, start, End(type, name, row.cardinality.value))


LEFT: Final[Mapping[str, str]] = {"0:1": "|o", "1:1": "||", "0:*": "}o", "1:*": "}|"}
RIGHT: Final[Mapping[str, str]] = {"0:1": "o|", "1:1": "||", "0:*": "o{", "1:*": "|{"}


def _mermaid_arrow(arrow: Arrow, names: Mapping[str, str]) -> str:
    left, right = LEFT[arrow.start.cardinality], RIGHT[arrow.end.cardinality]
    ends = names.get(arrow.start.key, "?"), names.get(arrow.end.key, "?")
    return f'  {ends[0]} {left}--{right} {ends[1]} : "{arrow.name}"'


def _attribute(line: Line) -> str:
    """A name that begins with no letter would be no name there."""
    key = line.key if line.key[:1].isalpha() else f"_{line.key}"
    told = ' "required"' if line.is_required else ""
    return f"    {line.type.replace(' ', '-')} {key}{told}"
