"""The history of configuration as the API tells it."""

from __future__ import annotations

from typing import Any

from profiles.exact import Json
from profiles.models import ConfigurationChange, ConfigurationKind
from tests.clients import Api

PROFILE = "profiles/provider"
DEFINITION = "relationship-definitions/provider-office"
SUBSCRIPTION = ConfigurationKind.SUBSCRIPTION
SUBSCRIBED = {"url": "https://crm.example.org/hook"}


def versions(api: Api, path: str, query: str = "") -> list[Any]:
    """The newest first."""
    answer = api.get(f"{path}/versions{query}")
    assert answer.status == 200, answer.text
    rows: list[Any] = answer.json["data"]
    return rows


def recorded(kind: ConfigurationKind) -> list[tuple[int, Json, str, str]]:
    """Number, body, actor and reason of what was recorded, the oldest first."""
    rows = ConfigurationChange.objects.filter(kind=kind).order_by("pk")
    return [(row.version, row.body, row.actor, row.reason) for row in rows]


def told(kind: ConfigurationKind) -> list[tuple[int, str, str]]:
    """The same without the bodies."""
    return [(number, actor, reason) for number, _, actor, reason in recorded(kind)]
