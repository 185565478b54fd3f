"""Every door does the same with the same operations, says the same, and leaves the same behind."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from profiles.exact import encode
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.tasks.doors import BulkDoor, Door, Told, changes, load_door, rows, single_door
from tests.writing.asking import define_link, make

pytestmark = pytest.mark.django_db

ROUNDS = int(os.environ.get("DOOR_ROUNDS", "12"))
IDS = ("p0", "p1", "new")
CLERK = {
    "properties": {"name": {"type": "symbol"}, "fee": {"type": "decimal"}},
    "contained": {"parts": {"types": ["paymentMethod"], "cardinality": "0:1"}},
}
PART = {"id": "a", "type": "paymentMethod", "data": {"value": "x"}}
IDENTIFIER = {"system": "urn:x", "value": "1"}
BODIES: list[Any] = [
    {"data": {}},
    {"data": {"name": "a"}},
    {"data": {"name": "a", "fee": Decimal("1.1")}},
    {"data": {"name": "a", "fee": Decimal("1.10")}},
    {"data": {"fee": Decimal("123456789012345678901234567890.5")}},
    {"data": {"name": None}},
    {"data": {}, "contained": {"parts": [PART]}},
    {"data": {}, "meta": {"identifier": [IDENTIFIER]}},
    {"data": {}, "meta": {"identifier": []}},
    {"data": {"name": 1, "fee": "1.1"}},
    {"data": {"more": 1}, "contained": {"parts": [PART, {**PART, "id": "b"}]}},
    {"data": []},
    {},
    {"data": {}, "more": 1},
]
LINK_BODIES: list[Any] = [
    {},
    {"data": {"note": "a"}},
    {"data": {"note": "b"}},
    {"data": {"note": 1}},
    {"data": {}, "more": 1},
]


UNHURRIED = settings(
    max_examples=ROUNDS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # To make it smaller takes minutes.
)


class Batch(NamedTuple):
    kind: str
    texts: Sequence[bytes]


Changes = Sequence[tuple[Any, ...]]


class Left(NamedTuple):
    """What was said of each batch, and what is there afterwards."""

    told: list[list[Told]]
    rows: dict[Any, Any]
    resources: Changes
    relationships: Changes
    """In their order. What goes along with deleted resources is told behind all of their batch."""


def text(action: str, payload: Any) -> bytes:
    return encode({"action": action, action.lower(): payload})


@st.composite
def resource_texts(draw: st.DrawFn) -> bytes:
    action = draw(st.sampled_from(["CREATE", "UPSERT", "UPSERT", "DELETE"]))
    type = draw(st.sampled_from(["clerk", "provider", "office", "nothing"]))
    name = {"type": type, "id": draw(st.sampled_from(IDS))}
    if action == "DELETE":
        return text(action, name)
    return text(action, {**name, **draw(st.sampled_from(BODIES))})


@st.composite
def link_texts(draw: st.DrawFn) -> bytes:
    action = draw(st.sampled_from(["CREATE", "UPSERT", "UPSERT", "DELETE"]))
    type = draw(st.sampled_from(["many", "few", "pair"]))
    from_ = {"type": "provider", "id": draw(st.sampled_from(IDS))}
    to = {"type": "office", "id": draw(st.sampled_from(["o0", "o1", "none"]))}
    if action == "DELETE":
        id = f"provider.{from_['id']},office.{to['id']}"
        return text(action, {"type": type, "id": id})
    body = draw(st.sampled_from(LINK_BODIES))
    return text(action, {"type": type, "from": from_, "to": to, **body})


resources = st.builds(
    Batch, st.just("resources"), st.lists(resource_texts(), min_size=1, max_size=12)
)
links = st.builds(Batch, st.just("relationships"), st.lists(link_texts(), min_size=1, max_size=12))


@pytest.fixture
def world(source: Source) -> Source:
    factories.ProfileFactory.create(source=source, key="clerk", body=CLERK)
    define_link(source, "many")
    define_link(source, "few", from_side="0:1")
    define_link(source, "pair", from_side="0:1", to_side="0:1")
    make(source, providers=2, offices=2)
    return source


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
