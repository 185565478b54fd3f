"""Random records in a profile with real indexes, and searches among them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck, settings

from ingestion.models import Resource
from profiles.paths import all_paths
from tests.clients import Api
from tests.search.reference import Scales
from tests.search.rich import Record, properties_of

bounded = settings(
    max_examples=20,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # Each example empties the profile.
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
PLANS = (
    "enable_seqscan",
    "enable_bitmapscan",
    "enable_indexscan",
)


class Desk:
    """Records of one profile, and searches among them."""

    def __init__(self, api: Api, profile: str, definition: Any) -> None:
        self.api, self.profile = api, profile
        paths = all_paths(properties_of(definition))
        self.scales: Scales = {path.text: path.element.prop.type.scale for path in paths}

    def keep(self, rows: list[Record]) -> None:
        cache.clear()
        Resource.objects.filter(profile__key=self.profile).delete()
        for index, row in enumerate(rows):
            answer = self.api.put(f"resources/{self.profile}/r{index}", {"data": row})
            assert answer.status == 201, answer.text

    def listed(self, query: str) -> list[str]:
        answer = self.api.get(f"resources/{self.profile}?sort=id&{query}")
        assert answer.status == 200, answer.text
        return [row["id"] for row in answer.json["data"]]

    def queried(self, **asked: Any) -> list[str]:
        body = {"collectionKey": self.profile, "sort": {"path": "id"}, **asked}
        answer = self.api.post("query", body)
        assert answer.status == 200, answer.text
        return [hit["resource"]["id"] for hit in answer.json["hits"]]


def by_every_plan() -> Iterator[str]:
    """With the planner's choice, and with each way to read rows forbidden in turn."""
    for forbidden in ("", *PLANS):
        with connection.cursor() as cursor:
            for name in PLANS:
                cursor.execute(f"SET LOCAL {name} = {'off' if name == forbidden else 'on'}")
        yield forbidden
