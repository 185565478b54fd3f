"""Of any history one record is erased, and nothing else is another than before."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.erasing.records import erase
from ingestion.models import Change, ErasureScope
from ingestion.operations import Target
from ingestion.past.changes import past_record
from ingestion.tasks import uploads
from profiles.contract import current_contract
from profiles.models import Source
from tests.clients import Api
from tests.feed.reading import lines
from tests.feed.seeing import own_changes_are_seen
from tests.history.test_as_of import DOORS
from tests.tasks.batches import UNHURRIED, Batch, links, resources
from tests.writing.replaying import Key, Told, live, told

pytestmark = pytest.mark.django_db

ROUNDS = int(os.environ.get("HISTORY_ROUNDS", "3"))
Histories = Mapping[Key, list[Told]]


def test_nothing_else_changes(world: Source, api: Api, uploads_folder: Any) -> None:
    @settings(UNHURRIED, max_examples=ROUNDS)
    @given(
        st.lists(links | resources, min_size=2, max_size=4),
        st.sampled_from(ErasureScope),
        st.data(),
    )
    def check(batches: list[Batch], scope: ErasureScope, data: st.DataObject) -> None:
        cache.clear()
        with transaction.atomic():
            for batch in batches:
                data.draw(st.sampled_from(DOORS))(world, api, batch.kind, batch.texts)
            forget_uploads()
            before, there, feed = told(world), live(world), [*lines(api)]
            key = data.draw(st.sampled_from(sorted(before)))
            record = past_record(
                current_contract(world.key), Target(key.target), key.collection, key.public_id
            )
            erase(record, scope, actor="test", reason="asked")
            gone = {one for one in before if is_of(one, key)}
            check_changes(before, told(world), gone)
            check_erased(world, gone, scope, set(there))
            left = {one: state for one, state in there.items() if one not in gone}
            assert live(world) == (left if scope is ErasureScope.ALL else there)
            check_feed(api, feed)
            transaction.set_rollback(True)

    with own_changes_are_seen():
        check()


def forget_uploads() -> None:
    """Their transactions would have ended."""
    for name in uploads.names():
        uploads.discard(name)


def is_of(one: Key, key: Key) -> bool:
    if key.target == one.target:
        return one == key
    is_end = f"{key.collection}.{key.public_id}" in one.public_id.split(",")
    return one.target == Target.RELATIONSHIP and is_end


def check_changes(before: Histories, after: Histories, gone: set[Key]) -> None:
    """The facts are the same; and all of what is not concerned."""
    assert before.keys() == after.keys()
    for key, changes in before.items():
        now = after[key][: len(changes)]
        assert facts(now) == facts(changes)
        if key not in gone:
            assert after[key] == changes


def facts(changes: list[Told]) -> list[tuple[Any, ...]]:
    return [
        (one.action, one.at, one.state.record_id, one.state.version, one.state.created_at)
        for one in changes
    ]


def check_erased(source: Source, gone: set[Key], scope: ErasureScope, there: set[Key]) -> None:
    for change in Change.objects.filter(source=source):
        key = Key(change.target, change.collection, change.public_id)
        rows = Change.objects.filter(source=source, target=key.target, collection=key.collection)
        newest = rows.filter(public_id=key.public_id).order_by("-seq").first()
        stays = scope is ErasureScope.PAST and key in there and change == newest
        assert change.is_erased == (key in gone and not stays)
        if change.is_erased:
            assert (change.data, change.contained, change.identifiers) == ({}, {}, [])


def check_feed(api: Api, before: list[Any]) -> None:
    """It tells the same changes, and only what was erased in another way."""
    after = [*lines(api)]
    for was, now in zip(before[:-1], after, strict=False):
        part = was["target"].lower()
        if "erased" in now:
            assert now[part] is None
        else:
            assert now[part] == was[part]
        assert (now["operationId"], now["version"]) == (was["operationId"], was["version"])
