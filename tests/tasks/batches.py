"""Random bulks over the running example, with faults, repeated ids and single slots."""

from __future__ import annotations

import os
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from profiles.exact import encode
from profiles.models import Source
from tests import factories
from tests.writing.asking import define_link, make

ROUNDS = int(os.environ.get("DOOR_ROUNDS", "4"))
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


def make_world(source: Source) -> Source:
    """Give a source records and links of every sort."""
    factories.ProfileFactory.create(source=source, key="clerk", body=CLERK)
    define_link(source, "many")
    define_link(source, "few", from_side="0:1")
    define_link(source, "pair", from_side="0:1", to_side="0:1")
    make(source, providers=2, offices=2)
    return source
