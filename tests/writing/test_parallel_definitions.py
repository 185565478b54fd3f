"""Definitions that are saved while records are written: no record escapes the contract."""

from __future__ import annotations

import random
from functools import partial

import pytest

from ingestion.models import Change
from profiles.definitions import profiles
from profiles.exact import Json
from profiles.faults import Refused
from profiles.models import Profile, ProfileVersion, Source
from profiles.preconditions import Preconditions
from profiles.sources import retire_source, save_source
from relationships.definitions import relationship_definitions
from relationships.models import Relationship
from tests.examples import PROVIDER
from tests.writing.asking import (
    answer,
    answers,
    create,
    define_link,
    link,
    make,
    put,
    relationships,
    retire,
    save,
    unlink,
)
from tests.writing.threads import COMMIT, FOLD, Threads, is_waiting

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8


def numbered_by(type: str) -> Json:
    return {"properties": {"number": {"type": type}}}


@pytest.mark.parametrize("place", [FOLD, COMMIT])
def test_a_definition_waits_for_those_who_write_by_the_old_one(
    source: Source, threads: Threads, place: str
) -> None:
    save(profiles, source, "thing", numbered_by("symbol"))
    writing = threads.pause(
        partial(answer, source, create("thing", "t", {"number": "one"})), before=place
    )
    saving = threads.start(partial(save, profiles, source, "thing", numbered_by("integer")))
    assert is_waiting(saving)
    assert (writing.go_on(), saving.result()) == ("CREATED", "CHANGED")


def test_writers_wait_for_a_definition_and_write_by_the_new_one(
    source: Source, threads: Threads
) -> None:
    save(profiles, source, "thing", numbered_by("symbol"))
    answer(source, create("thing", "warm", {"number": "one"}))
    saving = threads.pause(
        partial(save, profiles, source, "thing", numbered_by("integer")), before=COMMIT
    )
    writing = threads.start(partial(answer, source, create("thing", "t", {"number": "one"})))
    assert is_waiting(writing)
    assert (saving.go_on(), writing.result()) == ("CHANGED", "400 /data/number type")


def test_writers_of_one_contract_do_not_wait_for_each_other(
    source: Source, threads: Threads
) -> None:
    first = threads.pause(partial(answer, source, create("office", "a")), before=COMMIT)
    second = threads.start(partial(answer, source, create("office", "b")))
    assert not is_waiting(second)
    assert first.go_on() == second.result() == "CREATED"


def test_every_change_fits_the_contract_that_it_names(source: Source, threads: Threads) -> None:
    values: dict[str, Json] = {"symbol": "one", "integer": 1}
    save(profiles, source, "thing", numbered_by("symbol"))

    def write(id: str) -> None:
        # In turns, writers and definitions could go in step, and every value be the wrong one.
        for value in random.Random(id).choices(list(values.values()), k=20):
            answer(source, put("thing", id, {"number": value}))

    def define() -> None:
        for type in ["integer", "symbol"] * 10:
            save(profiles, source, "thing", numbered_by(type))

    threads.together(*(partial(write, str(number)) for number in range(6)), define)
    changes = Change.objects.filter(source=source, collection="thing")
    assert changes.count() >= 6
    for change in changes:
        versions = ProfileVersion.objects.filter(definition__key="thing")
        held = versions.filter(contract_version__lte=change.contract_version)
        (type,) = {p["type"] for p in held.latest("contract_version").body["properties"].values()}
        assert change.data == {"number": values[type]}


# Cardinality


def test_tightening_waits_for_links_and_is_refused_with_their_number(
    source: Source, threads: Threads
) -> None:
    make(source, providers=1, offices=2)
    define_link(source, "few")
    answer(source, link("few", "p0.o0"))
    linking = threads.pause(partial(answer, source, link("few", "p0.o1")), before=FOLD)
    tightening = threads.start(partial(define_link, source, "few", "0:1"))
    assert is_waiting(tightening)
    assert linking.go_on() == "CREATED"
    assert tightening.result() == "409 /from/includeCardinality cardinality"


def test_a_link_waits_for_tightening_and_is_refused(source: Source, threads: Threads) -> None:
    make(source, providers=1, offices=2)
    define_link(source, "few")
    answer(source, link("few", "p0.o0"))
    tightening = threads.pause(partial(define_link, source, "few", "0:1"), before=COMMIT)
    linking = threads.start(partial(answer, source, link("few", "p0.o1")))
    assert is_waiting(linking)
    assert tightening.go_on() == "CHANGED"
    assert linking.result() == "409 /from/id cardinality"


def test_a_link_waits_for_loosening_and_is_made(source: Source, threads: Threads) -> None:
    make(source, providers=1, offices=2)
    define_link(source, "few", "0:1")
    answer(source, link("few", "p0.o0"))
    loosening = threads.pause(partial(define_link, source, "few", "0:*"), before=COMMIT)
    linking = threads.start(partial(answer, source, link("few", "p0.o1")))
    assert is_waiting(linking)
    assert (loosening.go_on(), linking.result()) == ("CHANGED", "CREATED")


SIDES = [("0:*", "0:*"), ("0:1", "0:*"), ("0:*", "0:1"), ("1:1", "1:1")]


@pytest.mark.django_db(transaction=False)
@pytest.mark.parametrize("before", SIDES)
@pytest.mark.parametrize("after", SIDES)
def test_a_changed_cardinality_holds_for_the_links_that_were_there(
    source: Source, before: tuple[str, str], after: tuple[str, str]
) -> None:
    make(source, providers=1, offices=1)
    define_link(source, "few", *before)
    answer(source, link("few", "p0.o0"))
    define_link(source, "few", *after)
    (row,) = Relationship.objects.filter(definition__key="few")
    from_single = row.from_resource_id if after[0].endswith("1") else None
    to_single = row.to_resource_id if after[1].endswith("1") else None
    assert (row.from_single, row.to_single) == (from_single, to_single)


def test_at_most_one_holds_while_a_definition_is_tightened_and_loosened(
    source: Source, threads: Threads
) -> None:
    make(source, providers=1, offices=6)
    define_link(source, "few")

    def write(id: str) -> None:
        for _ in range(15):
            answers(source, link("few", f"p0.{id}"))
            answers(source, unlink("few", f"p0.{id}"))
        answers(source, link("few", f"p0.{id}"))

    said = set()

    def define() -> None:
        for side in ("0:1", "0:*") * 10:
            said.add(define_link(source, "few", side))
            assert_columns_follow(source)

    threads.together(*(partial(write, f"o{number}") for number in range(6)), define)
    assert said <= {"CHANGED", "UNCHANGED", "409 /from/includeCardinality cardinality"}
    assert_columns_follow(source)


def assert_columns_follow(source: Source) -> None:
    """The definition and the columns in which the database keeps it, read at one moment."""
    rows = Relationship.objects.filter(source=source, definition__key="few").values_list(
        "definition__body", "from_resource_id", "from_single"
    )
    found = list(rows)
    for body, resource, single in found:
        is_tight = body["from"]["includeCardinality"] == "0:1"
        assert single == (resource if is_tight else None)
        assert len(found) == 1 or not is_tight


# Definitions themselves


def test_definitions_saved_with_if_match_lose_nothing(source: Source, threads: Threads) -> None:
    save(profiles, source, "thing", {"properties": {}})

    def add(key: str) -> str:
        while True:
            row = Profile.objects.get(source=source, key="thing")
            body = {"properties": {**row.body["properties"], key: {"type": "symbol"}}}
            said = save(profiles, source, "thing", body, Preconditions(if_match=(row.etag,)))
            if said != "412":
                return said

    keys = [f"p{number}" for number in range(WRITERS)]
    assert set(threads.together(*(partial(add, key) for key in keys))) == {"CHANGED"}
    assert sorted(Profile.objects.get(source=source, key="thing").body["properties"]) == keys


def test_a_new_definition_saved_in_parallel_is_made_once(source: Source, threads: Threads) -> None:
    jobs = [partial(save, profiles, source, "thing", numbered_by("symbol"))] * WRITERS
    assert sorted(threads.together(*jobs)) == ["CREATED"] + ["UNCHANGED"] * (WRITERS - 1)


def test_a_profile_that_gets_a_resource_is_not_retired(source: Source, threads: Threads) -> None:
    save(profiles, source, "thing", numbered_by("symbol"))
    writing = threads.pause(partial(answer, source, create("thing", "t")), before=FOLD)
    retiring = threads.start(partial(retire, profiles, source, "thing"))
    assert is_waiting(retiring)
    assert (writing.go_on(), retiring.result()) == ("CREATED", "409  unused")


def test_a_profile_that_is_being_retired_gets_no_resource(source: Source, threads: Threads) -> None:
    save(profiles, source, "thing", numbered_by("symbol"))
    retiring = threads.pause(partial(retire, profiles, source, "thing"), before=COMMIT)
    writing = threads.start(partial(answer, source, create("thing", "t")))
    assert is_waiting(writing)
    assert (retiring.go_on(), writing.result()) == ("RETIRED", "404")


def test_a_definition_that_gets_a_relationship_is_not_retired(
    source: Source, threads: Threads
) -> None:
    make(source, providers=1, offices=1)
    job = partial(answer, source, link("provider-office", "p0.o0"))
    writing = threads.pause(job, before=FOLD)
    retiring = threads.start(partial(retire, relationship_definitions, source, "provider-office"))
    assert is_waiting(retiring)
    assert (writing.go_on(), retiring.result()) == ("CREATED", "409  unused")
    assert relationships(source, "provider-office") == ["p0.o0"]


def test_a_source_that_is_being_retired_is_not_changed(threads: Threads) -> None:
    empty = Source.objects.create(key="empty")
    job = partial(retire_source, "empty", Preconditions(if_match=(empty.etag,)), actor="test")
    retiring = threads.pause(job, before="profiles.sources:refuse_if_used")
    body = {"type": "registry", "name": "new"}
    naming = threads.start(partial(save_source, "empty", body, actor="test"))
    assert is_waiting(naming)
    retiring.go_on()
    named, is_new = naming.result()
    assert (named.name, is_new) == ("new", True)


def test_a_source_that_is_being_retired_is_not_written_to(threads: Threads) -> None:
    empty = Source.objects.create(key="empty")
    retiring = threads.pause(partial(retire_source, "empty", actor="test"), before=COMMIT)
    defining = threads.start(partial(save, profiles, empty, "provider", PROVIDER))
    writing = threads.start(partial(answer, empty, create("provider", "p")))
    assert is_waiting(writing, count=2)
    retiring.go_on()
    assert defining.result() == "404"
    with pytest.raises(Refused, match="no such source"):
        writing.result()
