"""Readers of the feed while others write: nothing is missed, nothing comes twice."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from ingestion.models import Change
from ingestion.operations import Operation
from ingestion.writing import write
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.feed.reading import Told, followed, lines, page, told
from tests.writing.asking import create, delete, link, patch, put
from tests.writing.threads import COMMIT, Threads

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("HUNT_ROUNDS", "1"))
WRITERS, READERS, BATCHES = 8, 3, 20
IDS = "abcde"


class _RolledBack(Exception):
    pass


def writing(source: Source, *operations: Operation) -> Callable[[], Any]:
    return lambda: write(source.key, operations, actor="test")


def ids(changes: Sequence[Any]) -> list[str]:
    return [change["id"] for change in changes]


def test_who_commits_late_comes_late(source: Source, api: Api, threads: Threads) -> None:
    slow = threads.pause(writing(source, put("provider", "slow", {})), before=COMMIT)
    api.put("resources/provider/quick", {"data": {}})
    changes, cursor = page(api)
    assert ids(changes) == ["quick"]
    slow.go_on()
    late, after = page(api, cursor)
    assert ids(late) == ["slow"]
    assert ids(page(api, changes[0]["cursor"])[0]) == ["slow"]
    assert page(api, after)[0] == []
    assert sorted(ids(followed(api, 1))) == ["quick", "slow"]


def test_who_had_begun_last_is_not_missed(source: Source, api: Api, threads: Threads) -> None:
    """No later transaction had ended, so the snapshot does not list them."""
    _, start = page(api)
    one = threads.pause(writing(source, put("provider", "one", {})), before=COMMIT)
    two = threads.pause(writing(source, put("provider", "two", {})), before=COMMIT)
    # Somebody before has to have changed something, or no tick is made.
    nothing, cursor = page(api, start)
    assert nothing == []
    two.go_on()
    (second,), cursor = page(api, cursor)
    one.go_on()
    (first,), cursor = page(api, cursor)
    assert ids([second, first]) == ["two", "one"]
    assert ids(page(api, start)[0]) == ["one", "two"]


def test_a_long_transaction_is_told_page_by_page(
    source: Source, api: Api, threads: Threads
) -> None:
    names = [f"p{number}" for number in range(7)]
    many = [put("provider", name, {}) for name in names]
    slow = threads.pause(writing(source, *many), before=COMMIT)
    api.put("resources/provider/quick", {"data": {}})
    _, cursor = page(api)
    api.put("resources/provider/last", {"data": {}})
    slow.go_on()
    found: list[Any] = []
    while True:
        part, cursor = page(api, cursor, "limit=2")
        if not part:
            break
        found += part
    assert ids(found) == [*names, "last"]


def test_nothing_is_missed_and_nothing_comes_twice(
    source: Source, threads: Threads, settings: Any
) -> None:
    settings.EXPORTS_AT_ONCE = READERS
    key = factories.make_key("reader", [source])
    for number in range(ROUNDS):
        is_over = Event()
        seed = f"{number}"
        writers = [
            threads.start(partial(_write, source, Random(f"{seed} writer {n}")))
            for n in range(WRITERS)
        ]
        readers = [
            threads.start(
                partial(_follow, Api(key, source.key), Random(f"{seed} reader {n}"), is_over)
            )
            for n in range(READERS)
        ]
        for writer in writers:
            writer.result(60)
        is_over.set()
        histories = [reader.result(60) for reader in readers]
        written = _written(source)
        assert len(written) > WRITERS * BATCHES / 2
        for history in histories:
            _check(list(map(told, history)), written)
        _check_resuming(Api(key, source.key), histories[0], written)


def _write(source: Source, dice: Random) -> None:
    for _ in range(BATCHES):
        operations = [_operation(dice) for _ in range(dice.randint(1, 3))]
        try:
            with transaction.atomic():
                write(source.key, operations, actor="test")
                time.sleep(dice.choice((0, 0, 0.005, 0.03)))
                if dice.random() < 0.2:
                    raise _RolledBack
        except _RolledBack:
            continue


def _operation(dice: Random) -> Operation:
    type, id = dice.choice(("provider", "office")), dice.choice(IDS)
    data = {"name": f"{dice.random()}"}
    ends = f"{dice.choice(IDS)}.{dice.choice(IDS)}"
    choices = [
        put(type, id, data),
        put(type, id, data),
        patch(type, id, {"data": data}),
        create(type, id, data),
        delete(type, id),
        link("provider-office", ends),
    ]
    return dice.choice(choices)


def _follow(api: Api, dice: Random, is_over: Event) -> list[Any]:
    """What a reader knows in the end that is killed time and again, and forgets its last lines."""
    known: list[Any] = []
    cursor: str | None = None
    while True:
        was_over = is_over.is_set()
        if dice.random() < 0.5:
            found, cursor = page(api, cursor, f"limit={dice.choice((1, 3, 10, 1000))}")
        else:
            *found, end = lines(api, cursor, f"limit={dice.choice((1, 5, 1_000))}")
            cursor = end["cursor"]
        known += found
        if not found and was_over:
            return known
        if known and dice.random() < 0.2:
            del known[len(known) - dice.randint(0, min(5, len(known) - 1)) :]
            cursor = known[-1]["cursor"]
        time.sleep(dice.choice((0, 0.002)))


def _written(source: Source) -> list[Told]:
    rows = Change.objects.filter(source=source).order_by("seq")
    names = rows.values_list("id", "target", "collection", "public_id")
    return [Told(id.hex, *others) for id, *others in names]


def _check(read: Sequence[Told], written: Sequence[Told]) -> None:
    assert len(set(read)) == len(read)
    assert set(read) == set(written)
    assert _by_record(read) == _by_record(written)


def _by_record(changes: Sequence[Told]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = defaultdict(list)
    for change in changes:
        found[change[1:]].append(change.operation_id)
    return found


def _check_resuming(api: Api, history: Sequence[Any], written: Sequence[Told]) -> None:
    """From any of its cursors on, however old it is."""
    for place in range(0, len(history), max(1, len(history) // 12)):
        *rest, _ = lines(api, history[place]["cursor"])
        _check(list(map(told, [*history[: place + 1], *rest])), written)
