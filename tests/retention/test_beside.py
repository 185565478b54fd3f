"""Erasing and removing beside those who write and read."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from ingestion.erasing.records import erase
from ingestion.models import Change, ErasureScope, Resource
from ingestion.operations import Target
from ingestion.past.changes import find_change, last_change, past_record
from ingestion.past.restoring import restore
from ingestion.retention.sweeping import sweep
from profiles.contract import current_contract
from profiles.faults import Refused
from profiles.models import Source
from profiles.preconditions import NONE
from relationships import past_including
from tests.clients import Api
from tests.feed.reading import page, refused_cursor, undisturbed
from tests.history.past import operations
from tests.retention.ageing import keeps, make_older, swept
from tests.writing.asking import ask, delete, put
from tests.writing.threads import COMMIT, Threads, is_waiting

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("uploads_folder"),
]


ADA = "resources/provider/ada"
LINK = "relationships/many/ada.west"


def ada(source: Source) -> Any:
    return past_record(current_contract(source.key), Target.RESOURCE, "provider", "ada")


def restore_first(source: Source) -> Any:
    first = Change.objects.filter(public_id="ada").order_by("seq").first()
    assert first is not None
    return restore(ada(source), first, NONE, actor="test", reason="")


def erase_all(source: Source) -> Any:
    return erase(ada(source), ErasureScope.ALL, actor="test", reason="asked")


def is_gone(source: Source) -> bool:
    left = Change.objects.filter(public_id="ada", is_erased=False).exists()
    return not left and not Resource.objects.filter(source=source, public_id="ada").exists()


@pytest.mark.parametrize("is_there", [True, False])
def test_what_is_being_restored_is_erased_too(
    source: Source, threads: Threads, is_there: bool
) -> None:
    ask(source, put("provider", "ada", {"name": "a"}))
    ask(source, put("provider", "ada", {"name": "b"}) if is_there else delete("provider", "ada"))
    restoring = threads.pause(lambda: restore_first(source), before=COMMIT)
    erasing = threads.start(lambda: erase_all(source))
    assert is_waiting(erasing)
    restoring.go_on()
    erasing.result(30)
    assert is_gone(source)


@pytest.mark.parametrize("is_there", [True, False])
def test_what_is_being_erased_is_not_restored(
    source: Source, threads: Threads, is_there: bool
) -> None:
    ask(source, put("provider", "ada", {"name": "a"}))
    ask(source, put("provider", "ada", {"name": "b"}) if is_there else delete("provider", "ada"))
    erasing = threads.pause(lambda: erase_all(source), before=COMMIT)
    restoring = threads.start(lambda: restore_first(source))
    assert is_waiting(restoring)
    erasing.go_on()
    with pytest.raises(Refused) as refused:
        restoring.result(30)
    assert refused.value.status in (410, 412)
    assert is_gone(source)


def test_what_was_read_before_it_was_erased_does_not_come_back(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(source, put("provider", "ada", {"name": "a"}))
    ask(source, delete("provider", "ada"))
    first = Change.objects.filter(public_id="ada").order_by("seq").first()
    assert first is not None
    record = ada(source)
    change = find_change(record, first.pk.hex)

    def look_and_be_overtaken(record: Any) -> Change:
        found = last_change(record)
        erase_all(source)
        return found

    monkeypatch.setattr("ingestion.past.restoring.last_change", look_and_be_overtaken)
    with pytest.raises(Refused) as refused:
        restore(record, change, NONE, actor="test", reason="")
    assert refused.value.status == 410
    assert is_gone(source)


def test_a_writer_in_the_middle_is_waited_for(source: Source, threads: Threads) -> None:
    ask(source, put("provider", "ada", {"name": "a"}))
    writing = threads.pause(
        lambda: ask(source, put("provider", "ada", {"name": "b"})), before=COMMIT
    )
    erasing = threads.start(lambda: erase_all(source))
    assert is_waiting(erasing)
    writing.go_on()
    erasing.result(30)
    assert is_gone(source)


def test_what_comes_late_is_looked_at_too(source: Source, api: Api, threads: Threads) -> None:
    """It drew its `seq` before those that were looked at, and was committed after."""
    ask(source, put("provider", "ada", {"name": "a"}))
    late = threads.pause(lambda: ask(source, put("provider", "ada", {"name": "b"})), before=COMMIT)
    ask(source, put("provider", "bo", {"name": "a"}))
    ask(source, put("provider", "bo", {"name": "b"}))
    rule = keeps(source, days=1)
    make_older(source, 2)
    cursor = undisturbed(api, page(api)[1])
    swept(source, rule)
    assert kept() == [("ada", 1), ("bo", 2)]
    assert page(api, cursor)[0] == []
    late.go_on()
    make_older(source, 2)
    swept(source, rule)
    assert kept() == [("ada", 2), ("bo", 2)]


def kept() -> list[tuple[str, int]]:
    return list(Change.objects.order_by("public_id", "version").values_list("public_id", "version"))


def test_a_late_change_that_was_removed_is_missed_by_nobody(
    source: Source, api: Api, threads: Threads
) -> None:
    """Whoever read before it was committed is told, though all that is removed is older."""
    late = threads.pause(lambda: ask(source, put("provider", "ada", {"name": "a"})), before=COMMIT)
    ask(source, put("provider", "bo", {"name": "a"}))
    _, before = page(api)
    late.go_on()
    ask(source, put("provider", "ada", {"name": "b"}))
    after = undisturbed(api, page(api)[1])
    make_older(source, 2)
    swept(source, keeps(source, days=1))
    assert kept() == [("ada", 2), ("bo", 1)]
    assert api.get(f"changes?cursor={before}").status == 410
    assert page(api, after)[0] == []


def test_a_reader_is_told_of_what_went_while_it_read(
    source: Source, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(source, put("provider", "ada", {"name": "a"}))
    _, cursor = page(api, None, "limit=1")
    for name in "bcd":
        ask(source, put("provider", "ada", {"name": name}))
    make_older(source, 2)
    rule = keeps(source, days=1)
    before = "ingestion.feed.following.changes_behind"

    def remove_first(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.undo()
        swept(source, rule)
        from ingestion.feed.reading import changes_behind

        return changes_behind(*args, **kwargs)

    monkeypatch.setattr(before, remove_first)
    assert api.get(f"changes?cursor={cursor}").status == 410


def test_a_list_is_told_of_what_went_while_it_was_read(
    world: Source, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of what it includes."""
    api.put("resources/office/west", {"data": {}})
    api.put(ADA, {"data": {}})
    for note in "ab":
        api.put(LINK, {"data": {"note": note}})
    make_older(world, 2)
    at = operations(api, LINK)[-1]["timestamp"]
    rule = keeps(world, days=1)
    path = f"resources/office?at={at}&include=many-from"
    assert len(api.get(path).json["included"]["relationships"]) == 1

    def remove_first(self: Any, wanted: Any) -> Any:
        monkeypatch.undo()
        swept(world, rule)
        return self.read_links(wanted)

    monkeypatch.setattr(past_including.PastLoad, "read_links", remove_first)
    assert api.get(path).status == 410


def test_a_refused_cursor_leads_on(source: Source, api: Api) -> None:
    ask(source, put("provider", "ada", {"name": "a"}))
    _, old = page(api)
    ask(source, put("provider", "ada", {"name": "b"}))
    ask(source, put("provider", "ada", {"name": "c"}))
    make_older(source, 2)
    swept(source, keeps(source, days=1))
    cursor = undisturbed(api, refused_cursor(api, old))
    snapshot = api.get(f"{ADA}").json
    ask(source, put("provider", "ada", {"name": "d"}))
    (change,) = page(api, cursor)[0]
    assert (snapshot["meta"]["version"], change["version"]) == (3, 4)


def test_a_step_that_is_undone_is_done_again(source: Source) -> None:
    for name in "abc":
        ask(source, put("provider", "ada", {"name": name}))
    make_older(source, 2)
    rule = keeps(source, days=1)
    with transaction.atomic():
        sweep(source, rule)
        transaction.set_rollback(True)
    assert Change.objects.count() == 3
    swept(source, rule)
    assert Change.objects.count() == 1
