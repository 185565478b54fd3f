"""Parallel writers of records: real connections, and every lock proved to be waited for."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from ingestion.edits.contained import AddContained, ContainedPath
from ingestion.models import Change
from ingestion.operations import Action, Operation, Target
from profiles.models import Source
from tests.writing.asking import (
    answer,
    answers,
    ask,
    create,
    define_link,
    delete,
    etag,
    if_match,
    link,
    make,
    patch,
    patch_link,
    put,
    put_link,
    resource,
    unlink,
)
from tests.writing.threads import FOLD, Threads, is_waiting

pytestmark = pytest.mark.django_db(transaction=True)

LINK = "provider-office"
WRITERS = 8

APPEND_A = [{"op": "add", "path": "/data/specialities/-", "value": "a"}]
APPEND_B = [{"op": "add", "path": "/data/specialities/-", "value": "b"}]


def test_parallel_creates_make_one_resource(source: Source, threads: Threads) -> None:
    job = partial(answer, source, create("office", "o"))
    found = Counter(threads.together(*[job] * WRITERS))
    assert found == {"CREATED": 1, "409 /id unique": WRITERS - 1}


def test_parallel_upserts_make_one_resource_and_change_it(source: Source, threads: Threads) -> None:
    jobs = [partial(answer, source, put("office", "o", {"name": str(n)})) for n in range(WRITERS)]
    assert Counter(threads.together(*jobs)) == {"CREATED": 1, "CHANGED": WRITERS - 1}
    assert resource(source, "office", "o").version == WRITERS


def test_parallel_creates_make_one_relationship(source: Source, threads: Threads) -> None:
    make(source, providers=1, offices=1)
    job = partial(answer, source, link(LINK, "p0.o0"))
    found = Counter(threads.together(*[job] * WRITERS))
    assert found == {"CREATED": 1, "409 /id unique": WRITERS - 1}


def test_parallel_upserts_make_one_relationship_and_change_it(
    source: Source, threads: Threads
) -> None:
    make(source, providers=1, offices=1)
    define_link(source, "noted")
    jobs = [
        partial(answer, source, put_link("noted", "p0.o0", {"note": str(n)}))
        for n in range(WRITERS)
    ]
    assert Counter(threads.together(*jobs)) == {"CREATED": 1, "CHANGED": WRITERS - 1}


def test_parallel_deletes_delete_once(source: Source, threads: Threads) -> None:
    make(source, offices=1)
    job = partial(answer, source, delete("office", "o0"))
    assert Counter(threads.together(*[job] * WRITERS)) == {"DELETED": 1, "404": WRITERS - 1}


def test_an_id_that_comes_and_goes_in_a_batch_is_waited_for(
    source: Source, threads: Threads
) -> None:
    passing = partial(answers, source, create("office", "o"), delete("office", "o"))
    first = threads.pause(passing, before="ingestion.writing:record_changes")
    second = threads.start(partial(answer, source, create("office", "o", {"name": "second"})))
    assert is_waiting(second)
    assert first.go_on() == ["CREATED", "DELETED"]
    assert second.result() == "CREATED"
    actions = Change.objects.filter(public_id="o").order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["CREATE", "DELETE", "CREATE"]


def test_a_relationship_that_comes_and_goes_in_a_batch_is_waited_for(
    source: Source, threads: Threads
) -> None:
    make(source, providers=1, offices=1)
    passing = partial(answers, source, link(LINK, "p0.o0"), unlink(LINK, "p0.o0"))
    first = threads.pause(passing, before="ingestion.writing:record_changes")
    second = threads.start(partial(answer, source, link(LINK, "p0.o0")))
    assert is_waiting(second)
    assert first.go_on() == ["CREATED", "DELETED"]
    assert second.result() == "CREATED"


def test_counting_with_if_match_loses_nothing(source: Source, threads: Threads) -> None:
    ask(source, create("provider", "p", {"practiceNumber": 0}))

    def count() -> str:
        while True:
            row = resource(source, "provider", "p")
            data = {"practiceNumber": row.data["practiceNumber"] + 1}
            text = answer(source, if_match(put("provider", "p", data), etag(row)))
            if text != "412":
                return text

    assert set(threads.together(*[count] * WRITERS)) == {"CHANGED"}
    assert resource(source, "provider", "p").data == {"practiceNumber": WRITERS}


def test_patches_without_if_match_lose_nothing(source: Source, threads: Threads) -> None:
    ask(source, create("provider", "p", {"specialities": []}))

    def append(value: str) -> str:
        change = [{"op": "add", "path": "/data/specialities/-", "value": value}]
        return answer(source, patch("provider", "p", change))

    names = [str(number) for number in range(WRITERS)]
    assert set(threads.together(*(partial(append, name) for name in names))) == {"CHANGED"}
    assert sorted(resource(source, "provider", "p").data["specialities"]) == names


def test_contained_resources_that_are_added_in_parallel_are_all_there(
    source: Source, threads: Threads
) -> None:
    make(source, offices=1)

    def add(id: str) -> str:
        path = ContainedPath.read("alternativePaymentMethods")
        edit = AddContained(path, {"id": id, "type": "paymentMethod", "data": {}})
        operation = Operation(Action.UPDATE, Target.RESOURCE, "office", "o0", edit=edit)
        return answer(source, operation)

    threads.together(*(partial(add, str(number)) for number in range(WRITERS)))
    rows = resource(source, "office", "o0").contained["alternativePaymentMethods"]
    assert len(rows) == WRITERS


def test_a_patch_reads_what_it_changes_under_its_lock(
    source: Source, threads: Threads, without_retries: None
) -> None:
    ask(source, create("provider", "p", {"specialities": []}))
    first = threads.pause(partial(answer, source, patch("provider", "p", APPEND_A)), before=FOLD)
    second = threads.start(partial(answer, source, patch("provider", "p", APPEND_B)))
    assert is_waiting(second)
    assert first.go_on() == second.result() == "CHANGED"
    assert resource(source, "provider", "p").data == {"specialities": ["a", "b"]}


def test_a_patch_of_a_relationship_reads_under_its_lock(
    source: Source, threads: Threads, without_retries: None
) -> None:
    make(source, providers=1, offices=1)
    define_link(source, "noted")
    ask(source, link("noted", "p0.o0"))
    change = patch_link("noted", "p0.o0", {"data": {"note": "a"}})
    identify = patch_link("noted", "p0.o0", {"meta": {"identifier": [{"value": "i"}]}})
    first = threads.pause(partial(answer, source, change), before=FOLD)
    second = threads.start(partial(ask, source, identify))
    assert is_waiting(second)
    assert first.go_on() == "CHANGED"
    (receipt,) = second.result()
    assert receipt.record is not None
    assert (receipt.record.version, receipt.record.data.value) == (3, {"note": "a"})


def test_a_deletion_with_if_match_waits_and_is_refused(
    source: Source, threads: Threads, without_retries: None
) -> None:
    make(source, offices=1)
    row = resource(source, "office", "o0")
    change = partial(answer, source, put("office", "o0", {"name": "b"}))
    changing = threads.pause(change, before=FOLD)
    deleting = threads.start(partial(answer, source, if_match(delete("office", "o0"), etag(row))))
    assert is_waiting(deleting)
    assert (changing.go_on(), deleting.result()) == ("CHANGED", "412")
