"""Followers beside writers and a sweeper that is as near as can be: whoever heeds what is told them
has the registry in the end.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone

from ingestion.models import Change, Horizon
from ingestion.retention.sweeping import RetentionRule, sweep
from profiles.models import Source
from tests.clients import Api
from tests.retention.ageing import keeps
from tests.writing.asking import ask, delete, put
from tests.writing.threads import Threads

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = float(os.environ.get("HUNT_SECONDS", "1.5"))
DISTANCE = timedelta(milliseconds=30)
RECORDS = 6


@dataclass
class Follower:
    """Keeps what the feed told, and begins with a snapshot where it has to."""

    api: Api
    random: Random
    cursor: str = ""
    known: dict[str, Any] = field(default_factory=dict)
    snapshots: int = 0

    def read(self) -> int:
        limit = self.random.choice([1, 3, 20])
        asked = f"&cursor={self.cursor}" if self.cursor else ""
        answer = self.api.get(f"changes?limit={limit}{asked}")
        if answer.status == 410:
            self.begin(answer.json["details"][0]["expected"]["cursor"])
            return 1
        for change in answer.json["data"]:
            self.known[change["id"]] = change["resource"]
            if change["action"] == "DELETE":
                del self.known[change["id"]]
        self.cursor = answer.json["meta"]["cursor"]
        return len(answer.json["data"])

    def begin(self, cursor: str) -> None:
        self.snapshots += 1
        self.cursor, self.known = cursor, present(self.api)


def present(api: Api) -> dict[str, Any]:
    lines = api.get_stream("resources/provider?format=ndjson").splitlines()
    records = (json.loads(line) for line in lines)
    return {one["id"]: api.get(f"resources/provider/{one['id']}").json for one in records}


def until(deadline: float, job: Callable[[], object], pause: float = 0) -> Callable[[], None]:
    def repeat() -> None:
        while time.monotonic() < deadline:
            job()
            time.sleep(pause)

    return repeat


@pytest.mark.parametrize(
    "rule", [RetentionRule(1, None), RetentionRule(None, 2)], ids=["days", "versions"]
)
def test_followers_have_the_registry_in_the_end(
    source: Source, api: Api, threads: Threads, rule: RetentionRule
) -> None:
    keeps(source, rule.days, rule.versions)
    deadline = time.monotonic() + SECONDS
    followers = [Follower(api, Random(seed)) for seed in (1, 2)]

    def writer(seed: int) -> Callable[[], object]:
        random = Random(seed)

        def write() -> object:
            id = f"p{random.randrange(RECORDS)}"
            if random.random() < 0.3:
                return ask(source, delete("provider", id))
            return ask(source, put("provider", id, {"practiceNumber": random.randrange(10**9)}))

        return write

    def near(_: RetentionRule) -> Any:
        return timezone.now() - DISTANCE

    with patch("ingestion.retention.sweeping.horizon_of", near):
        threads.together(
            *(until(deadline, writer(seed)) for seed in (3, 4)),
            until(deadline, lambda: sweep(source, rule), 0.02),
            *(until(deadline, follower.read, 0.01) for follower in followers),
        )
    for follower in followers:
        while follower.read():
            pass
        assert follower.known == present(api)
    assert Horizon.objects.get().seq > 0
    assert Change.objects.count() > 0
