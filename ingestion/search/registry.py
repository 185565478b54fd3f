"""Where other apps register how their records are searched; resources are there already."""

from __future__ import annotations

from collections.abc import Callable

from ingestion.operations import Target
from ingestion.search.resources import resource_scope
from ingestion.search.scope import Scope
from profiles.contract import Contract

ScopeMaker = Callable[[Contract, str], Scope]
"""From the key of a profile or definition. Raises NOT_FOUND."""

scope_makers: dict[Target, ScopeMaker] = {Target.RESOURCE: resource_scope}
"""Filled by `AppConfig.ready`."""
