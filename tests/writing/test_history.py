"""History is complete: that it replays to the live tables is checked after every test here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from ingestion.models import Change
from ingestion.records import etag_of
from profiles.definitions import profiles
from profiles.models import Source
from tests.writing.asking import (
    answers,
    ask,
    create,
    delete,
    link,
    make,
    patch,
    put,
    resource,
    save,
    unlink,
)

pytestmark = pytest.mark.django_db

LINK = "provider-office"
HOUR = timedelta(hours=1)


def changes(source: Source, id: str = "o") -> list[Change]:
    found = Change.objects.filter(source=source, public_id=id).order_by("seq")
    return list(found)


def set_clock(body: str) -> None:
    """For the rest of the transaction, `clock_timestamp()` is the one that is made here."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE ticks")
        cursor.execute(
            f"CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz VOLATILE RETURN {body}"
        )
        cursor.execute("SET LOCAL search_path = public, pg_catalog")


STANDING = "timestamptz '2020-01-01 00:00Z'"
RUNNING_BACK = "timestamptz '2020-01-01 00:00Z' - nextval('ticks') * interval '1 second'"


@pytest.mark.parametrize("clock", [STANDING, RUNNING_BACK])
def test_times_rise_whatever_the_clock_does(source: Source, clock: str) -> None:
    set_clock(clock)
    for name in "abc":
        ask(source, put("office", "o", {"name": name}))
    times = [change.at for change in changes(source)]
    assert times[0].year in (2019, 2020)
    assert times == sorted(set(times))


@pytest.mark.parametrize("clock", [STANDING, RUNNING_BACK])
def test_times_rise_within_a_batch_whatever_the_clock_does(source: Source, clock: str) -> None:
    set_clock(clock)
    operations = [put("office", "o", {"name": name}) for name in "abc"]
    ask(source, *operations, delete("office", "o"), *operations)
    times = [change.at for change in changes(source)]
    assert len(times) == 7
    assert times == sorted(set(times))


@pytest.mark.parametrize("clock", [STANDING, RUNNING_BACK])
def test_the_time_of_the_row_rises_whatever_the_clock_does(source: Source, clock: str) -> None:
    set_clock(clock)
    times = []
    for name in "abc":
        ask(source, put("office", "o", {"name": name}))
        times.append(resource(source, "office", "o").updated_at)
    assert times == sorted(set(times))


def test_a_change_is_later_than_one_that_lies_in_the_future(source: Source) -> None:
    ask(source, create("office", "o"), create("office", "other"))
    future = datetime.now(UTC) + HOUR
    Change.objects.filter(source=source, public_id="o").update(at=future)
    ask(source, put("office", "o", {"name": "a"}), put("office", "other", {"name": "a"}))
    assert changes(source)[-1].at == future + timedelta(microseconds=2)
    assert changes(source, "other")[-1].at < future


def test_times_go_on_rising_in_a_new_life(source: Source) -> None:
    ask(source, create("office", "o"))
    future = datetime.now(UTC) + HOUR
    Change.objects.filter(source=source, public_id="o").update(at=future)
    ask(source, delete("office", "o"))
    ask(source, create("office", "o"))
    times = [change.at for change in changes(source)]
    assert times == sorted(set(times))


def test_times_of_a_client_do_not_move_the_time_of_a_change(source: Source) -> None:
    before = datetime.now(UTC) - HOUR
    meta = {"createdAt": "2001-02-03T04:05:06Z", "updatedAt": "2002-02-03T04:05:06.789Z"}
    ask(source, create("office", "o", meta=meta))
    (change,) = changes(source)
    assert change.at > before
    assert (change.created_at.year, change.updated_at.year) == (2001, 2002)


def test_every_life_counts_from_1_and_has_etags_of_its_own(source: Source) -> None:
    for _ in range(2):
        ask(source, create("office", "o"))
        ask(source, put("office", "o", {"name": "a"}))
        ask(source, delete("office", "o"))
    assert [change.version for change in changes(source)] == [1, 2, 2, 1, 2, 2]
    etags = [etag_of(one.record_id, one.version) for one in changes(source)]
    assert len(set(etags[:3])) == len(set(etags[3:])) == 2
    assert not set(etags[:3]) & set(etags[3:])


def test_a_change_is_the_whole_record(source: Source) -> None:
    identifier = [{"system": "urn:x", "value": "1"}]
    part = {"id": "m", "type": "paymentMethod", "data": {"value": "cash"}}
    ask(
        source,
        create(
            "office",
            "o",
            {"name": "a"},
            contained={"primaryPaymentMethod": [part]},
            meta={"identifier": identifier},
        ),
    )
    (change,) = changes(source)
    row = resource(source, "office", "o")
    assert change.data == {"name": "a"}
    assert change.contained == row.contained
    assert change.identifiers == identifier
    assert (change.created_at, change.updated_at) == (row.created_at, row.updated_at)
    assert change.contract_version == row.contract_version == source_version(source)


def source_version(source: Source) -> int:
    source.refresh_from_db()
    return source.contract_version


def test_a_change_tells_who_and_by_which_task(source: Source) -> None:
    ask(source, create("office", "o"), task_id="bk_1")
    (change,) = changes(source)
    assert (change.actor, change.task_id) == ("test", "bk_1")


def test_a_change_names_the_action_that_was_asked(source: Source) -> None:
    ask(source, put("office", "o"))
    ask(source, put("office", "o", {"name": "a"}))
    ask(source, patch("office", "o", {"data": {"name": "b"}}))
    ask(source, delete("office", "o"))
    actions = [change.action for change in changes(source)]
    assert actions == ["UPSERT", "UPSERT", "UPDATE", "DELETE"]


def test_what_changes_nothing_leaves_no_change(source: Source) -> None:
    ask(source, create("office", "o", {"name": "a"}))
    said = answers(
        source,
        put("office", "o", {"name": "a"}),
        patch("office", "o", {"data": {"name": "a"}}),
        create("office", "o"),
        put("office", "o", {"name": 1}),
    )
    assert said == ["UNCHANGED", "UNCHANGED", "409 /id unique", "400 /data/name type"]
    assert len(changes(source)) == 1


def test_another_number_of_digits_is_a_change(source: Source) -> None:
    """For Python and for jsonb 1.10 equals 1.1."""
    save(profiles, source, "thing", {"properties": {"fee": {"type": "decimal"}}})
    for fee in ("1.1", "1.10", "1.10"):
        ask(source, put("thing", "t", {"fee": Decimal(fee)}))
    assert [str(change.data["fee"]) for change in changes(source, "t")] == ["1.1", "1.10"]


def test_relationships_that_go_along_are_recorded(source: Source) -> None:
    make(source, providers=2, offices=1)
    ask(source, link(LINK, "p0.o0"), link(LINK, "p1.o0"))
    (receipt,) = ask(source, delete("office", "o0"), task_id="s_1")
    assert receipt.deleted_relationships == 2
    gone = Change.objects.filter(task_id="s_1", target="RELATIONSHIP").order_by("seq")
    assert [(one.action, one.version, one.public_id) for one in gone] == [
        ("DELETE", 1, "provider.p0,office.o0"),
        ("DELETE", 1, "provider.p1,office.o0"),
    ]


def test_a_relationship_between_two_that_are_deleted_goes_along_with_the_first(
    source: Source,
) -> None:
    for order in (1, -1):
        make(source, providers=1, offices=1)
        ask(source, link(LINK, "p0.o0"))
        deletions = [delete("provider", "p0"), delete("office", "o0")][::order]
        receipts = ask(source, *deletions)
        assert [receipt.deleted_relationships for receipt in receipts] == [1, 0]
    assert len(changes(source, "provider.p0,office.o0")) == 4


def test_a_record_that_comes_and_goes_has_one_time_of_creation(source: Source) -> None:
    ask(source, create("office", "o"), put("office", "o", {"name": "a"}), delete("office", "o"))
    assert {change.created_at for change in changes(source)} == {changes(source)[0].at}


def test_states_within_a_batch_are_not_later_than_the_last_one(source: Source) -> None:
    ask(source, create("office", "o"), *(put("office", "o", {"name": name}) for name in "abc"))
    found = changes(source)
    times = [change.updated_at for change in found]
    assert times == sorted(times)
    assert {change.created_at for change in found} == {resource(source, "office", "o").created_at}


@pytest.mark.django_db(transaction=True)
def test_changes_carry_the_id_of_their_transaction(source: Source) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            (current,) = cursor.fetchone()
        ask(source, create("office", "o"))
        ask(source, put("office", "o", {"name": "a"}))
    ask(source, put("office", "o", {"name": "b"}))
    first, second, third = (change.transaction for change in changes(source))
    assert first == second == current < third


def test_a_batch_is_recorded_in_the_order_in_which_it_is_done(source: Source) -> None:
    make(source, providers=1, offices=1)
    operations = [link(LINK, "p0.o0"), create("office", "b"), unlink(LINK, "p0.o0")]
    ask(source, *operations, create("office", "a"), task_id="s_1")
    done = Change.objects.filter(task_id="s_1").order_by("seq")
    assert [(one.action, one.public_id) for one in done] == [
        ("CREATE", "b"),
        ("CREATE", "a"),
        ("CREATE", "provider.p0,office.o0"),
        ("DELETE", "provider.p0,office.o0"),
    ]
