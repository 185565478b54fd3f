"""Random loads, and random writes of others behind them: what an undo does, and what its plan said.

`UNDO_ROUNDS` makes it a hunt.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.loading.files import begin, load
from ingestion.models import Change
from profiles.models import Source
from tests.clients import Api
from tests.tasks.batches import UNHURRIED, Batch, link_texts, links, resource_texts, resources
from tests.tasks.doing import task
from tests.tasks.doors import BulkDoor, work
from tests.undo.undoing import Kept, ask_undo, conflicts, foretold, kept
from tests.writing.replaying import Key

pytestmark = pytest.mark.django_db

WHOLE = 12
ROUNDS = settings(UNHURRIED, max_examples=int(os.environ.get("UNDO_ROUNDS", "2")))
batches = st.lists(resources | links, max_size=2)
mixed = st.lists(resource_texts() | link_texts(), min_size=1, max_size=20)


def loaded(source: Source, texts: Sequence[bytes]) -> str:
    """The task of a file with records of both kinds."""
    with NamedTemporaryFile() as file:
        file.write(b"\n".join(texts))
        file.flush()
        task = begin(source.key, Path(file.name), shares=1, resume=False)
        for _ in load(task, 0, Path(file.name), chunk_size=4):
            pass
    return task.public_id


def write_all(source: Source, api: Api, written: Sequence[Batch]) -> None:
    for batch in written:
        BulkDoor(WHOLE)(source, api, batch.kind, batch.texts)


def done_by(task_id: str) -> set[Key]:
    rows = Change.objects.filter(task_id=task_id)
    return {Key(*row) for row in rows.values_list("target", "collection", "public_id")}


def changed_since(source: Source, key: Key, task_id: str) -> bool:
    of_record = Change.objects.filter(
        source=source, target=key.target, collection=key.collection, public_id=key.public_id
    )
    return of_record.latest("seq").task_id != task_id


def test_without_others_all_is_as_it_was(world: Source, api: Api) -> None:
    @ROUNDS
    @given(batches, mixed, st.integers(1, 5), st.integers(1, 5))
    def check(before: list[Batch], texts: list[bytes], one: int, other: int) -> None:
        with transaction.atomic():
            write_all(world, api, before)
            was = kept(world)
            task_id = loaded(world, texts)
            became = kept(world)
            planned = ask_undo(api, task_id, "?mode=plan")
            work(planned, one)
            assert kept(world) == became
            undo = ask_undo(api, task_id)
            work(undo, other)
            shown = task(api, undo)
            assert foretold(shown) == foretold(task(api, planned))
            assert conflicts(api, shown) == []
            assert kept(world) == was
            again = ask_undo(api, undo)
            work(again, one)
            assert kept(world) == became
            transaction.set_rollback(True)

    check()


def test_what_others_wrote_since_is_left_alone(world: Source, api: Api) -> None:
    @ROUNDS
    @given(batches, mixed, batches, st.integers(1, 5), st.integers(1, 5))
    def check(
        before: list[Batch], texts: list[bytes], since: list[Batch], one: int, other: int
    ) -> None:
        with transaction.atomic():
            write_all(world, api, before)
            was = kept(world)
            task_id = loaded(world, texts)
            write_all(world, api, since)
            now = kept(world)
            planned = ask_undo(api, task_id, "?mode=plan")
            work(planned, one)
            assert kept(world) == now
            lost = {key for key in done_by(task_id) if changed_since(world, key, task_id)}
            undo = ask_undo(api, task_id)
            work(undo, other)
            shown, foreseen = task(api, undo), task(api, planned)
            assert foretold(shown) == foretold(foreseen)
            check_what_is_left(api, shown, (was, now, kept(world)), done_by(task_id), lost)
            assert conflicts_in_short(api, shown) == conflicts_in_short(api, foreseen)
            again = ask_undo(api, undo)
            work(again, one)
            assert conflicts(api, task(api, again)) == []
            assert kept(world) == now
            transaction.set_rollback(True)

    check()


def conflicts_in_short(api: Api, undo: object) -> list[tuple[str, str]]:
    return [(one["id"], one["conflict"]) for one in conflicts(api, undo)]


def check_what_is_left(
    api: Api, undo: object, states: tuple[Kept, Kept, Kept], done: set[Key], lost: set[Key]
) -> None:
    was, now, left = states
    told = {Key(one["targetType"], one["type"], one["id"]): one for one in conflicts(api, undo)}
    for key in was.keys() | now.keys() | left.keys():
        goes_back = key in done and key not in told
        assert left.get(key) == (was if goes_back else now).get(key), key
    for key, one in told.items():
        assert (one["conflict"] == "CHANGED_SINCE") == (key in lost)
        present = {"before": was, "now": now}
        for moment, kept_then in present.items():
            assert (one[moment]["state"] == "PRESENT") == (key in kept_then), (moment, one)
        if one["conflict"] == "LINKED":
            end = f"{key.collection}.{key.public_id}"
            assert any(end in other.public_id.split(",") for other in left)
        elif one["conflict"] == "REFUSED":
            assert key.target == "RELATIONSHIP"
            ends = [Key("RESOURCE", *end.split(".")) for end in key.public_id.split(",")]
            assert key.collection in ("few", "pair") or not all(end in left for end in ends)
