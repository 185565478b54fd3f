"""Random bundles: each does what its operations would do one by one, or nothing at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.bodies.envelopes import read_operation
from ingestion.models import Change, Resource
from ingestion.operations import Target
from ingestion.writing import write
from profiles.exact import encode
from profiles.models import Source
from relationships.models import Relationship
from tests import factories
from tests.api.test_fuzzing import mangled, mutated, rolled_back
from tests.bundle.asking import create, delete, link, put, send
from tests.clients import Answer, Api

bounded = settings(max_examples=25, deadline=None, derandomize="CI" in os.environ, print_blob=True)

NAMES = [{}, {"name": "A"}, {"name": "B"}, {"name": 1}]
"""The last one is faulty."""
RECORDS = [(type, id) for type in ("provider", "office") for id in ("a", "b", "c")]
ENDS = [(provider, office) for provider in ("a", "b") for office in ("a", "b", "d")]
BODY = {
    "resourceOperations": [
        create("provider", "@rootId1", {"name": "A"}),
        put("office", "west", {"note": "N"}),
        delete("office", "a"),
    ],
    "relationshipOperations": [link("@rootId1", "west", {"effective": {"start": "2024"}})],
}

State = list[Any]


@st.composite
def on_resource(draw: st.DrawFn, record: tuple[str, str]) -> Any:
    make = draw(st.sampled_from([put, put, create, delete]))
    return delete(*record) if make is delete else make(*record, draw(st.sampled_from(NAMES)))


@st.composite
def on_link(draw: st.DrawFn, ends: tuple[str, str]) -> Any:
    if draw(st.booleans()):
        return link(*ends, draw(st.sampled_from([{}, {"effective": {"start": "2024"}}])))
    gone = {"type": "provider-office", "id": ".".join(ends)}
    return {"action": "DELETE", "delete": gone}


@st.composite
def bundles(draw: st.DrawFn) -> tuple[list[Any], list[Any]]:
    """Of which no two operations are about one record."""
    records = draw(st.lists(st.sampled_from(RECORDS), unique=True, max_size=4))
    ends = draw(st.lists(st.sampled_from(ENDS), unique=True, max_size=3))
    return [draw(on_resource(each)) for each in records], [draw(on_link(each)) for each in ends]


def stored(source: Source) -> State:
    rows: list[Any] = []
    resources = Resource.objects.filter(source=source).order_by("profile__key", "public_id")
    rows += resources.values_list("profile__key", "public_id", "data", "version")
    links = Relationship.objects.filter(source=source).order_by("from_public_id", "to_public_id")
    rows += links.values_list("from_public_id", "to_public_id", "data", "version")
    return rows


def one_by_one(source: Source, operations: Sequence[Any], target: Target) -> list[str]:
    read = [read_operation(encode(operation), lambda _: target) for operation in operations]
    receipts = [write(source.key, [each], actor="test").receipts[0] for each in read]
    return [receipt.outcome.value for receipt in receipts]


def test_a_bundle_does_what_its_operations_do_one_by_one(api: Api, source: Source) -> None:
    other = factories.clinic()
    records = [put(*record, {"name": "A"}) for record in RECORDS[1:5]]
    for each in (source, other):
        one_by_one(each, records, Target.RESOURCE)
        one_by_one(each, [link("b", "a"), link("c", "b")], Target.RELATIONSHIP)

    @bounded
    @given(bundles())
    def compare(bundle: tuple[list[Any], list[Any]]) -> None:
        def both() -> None:
            before = stored(source)
            answer = send(api, *bundle)
            outcomes = [
                *one_by_one(other, bundle[0], Target.RESOURCE),
                *one_by_one(other, bundle[1], Target.RELATIONSHIP),
            ]
            if "REFUSED" in outcomes:
                assert answer.status in (400, 409), answer.text
                assert stored(source) == before
            else:
                assert [row["outcome"] for row in answer.json["receipts"]] == outcomes
                assert stored(source) == stored(other)

        rolled_back(both)

    compare()


def check(answer: Answer) -> None:
    if answer.status == 200:
        made = Change.objects.filter(task_id=answer.json["taskId"])
        effects = [row for row in answer.json["receipts"] if row["outcome"] != "UNCHANGED"]
        assert made.count() >= len(effects)
    else:
        assert 400 <= answer.status < 500
        assert answer.json["code"] == answer.status
        assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("bundle", {**BODY, "resourceOperations": BODY["resourceOperations"][:2]}),
        ("bundle", BODY),
    ],
    ids=["sound", "refused"],
)
def test_mutated_bundles_are_answered(api: Api, path: str, body: Any) -> None:
    @bounded
    @given(mutated(body) | mangled(body))
    def post(sent: str | bytes) -> None:
        raw = sent.encode() if isinstance(sent, str) else sent
        rolled_back(lambda: check(api.post(path, raw)))

    post()


def test_mutated_purges_are_answered(api: Api) -> None:
    body = {"collectionType": "relationships", "collectionKey": "provider-office"}

    @bounded
    @given(mutated(body) | mangled(body))
    def post(sent: str | bytes) -> None:
        raw = sent.encode() if isinstance(sent, str) else sent
        rolled_back(lambda: check_accepted(api.post("purge", raw)))

    post()


def check_accepted(answer: Answer) -> None:
    assert answer.status == 202 or 400 <= answer.status < 500, answer.text
