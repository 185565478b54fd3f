"""What is kept: after random histories it is what a plain model keeps, and all that is told of it
is as if nothing were missing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.models import Change, Horizon
from ingestion.retention.sweeping import RetentionRule
from profiles.models import Source
from profiles.times import time_text
from tests.clients import Api
from tests.feed.reading import followed, lines
from tests.feed.seeing import own_changes_are_seen
from tests.history.test_as_of import DOORS, address, compare, replayed
from tests.retention.ageing import age, keeps, swept
from tests.tasks.batches import UNHURRIED, Batch, links, resources
from tests.writing.replaying import Key, State, Told, live, told

pytestmark = pytest.mark.django_db

ROUNDS = int(os.environ.get("HISTORY_ROUNDS", "3"))
DAYS = 10
TICK = timedelta(microseconds=1)
rules = st.one_of(
    st.builds(RetentionRule, days=st.integers(1, 9), versions=st.none()),
    st.builds(RetentionRule, days=st.none(), versions=st.integers(1, 3)),
    st.builds(RetentionRule, days=st.integers(1, 9), versions=st.integers(2, 3)),
)


def kept(changes: Sequence[Told], rule: RetentionRule, horizon: datetime) -> list[Told]:
    """By the words of decision 24."""
    old = [change for change in changes if change.at <= horizon]
    if rule.days is not None:
        gone = [place for place, change in enumerate(old) if change.action == "DELETE"]
        old = old[gone[-1] + 1 :] if gone else old
    return [*old[-rule.states :], *(change for change in changes if change.at > horizon)]


def kept_of_all(
    histories: Mapping[Key, Sequence[Told]], rule: RetentionRule, horizon: datetime
) -> dict[Key, list[Told]]:
    each = {key: kept(changes, rule, horizon) for key, changes in histories.items()}
    return {key: changes for key, changes in each.items() if changes}


def test_what_is_kept_tells_all_that_it_should(
    world: Source, api: Api, uploads_folder: Any
) -> None:
    @settings(UNHURRIED, max_examples=ROUNDS)
    @given(st.lists(links | resources, min_size=2, max_size=4), rules, st.data())
    def check(batches: list[Batch], rule: RetentionRule, data: st.DataObject) -> None:
        cache.clear()
        with transaction.atomic():
            for batch in batches:
                door = data.draw(st.sampled_from(DOORS))
                door(world, api, batch.kind, batch.texts)
            age(world, DAYS)
            before, cursors = told(world), list(lines(api, None))
            horizon = datetime.now(UTC) - timedelta(days=rule.age)
            swept(world, keeps(world, rule.days, rule.versions))
            assert told(world) == kept_of_all(before, rule, horizon)
            check_present(world, api)
            check_moments(world, api, before)
            check_cursors(api, cursors)
            transaction.set_rollback(True)

    with own_changes_are_seen(), patch("ingestion.retention.sweeping.AT_A_TIME", 7):
        check()


def check_present(source: Source, api: Api) -> None:
    """The newest states are kept, and whoever begins with the feed comes to them."""
    last = {key: changes[-1] for key, changes in told(source).items()}
    states = {key: one.state for key, one in last.items() if one.action != "DELETE"}
    assert states == live(source)
    found: dict[Key, Any] = {}
    for change in followed(api, 5):
        key = Key(change["target"], change["type"], change["id"])
        found[key] = change[change["target"].lower()]
        if change["action"] == "DELETE":
            del found[key]
    assert found == {key: api.get(address(key)).json for key in states}


def check_moments(source: Source, api: Api, before: Mapping[Key, Sequence[Told]]) -> None:
    horizon = Horizon.objects.get(source=source).at
    oldest = min(change.at for changes in before.values() for change in changes)
    if horizon is None:
        return
    times = sorted(change.at for changes in before.values() for change in changes)
    for at in (horizon, *[time for time in times if time >= horizon][:3]):
        compare(api, replayed(before, at), at)
    too_early = api.get(f"resources/provider?at={time_text(oldest)}")
    assert (too_early.status, too_early.faults) == (410, [("?at", "retention")])
    assert too_early.json["details"][0]["expected"] == {"min": time_text(horizon)}
    check_singles(api, before, horizon)


def check_singles(api: Api, before: Mapping[Key, Sequence[Told]], horizon: datetime) -> None:
    """One record may be known further back; or it is said that it is not."""
    for key, changes in list(before.items())[:3]:
        at = changes[0].at
        answer = api.get(f"{address(key)}?at={time_text(at)}")
        was: State | None = replayed({key: changes}, at).get(key)
        if answer.status == 200:
            assert was is not None
            assert answer.json["meta"]["version"] == was.version
        else:
            assert answer.status == (410 if at < horizon else 404)


def check_cursors(api: Api, told_before: Sequence[Any]) -> None:
    """From each on nothing is missing, or it is said that something is."""
    *changes, last = told_before
    there = {id.hex for id in Change.objects.values_list("id", flat=True)}
    assert [*lines(api, last["cursor"])][:-1] == []
    for place, change in enumerate(changes):
        rest = [one["operationId"] for one in changes[place + 1 :]]
        answer = api.get(f"changes?limit=1000&cursor={change['cursor']}")
        if answer.status == 200:
            assert [one["operationId"] for one in answer.json["data"]] == rest
            assert there.issuperset(rest)
        else:
            assert (answer.status, answer.faults) == (410, [("?cursor", "retention")])
            assert not there.issuperset(rest)
