"""Which definitions records can be uploaded to: profiles, and what other apps register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from ingestion.forms.records import root_profiles
from ingestion.operations import Target

Offer = Callable[[], QuerySet[Any]]
"""The definitions of all sources, each with its source."""

offers: dict[Target, Offer] = {Target.RESOURCE: root_profiles}
"""Filled by `AppConfig.ready`."""
