"""Batches: all or nothing if that is asked, else each for itself; folding keeps their order."""

from __future__ import annotations

import pytest

from ingestion.models import Change, Resource
from ingestion.records import Outcome
from profiles.models import Source
from relationships.models import Relationship
from tests.writing.asking import (
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
    put,
    put_link,
    relationships,
    resource,
    unlink,
)

pytestmark = pytest.mark.django_db

LINK = "provider-office"
UNDONE = "409"


# All or nothing


def test_one_refused_operation_takes_all_with_it(source: Source) -> None:
    make(source, providers=1, offices=1)
    before = Change.objects.count()
    said = answers(
        source,
        create("office", "new"),
        put("office", "o0", {"name": "a"}),
        delete("provider", "p0"),
        put("office", "bad", {"name": 1}),
        all_or_nothing=True,
    )
    assert said == [UNDONE, UNDONE, UNDONE, "400 /data/name type"]
    assert Change.objects.count() == before
    ids = Resource.objects.filter(source=source).order_by("public_id")
    assert [(row.public_id, row.version) for row in ids] == [("o0", 1), ("p0", 1)]


def test_a_refused_relationship_takes_the_resources_with_it(source: Source) -> None:
    said = answers(source, create("office", "o"), link(LINK, "nobody.o"), all_or_nothing=True)
    assert said == [UNDONE, "409 /from/id exists"]
    assert not Resource.objects.filter(source=source).exists()


def test_every_refused_operation_is_told(source: Source) -> None:
    said = answers(
        source,
        put("office", "a", {"name": 1}),
        create("office", "b"),
        delete("office", "c"),
        all_or_nothing=True,
    )
    assert said == ["400 /data/name type", UNDONE, "404"]


def test_receipts_of_what_was_undone_hold_no_record(source: Source) -> None:
    receipt, _ = ask(source, create("office", "o"), delete("office", "x"), all_or_nothing=True)
    assert receipt.record is None
    assert receipt.outcome is Outcome.REFUSED
    assert receipt.id == "o"


def test_all_go_through_if_none_is_refused(source: Source) -> None:
    said = answers(source, create("office", "o"), delete("office", "o"), all_or_nothing=True)
    assert said == ["CREATED", "DELETED"]


def test_the_good_ones_go_through_without_it(source: Source) -> None:
    make(source, providers=1)
    said = answers(
        source,
        create("office", "a"),
        put("office", "bad", {"name": 1}),
        link(LINK, "p0.nowhere"),
        create("nothing", "x"),
        create("office", "b"),
        link(LINK, "p0.a"),
    )
    assert said == [
        "CREATED",
        "400 /data/name type",
        "409 /to/id exists",
        "404",
        "CREATED",
        "CREATED",
    ]
    assert relationships(source, LINK) == ["p0.a"]


# The same id several times


def test_operations_on_one_id_are_done_in_order(source: Source) -> None:
    said = answers(
        source,
        put("office", "o", {"name": "a"}),
        put("office", "o", {"name": "a"}),
        create("office", "o"),
        patch("office", "o", {"data": {"note": "b"}}),
        delete("office", "o"),
        patch("office", "o", {"data": {"note": "c"}}),
        create("office", "o", {"name": "d"}),
    )
    assert said == [
        "CREATED",
        "UNCHANGED",
        "409 /id unique",
        "CHANGED",
        "DELETED",
        "404",
        "CREATED",
    ]
    assert resource(source, "office", "o").data == {"name": "d"}


def test_a_batch_writes_the_last_state_once(source: Source) -> None:
    names = [str(number) for number in range(50)]
    ask(source, *(put("office", "o", {"name": name}) for name in names))
    row = resource(source, "office", "o")
    assert (row.version, row.data) == (50, {"name": "49"})


def test_an_etag_holds_until_the_batch_itself_changes_the_record(source: Source) -> None:
    make(source, offices=1)
    tag = etag(resource(source, "office", "o0"))
    said = answers(
        source,
        if_match(put("office", "o0", {"name": "a"}), tag),
        if_match(put("office", "o0", {"name": "b"}), tag),
        if_match(delete("office", "o0"), tag),
    )
    assert said == ["CHANGED", "412", "412"]


def test_one_id_in_two_types_is_two_resources(source: Source) -> None:
    said = answers(source, create("office", "x"), create("provider", "x"), delete("office", "x"))
    assert said == ["CREATED", "CREATED", "DELETED"]
    assert resource(source, "provider", "x").version == 1


# Deleted and made again


def test_what_is_deleted_and_made_again_begins_a_new_life(source: Source) -> None:
    make(source, providers=1, offices=1)
    ask(source, link(LINK, "p0.o0"), put("office", "o0", {"name": "a"}))
    old = resource(source, "office", "o0")
    deleted, made = ask(source, delete("office", "o0"), create("office", "o0", {"name": "a"}))
    new = resource(source, "office", "o0")
    assert deleted.deleted_relationships == 1
    assert made.outcome is Outcome.CREATED
    assert (old.version, new.version) == (2, 1)
    assert etag(old) != etag(new)
    assert new.created_at > old.created_at
    assert relationships(source, LINK) == []


def test_a_deleted_resource_is_linked_anew_in_the_same_batch(source: Source) -> None:
    make(source, providers=1, offices=1)
    ask(source, link(LINK, "p0.o0"))
    old = Relationship.objects.get(source=source)
    said = answers(source, delete("office", "o0"), create("office", "o0"), link(LINK, "p0.o0"))
    assert said == ["DELETED", "CREATED", "CREATED"]
    assert etag(Relationship.objects.get(source=source)) != etag(old)


def test_a_relationship_that_went_along_is_not_there_for_its_own_batch(source: Source) -> None:
    make(source, providers=1, offices=1)
    ask(source, link(LINK, "p0.o0"))
    said = answers(source, unlink(LINK, "p0.o0"), delete("office", "o0"))
    assert said == ["404", "DELETED"]


def test_what_comes_and_goes_leaves_only_history(source: Source) -> None:
    make(source, providers=1, offices=1)
    twice = [link(LINK, "p0.o0"), unlink(LINK, "p0.o0")] * 2
    said = answers(source, create("office", "o"), delete("office", "o"), *twice)
    assert said == ["CREATED", "DELETED"] * 3
    assert Resource.objects.filter(source=source).count() == 2
    assert Change.objects.filter(public_id="provider.p0,office.o0").count() == 4


# Places that only one can have


@pytest.mark.parametrize(
    ("sides", "old", "new"),
    [(("0:1", "0:*"), "p0.o0", "p0.o1"), (("0:*", "0:1"), "p0.o0", "p1.o0")],
)
def test_a_place_is_taken_from_one_and_given_to_another(
    source: Source, sides: tuple[str, str], old: str, new: str
) -> None:
    make(source, providers=2, offices=2)
    define_link(source, "few", *sides)
    ask(source, link("few", old))
    said = answers(source, link("few", new), unlink("few", old), link("few", new))
    assert said[0].endswith("cardinality")
    assert said[1:] == ["DELETED", "CREATED"]
    assert relationships(source, "few") == [new]


def test_two_places_are_exchanged(source: Source) -> None:
    make(source, providers=2, offices=2)
    define_link(source, "pair", "1:1", "1:1")
    ask(source, link("pair", "p0.o0"), link("pair", "p1.o1"))
    said = answers(
        source,
        unlink("pair", "p0.o0"),
        unlink("pair", "p1.o1"),
        link("pair", "p0.o1"),
        link("pair", "p1.o0"),
    )
    assert said == ["DELETED", "DELETED", "CREATED", "CREATED"]


def test_both_taken_places_are_told(source: Source) -> None:
    make(source, providers=2, offices=2)
    define_link(source, "pair", "1:1", "1:1")
    ask(source, link("pair", "p0.o0"), link("pair", "p1.o1"))
    said = answers(source, link("pair", "p0.o1"))
    assert said == ["409 /from/id cardinality /to/id cardinality"]


def test_the_second_of_two_links_in_a_batch_finds_the_place_taken(source: Source) -> None:
    make(source, providers=1, offices=2)
    define_link(source, "few", "0:1")
    said = answers(source, link("few", "p0.o0"), link("few", "p0.o1"))
    assert said == ["CREATED", "409 /from/id cardinality"]


def test_a_refused_link_leaves_its_place_free(source: Source) -> None:
    make(source, providers=1, offices=2)
    define_link(source, "pair", "1:1", "1:1")
    said = answers(source, link("pair", "p0.nowhere"), link("pair", "p0.o0"))
    assert said == ["409 /to/id exists", "CREATED"]


def test_a_relationship_keeps_its_own_place(source: Source) -> None:
    make(source, providers=1, offices=1)
    define_link(source, "pair", "1:1", "1:1")
    ask(source, link("pair", "p0.o0"))
    said = answers(source, put_link("pair", "p0.o0", {"note": "a"}), link("pair", "p0.o0"))
    assert said == ["CHANGED", "409 /id unique"]


def test_the_places_of_two_definitions_are_two(source: Source) -> None:
    make(source, providers=1, offices=2)
    define_link(source, "few", "0:1")
    define_link(source, "other", "0:1")
    assert answers(source, link("few", "p0.o0"), link("other", "p0.o1")) == ["CREATED"] * 2


def test_a_resource_may_be_at_both_ends_of_a_definition(source: Source) -> None:
    make(source, providers=2)
    define_link(source, "inner", "0:1", "0:1", to="provider")
    said = answers(source, link("inner", "p0.p1"), link("inner", "p1.p0"), link("inner", "p0.p0"))
    assert said == ["CREATED", "CREATED", "409 /from/id cardinality /to/id cardinality"]


# Kinds


def test_resources_come_first_whatever_the_order(source: Source) -> None:
    said = answers(source, link(LINK, "p.o"), create("office", "o"), create("provider", "p"))
    assert said == ["CREATED"] * 3


def test_deletions_come_before_links_whatever_the_order(source: Source) -> None:
    make(source, providers=1, offices=1)
    said = answers(source, link(LINK, "p0.o0"), delete("office", "o0"))
    assert said == ["409 /to/id exists", "DELETED"]


def test_receipts_stand_in_the_order_of_the_operations(source: Source) -> None:
    receipts = ask(source, link(LINK, "p.o"), create("office", "o"), create("provider", "p"))
    assert [receipt.id for receipt in receipts] == ["provider.p,office.o", "o", "p"]


def test_an_empty_batch_is_written(source: Source) -> None:
    assert answers(source) == []
