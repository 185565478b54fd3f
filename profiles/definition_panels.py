"""Panels that other apps add to the pages of definitions.

Those apps know definitions, but not the other way round, so they register when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from profiles.contract import Contract
from profiles.models import Definition


@dataclass(frozen=True, slots=True)
class DefinitionPanel:
    """Its template reads what `read` answers as `panel`."""

    model: type[Definition]
    template: str
    read: Callable[[Contract, Any], Any]


panels: list[DefinitionPanel] = []


def panels_of(contract: Contract, definition: Definition) -> Iterator[tuple[str, Any]]:
    """The template of each panel, and what it reads."""
    for panel in panels:
        if isinstance(definition, panel.model):
            yield panel.template, panel.read(contract, definition)
