"""The definitions that records are of: profiles, and what other apps register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from ingestion.forms.records import root_profiles
from ingestion.operations import Target

DefinitionRows = Callable[[], QuerySet[Any]]
"""The definitions of all sources, each with its source."""

record_definitions: dict[Target, DefinitionRows] = {Target.RESOURCE: root_profiles}
"""Filled by `AppConfig.ready`."""
