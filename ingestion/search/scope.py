"""What is listed: the records of one profile or definition, and what they can be found by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django_filters import Filter

from ingestion.fields import Fields
from ingestion.filters.data import PREFIX
from ingestion.indexes.profiles import ready_paths, ready_paths_of
from ingestion.models import IndexState
from ingestion.operations import Target
from ingestion.search.rarity import Fragment
from profiles.contract import Contract
from profiles.datatypes.base import Scale
from profiles.paths import DOT, Path, find_path, indexed_paths, parts_to_index
from profiles.properties import Property

Wire = Callable[[Fields], RawSQL]
"""Makes the expression of a row's JSON text."""


@dataclass(slots=True)
class Known:
    """What is found out about a scope once, and holds for every request while its contract does."""

    everything: Fragment | None = None
    filters: dict[str, Filter] = field(default_factory=dict)
    """By name, those that were asked for: no more than the properties have."""


@dataclass(frozen=True)
class Scope:
    """All records of one profile or definition, as something to filter, sort and search."""

    target: Target
    contract: Contract
    collection_id: int
    """Of the profile or definition, whose key is `collection`."""
    collection: str
    properties: Mapping[str, Property]
    rows: QuerySet[Any]
    """All of them, without joins."""
    id_columns: Sequence[str]
    """Those that make up the id, in its order."""
    members: Sequence[str]
    """What `fields` may name, beside paths."""
    wire: Wire
    find_related: Callable[[], Mapping[str, Scope]] = dict
    through: Callable[[Any], Any] | None = None
    """For a related scope: turns a condition on it into one on the records of this scope; None
    becomes the condition that there is any.
    """
    may_be_absent: bool = False
    """For a related scope: there may be no such record."""
    known: Known = field(default_factory=Known, compare=False)

    @property
    def everything(self) -> Fragment:
        """The condition of all rows. The ORM takes longer to say it than to find a page."""
        if self.known.everything is None:
            self.known.everything = Fragment.where(self.rows)
        return self.known.everything

    @cached_property
    def related(self) -> Mapping[str, Scope]:
        """What filters may be about beside the records themselves, by what they call it."""
        return self.find_related()

    def parted(self, name: str) -> tuple[Scope, str]:
        """The scope that a filter is about, and its name there.

        `from.data.name` is `data.name` of the scope at that end.
        """
        called, dot, rest = name.partition(DOT)
        is_related = bool(dot) and not name.startswith(PREFIX) and called in self.related
        return (self.related[called], rest) if is_related else (self, name)

    @property
    def source_key(self) -> str:
        return self.contract.source_key

    @property
    def table(self) -> str:
        return str(self.rows.model._meta.db_table)

    @property
    def name(self) -> str:
        """Sets the cursors of this list apart from those of others."""
        return f"{self.target}:{self.collection_id}"

    @cached_property
    def marked(self) -> Mapping[str, Path]:
        """The properties that are marked for an index, by their paths."""
        return {path.text: path for path in indexed_paths(self.properties)}

    @cached_property
    def states(self) -> Mapping[str, IndexState]:
        """The states of the indexes, by path. Read with one statement, when first needed."""
        return ready_paths(self.target, self.collection_id)

    @property
    def indexed(self) -> Mapping[str, Path]:
        """The properties whose indexes are ready."""
        if not self.marked:
            return {}
        ready = {text for text, state in self.states.items() if state is IndexState.READY}
        return {text: path for text, path in self.marked.items() if text in ready}

    @property
    def texts(self) -> Sequence[Path]:
        """The properties in which words are looked for."""
        return [p for p in self.indexed.values() if p.element.prop.type.scale is Scale.TEXT]

    def lacking(self, text: str) -> str | None:
        """Why a property cannot be used like an indexed one, and the remedy; None if it can."""
        if text not in self.marked:
            return f"Needs an index. Mark {self._mark(text)} in {self.collection}."
        state = self.states.get(text)
        if state is IndexState.READY:
            return None
        if state is IndexState.FAILED:
            return f"The index of data.{text} could not be built."
        return f"The index of data.{text} is being built: ask again later."

    def _mark(self, text: str) -> str:
        """What has to be written where: a part of a type is marked at the property of that type."""
        keys = text.split(DOT)
        for length in range(1, len(keys)):
            whole, part = DOT.join(keys[:length]), DOT.join(keys[length:])
            path = find_path(self.properties, whole)
            if path and part in (one.text for one in parts_to_index(path.element.prop.type)):
                return f'data.{whole} "indexed": ["{part}"]'
        return f'data.{text} "indexed": true'


def ask_for_states(scopes: Iterable[Scope]) -> None:
    """Read the states of several scopes at once, instead of one by one."""
    marked = {(one.target, one.collection_id): one for one in scopes if one.marked}
    if not marked:
        return
    for name, states in ready_paths_of(marked).items():
        marked[name].__dict__["states"] = states  # Where `cached_property` keeps it.
