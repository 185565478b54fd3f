"""Random filters: of lists, with what `query` says for the same, and trees of operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from ingestion.filters.conditions import Words
from profiles.datatypes.base import Scale
from profiles.paths import Path, all_paths
from tests.search.reference import words
from tests.search.rich import compared, properties_of, scaled, typed, value_at
from tests.search.values import positions, radii, texts

ORDERED = (Scale.NUMBER, Scale.MOMENT, Scale.SPAN)
Strategy = st.SearchStrategy[Any]


@dataclass(frozen=True)
class Asked:
    """A parameter of a list, and the filter of `query` that means the same."""

    name: str
    text: str
    meaning: Any

    @property
    def query(self) -> str:
        return f"{self.name}={quote(self.text)}"


def quoted(text: str) -> str:
    """As in CSV."""
    return '"' + text.replace('"', '""') + '"'


def of_lists(definition: Mapping[str, Any]) -> Strategy:
    """Every lookup but `startswith`, which no operator says."""
    every = [path.text for path in all_paths(properties_of(definition))]
    there = st.builds(_is_null, st.sampled_from(every), st.booleans())
    made = [
        _at(compared(definition), _equal),
        _at(compared(definition), _one_of, many=True),
        _at(scaled(definition, *ORDERED), _at_least),
        _at(scaled(definition, *ORDERED), _at_most),
        _at(scaled(definition, Scale.TEXT), _same_text).filter(_is_plain),
        _at(scaled(definition, Scale.TEXT), _begins).filter(_is_plain),
        there,
    ]
    if places := scaled(definition, Scale.POSITION):
        made.append(st.builds(_near, st.sampled_from(places), positions, radii))
    return st.one_of(made)


def _at(paths: list[Path], make: Any, many: bool = False) -> Strategy:
    if not paths:
        return st.nothing()

    def with_value(path: Path) -> Strategy:
        value = value_at(path)
        values = st.lists(value, min_size=1, max_size=3) if many else value
        return st.builds(make, st.just(path.text), values)

    return st.sampled_from(paths).flatmap(with_value)


def _equal(path: str, value: Any) -> Asked:
    return Asked(f"data.{path}", typed(value), {"any": {path: [value]}})


def _one_of(path: str, values: Any) -> Asked:
    text = ",".join(quoted(typed(value)) for value in values)
    return Asked(f"data.{path}__in", text, {"any": {path: values}})


def _at_least(path: str, value: Any) -> Asked:
    return Asked(f"data.{path}__gte", typed(value), {"gt": {path: value}})


def _at_most(path: str, value: Any) -> Asked:
    return Asked(f"data.{path}__lte", typed(value), {"lt": {path: value}})


def _same_text(path: str, value: str) -> Asked:
    return Asked(f"data.{path}__iexact", value, {"eq": {path: value}})


def _begins(path: str, value: str) -> Asked:
    return Asked(f"data.{path}__istartswith", value, {"eq": {path: f"{value}*"}})


def _is_plain(asked: Asked) -> bool:
    """`query` reads `*` as any characters, and takes none that begins so."""
    return "*" not in asked.text and asked.meaning["eq"] != {asked.name: "*"} and asked.text != ""


def _is_null(path: str, is_absent: bool) -> Asked:
    there = {"eq": {path: "*"}}
    return Asked(f"data.{path}__isnull", typed(is_absent), {"not": there} if is_absent else there)


def _near(path: Path, position: Any, radius: int) -> Asked:
    text = f"{position['latitude']},{position['longitude']},{radius}"
    circle = {"radius": radius, "coordinates": position}
    return Asked(f"data.{path.text}__near", text, {"geoDistance": {path.text: circle}})


def trees(definition: Mapping[str, Any]) -> Strategy:
    """Of all operators, some levels deep."""
    leaves = st.one_of(
        of_lists(definition).map(lambda asked: asked.meaning),
        _at(compared(definition), lambda path, values: {"all": {path: values}}, many=True),
        _at(scaled(definition, Scale.TEXT), _like),
        _matches(scaled(definition, Scale.TEXT)),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda parts: {"and": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda parts: {"or": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda part: {"not": part}, inner),
        ),
        max_leaves=5,
    )


def _like(path: str, value: str) -> Any:
    """A pattern that begins with something else than `*`."""
    half = len(value) // 2
    pattern = f"{value[:half]}*{value[half:][1:]}".lstrip("*")
    return {"eq": {path: pattern}}


def _matches(paths: list[Path]) -> Strategy:
    asked = st.fixed_dictionaries(
        {"value": texts.filter(words)}, optional={"type": st.sampled_from([*map(str, Words)])}
    )
    return st.builds(
        lambda path, match: {"match": {path.text: match}}, st.sampled_from(paths), asked
    )
