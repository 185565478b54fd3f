"""Plans write nothing whatever they hold, and are carried out but for what has moved since."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from profiles.exact import decode, encode
from profiles.models import Source
from tests.clients import Api
from tests.tasks.batches import IDS, UNHURRIED, Batch, links, resource_texts, resources
from tests.tasks.doing import NDJSON, upsert
from tests.tasks.doors import BulkDoor, Told, told_of, work
from tests.tasks.everything import everything

pytestmark = pytest.mark.django_db

WHOLE = 100
"""More operations than any of these bulks has: one chunk."""


def plan(api: Api, batch: Batch, chunk: int, shares: int = 1) -> str:
    path = f"{batch.kind}/bulk?mode=plan"
    with override_settings(BULK_SHARES=shares):
        task: str = api.post(path, b"\n".join(batch.texts), content_type=NDJSON).json["taskId"]
    work(task, chunk)
    return task


def test_a_plan_writes_nothing(world: Source, api: Api) -> None:
    @UNHURRIED
    @given(resources | links, resources | links, st.integers(1, 12), st.integers(1, 2))
    def check(before: Batch, batch: Batch, chunk: int, shares: int) -> None:
        with transaction.atomic():
            BulkDoor(WHOLE)(world, api, before.kind, before.texts)
            was = everything()
            task = plan(api, batch, chunk, shares)
            assert len(told_of(api, task)) == len(batch.texts)
            assert everything() == was
            assert len(was) > 20
            transaction.set_rollback(True)

    check()


def test_a_plan_in_one_chunk_says_what_is_done_then(world: Source, api: Api) -> None:
    @UNHURRIED
    @given(resources | links, resources | links, st.integers(1, 12))
    def check(before: Batch, batch: Batch, chunk: int) -> None:
        with transaction.atomic():
            BulkDoor(WHOLE)(world, api, before.kind, before.texts)
            task = plan(api, batch, WHOLE)
            applied = api.post(f"tasks/{task}/apply", b"").json["taskId"]
            work(applied, chunk)
            assert told_of(api, applied) == told_of(api, task)
            transaction.set_rollback(True)

    check()


def test_what_moves_while_a_plan_is_carried_out_is_left_alone(world: Source, api: Api) -> None:
    @UNHURRIED
    @given(
        resources,
        st.lists(resource_texts(), min_size=4, max_size=12),
        st.integers(1, 4),
        st.sampled_from(["clerk", "provider", "office"]),
        st.sampled_from(IDS),
    )
    def check(before: Batch, texts: list[bytes], chunk: int, type: str, id: str) -> None:
        with transaction.atomic():
            BulkDoor(WHOLE)(world, api, before.kind, before.texts)
            task = plan(api, Batch("resources", texts), WHOLE)
            applied = api.post(f"tasks/{task}/apply", b"").json["taskId"]
            path, data = f"resources/{type}/{id}", {"data": {"name": "Somebody else"}}
            done = 0

            def somebody_else_writes_behind_the_first_chunk() -> None:
                nonlocal done
                done += 1
                if done == 1:
                    assert api.put(path, data).status in (200, 201)

            work(applied, chunk, somebody_else_writes_behind_the_first_chunk)
            planned, told = told_of(api, task), told_of(api, applied)
            assert api.get(path).json["data"] == data["data"]
            for place, text in enumerate(texts):
                if place >= chunk and is_about(text, type, id):
                    assert told[place].outcome == "REFUSED"
                    assert code(told[place]) in (412, code(planned[place]))
                else:
                    assert told[place] == planned[place]
            transaction.set_rollback(True)

    check()


@pytest.mark.parametrize("chunk", [1, 2, 3, 5])
def test_who_goes_on_with_a_plan_sees_what_it_saw(world: Source, api: Api, chunk: int) -> None:
    ids = [f"id-{number}" for number in range(6)]
    batch = Batch("resources", [encode(upsert(id)) for id in ids])
    applied = api.post(f"tasks/{plan(api, batch, 2)}/apply", b"").json["taskId"]
    work(applied, chunk, must_stop=True)
    moved = {ids[3], ids[5]} - set(ids[:chunk])
    for id in moved:
        api.put(f"resources/provider/{id}", {"data": {"name": "Somebody else"}})
    work(applied, 1)
    refused = {id for id, told in zip(ids, told_of(api, applied), strict=True) if told.error}
    assert refused == moved
    assert moved


def is_about(text: bytes, type: str, id: str) -> bool:
    operation: Any = decode(text)
    payload = operation[operation["action"].lower()]
    return (payload["type"], payload["id"]) == (type, id)


def code(told: Told) -> int:
    return int(told.error["code"]) if told.error else 0
