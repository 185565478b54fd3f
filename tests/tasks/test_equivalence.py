"""Every door does the same with the same operations, says the same, and leaves the same behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from profiles.models import Source
from tests.clients import Api
from tests.tasks.batches import UNHURRIED, Batch, links, resource_texts, resources
from tests.tasks.doors import (
    BulkDoor,
    Door,
    Told,
    bundle_door,
    changes,
    load_door,
    rows,
    single_door,
)
from tests.tasks.everything import everything

pytestmark = pytest.mark.django_db

Changes = Sequence[tuple[Any, ...]]


class Left(NamedTuple):
    """What was said of each batch, and what is there afterwards."""

    told: list[list[Told]]
    rows: dict[Any, Any]
    resources: Changes
    relationships: Changes
    """In their order. What goes along with deleted resources is told behind all of their batch."""


def left_by(door: Door, source: Source, api: Api, batches: Sequence[Batch]) -> Left:
    with transaction.atomic():
        told = [door(source, api, batch.kind, batch.texts) for batch in batches]
        left = Left(
            told, rows(source), changes(source, "RESOURCE"), changes(source, "RELATIONSHIP")
        )
        transaction.set_rollback(True)
    return left


def test_each_door_does_the_same(world: Source, api: Api) -> None:
    @UNHURRIED
    @given(st.lists(links | resources, min_size=1, max_size=3), st.integers(1, 12))
    def check(batches: list[Batch], chunk: int) -> None:
        one_by_one = left_by(single_door, world, api, batches)
        assert left_by(load_door, world, api, batches) == one_by_one
        assert left_by(BulkDoor(chunk), world, api, batches) == one_by_one

    check()


def test_a_bundle_does_the_same_or_nothing(world: Source, api: Api) -> None:
    @UNHURRIED
    @given(resources | links, st.lists(resource_texts(), min_size=1, max_size=3))
    def check(before: Batch, texts: list[bytes]) -> None:
        with transaction.atomic():
            BulkDoor(12)(world, api, before.kind, before.texts)
            batch = Batch("resources", texts)
            one_by_one = left_by(single_door, world, api, [batch])
            if any(told.error for told in one_by_one.told[0]):
                was = everything()
                with pytest.raises(AssertionError):
                    bundle_door(world, api, *batch)
                assert everything() == was
            else:
                assert left_by(bundle_door, world, api, [batch]) == one_by_one
            transaction.set_rollback(True)

    check()


def test_shares_do_the_same_to_each_resource(world: Source, api: Api) -> None:
    @UNHURRIED
    @given(resources, st.integers(1, 12), st.integers(2, 4))
    def check(batch: Batch, chunk: int, shares: int) -> None:
        one_by_one = left_by(BulkDoor(12), world, api, [batch])
        shared = left_by(BulkDoor(chunk, shares), world, api, [batch])
        assert (shared.told, shared.rows) == (one_by_one.told, one_by_one.rows)
        assert by_record(shared.resources) == by_record(one_by_one.resources)

    check()


def by_record(changes: Changes) -> dict[Any, Any]:
    found = defaultdict(list)
    for change in changes:
        found[change[:3]].append(change)
    return found
