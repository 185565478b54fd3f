"""Dumping: records as lines that `load` takes, each an operation that makes it what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingestion.exporting.records import plan_to_the_end, selected
from ingestion.fields import FOR_LOADING
from ingestion.operations import Action
from ingestion.search.rarity import Fragment
from ingestion.search.scope import Scope

ID_SEPARATOR = "."
"""Between the ids of the ends, as a short relationship id has it."""


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one profile or definition: all, or those behind an id."""

    scope: Scope
    after: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Dumped:
    id: str
    line: bytes


def dumped(part: Part) -> Iterator[Dumped]:
    """By their ids. For use in a snapshot, so that relationships have the ends that they had."""
    scope = part.scope
    plan_to_the_end(is_of_all=True)
    wire = scope.wire(FOR_LOADING)
    action = Action.UPSERT.value
    line = f"""'{{"action":"{action}","{action.lower()}":' || {wire.sql} || '}}'"""
    columns = ", ".join(scope.id_columns)
    wanted = Fragment(f"{line} AS line, {columns}", wire.params)
    for text, *ids in selected(scope, scope.rows, part.after, wanted):
        yield Dumped(ID_SEPARATOR.join(ids), f"{text}\n".encode())
