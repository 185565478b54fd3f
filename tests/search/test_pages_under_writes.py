"""Whoever pages through a list sees each untouched record once, whatever others write meanwhile."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from ingestion.models import DataIndex
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.search.conftest import Indexed
from tests.writing.threads import Threads

pytestmark = pytest.mark.django_db(transaction=True)

PROPERTIES: dict[str, Any] = {
    "name": {"type": "symbol", "indexed": True},
    "born": {"type": "date", "indexed": True},
    "nums": {"type": "array", "items": {"type": "integer", "indexed": True}},
}
KEPT, MOVED, SIZE = 40, 20, 7
NAMES = [*"aBcdEéü", "ab", "AB", ""]
BORN = ["2023", "2024", "2024-05", "2024-05-31", "1999"]
ORDERS = ["id", "createdAt", "updatedAt", "data.name", "data.born", "data.nums"]
FILTERS = f"&createdAt__gte=2000-01-01&data.name__in={','.join(name for name in NAMES if name)}"
WRITERS = 2


@pytest.fixture
def profile(api: Api, indexed: Indexed) -> Iterator[str]:
    """Its indexes are no part of a transaction that ends with the test."""
    key = indexed(PROPERTIES)
    made = list(DataIndex.objects.values_list("pk", flat=True))
    yield key
    with connection.cursor() as cursor:
        for pk in made:
            cursor.execute(f"DROP INDEX data_index_{pk}")


def some_data(chance: random.Random) -> dict[str, Any]:
    """Often the same as others have, and sometimes nothing."""
    data: dict[str, Any] = {
        "name": chance.choice(NAMES),
        "born": chance.choice(BORN),
        "nums": [chance.randrange(5) for _ in range(chance.randrange(3))],
    }
    return {key: value for key, value in data.items() if chance.random() < 0.8}


def write_until(over: Event, source: Source, profile: str, seed: int) -> int:
    """Creates, moves and deletes records of its own; answers how often."""
    api, chance = Api(factories.make_key("admin"), source.key), random.Random(seed)
    count = 0
    while not over.is_set():
        path = f"resources/{profile}/{chance.choice('aKz')}moved-{seed}-{chance.randrange(MOVED)}"
        if chance.random() < 0.25:
            api.delete(path)
        else:
            assert api.put(path, {"data": some_data(chance)}).status in (200, 201)
        count += 1
    return count


def page_by_list(api: Api, profile: str, order: str, more: str) -> list[str]:
    seen: list[str] = []
    cursor = ""
    while True:
        path = f"resources/{profile}?sort={order}&perPage={SIZE}{more}{cursor}"
        answer = api.get(path)
        assert answer.status == 200, answer.text
        seen += [row["id"] for row in answer.json["data"]]
        if "cursor" not in answer.json["meta"]:
            return seen
        cursor = f"&cursor={answer.json['meta']['cursor']}"


def page_by_browse(api: Api, profile: str) -> list[str]:
    seen: list[str] = []
    params: dict[str, Any] = {"perPage": SIZE}
    while True:
        body = {"collectionKeys": ["provider", profile, "office"], "params": params}
        answer = api.post("browse", body)
        assert answer.status == 200, answer.text
        seen += [hit["resource"]["id"] for hit in answer.json["hits"]]
        if "cursor" not in answer.json["meta"]:
            return seen
        params["cursor"] = answer.json["meta"]["cursor"]


def test_no_untouched_record_is_missing_or_comes_twice(
    subtests: pytest.Subtests, api: Api, source: Source, profile: str, threads: Threads
) -> None:
    cache.clear()
    chance = random.Random(0)
    kept = {f"{chance.choice('aKz')}kept-{n}": some_data(chance) for n in range(KEPT)}
    for id, data in kept.items():
        assert api.put(f"resources/{profile}/{id}", {"data": data}).status == 201
    named = [id for id, data in kept.items() if data.get("name")]
    over = Event()
    writers = [
        threads.start(lambda seed=seed: write_until(over, source, profile, seed))  # type: ignore[misc]
        for seed in range(WRITERS)
    ]
    try:
        for order in ORDERS:
            for sign in ("", "-"):
                for more, right in (("", list(kept)), (FILTERS, named)):
                    with subtests.test(f"{sign}{order}{more}"):
                        seen = Counter(page_by_list(api, profile, f"{sign}{order}", more))
                        found = {id: seen[id] for id in kept if id in seen}
                        assert found == dict.fromkeys(right, 1)
        with subtests.test("browse"):
            seen = Counter(page_by_browse(api, profile))
            assert {id: seen[id] for id in kept} == dict.fromkeys(kept, 1)
    finally:
        over.set()
    assert sum(writer.result() for writer in writers) > KEPT
    history = api.get(f"resources/{profile}?perPage=1000").json["data"]
    assert max(row["meta"]["version"] for row in history) > 1
