"""The change feed, asked by one reader."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from ingestion.feed.ticks import begin_epoch
from ingestion.models import Change, Tick
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.feed.reading import followed, lines, page, told

pytestmark = pytest.mark.django_db(transaction=True)
PROVIDER = {"name": "Ada"}


@pytest.fixture
def records(api: Api) -> Api:
    """Two resources and their link, which is gone again, and a deleted resource."""
    api.put("resources/provider/ada", {"data": PROVIDER})
    api.put("resources/office/west", {"data": {"name": "West"}})
    api.put("relationships/provider-office/ada.west", {"data": {}})
    api.patch("resources/provider/ada", {"data": {"practiceNumber": 1}})
    api.delete("resources/provider/ada")
    return api


def test_every_change_is_told_in_order(records: Api) -> None:
    changes, _ = page(records)
    assert [(each["action"], each["type"], each["id"], each["version"]) for each in changes] == [
        ("UPSERT", "provider", "ada", 1),
        ("UPSERT", "office", "west", 1),
        ("UPSERT", "provider-office", "provider.ada,office.west", 1),
        ("UPDATE", "provider", "ada", 2),
        ("DELETE", "provider", "ada", 2),
        ("DELETE", "provider-office", "provider.ada,office.west", 1),
    ]


def test_a_change_tells_the_record_as_it_was_read_then(api: Api) -> None:
    shown = []
    api.put("resources/office/west", {"data": {"name": "West"}, "contained": {}})
    for path, body in (
        ("resources/provider/ada", {"data": PROVIDER, "meta": {"identifier": []}}),
        ("resources/provider/ada", {"data": {"name": 'Ada "A" é\\'}}),
        ("relationships/provider-office/ada.west", {"data": {"effective": {"start": "2024"}}}),
    ):
        assert api.put(path, body).status in (200, 201)
        shown.append(api.get(path).json)
    changes, _ = page(api)
    assert [each.get("resource") or each["relationship"] for each in changes[1:]] == shown


def test_who_and_when_are_told(records: Api) -> None:
    row = Change.objects.order_by("seq").first()
    assert row is not None
    (first,), _ = page(records, None, "limit=1")
    assert first["operationId"] == row.pk.hex
    assert (first["actor"], first["taskId"]) == (row.actor, row.task_id)
    assert first["at"] == row.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_reason_is_told_where_there_is_one(api: Api) -> None:
    api.put("resources/provider/ada", {"data": {}}, x_change_reason='Asked for by "Ada"')
    api.put("resources/provider/bo", {"data": {}})
    (one, other), _ = page(api)
    assert one["reason"] == 'Asked for by "Ada"'
    assert "reason" not in other


def test_lines_are_the_changes_of_a_page(records: Api) -> None:
    *each, last = lines(records)
    assert without_cursors(each) == without_cursors(page(records)[0])
    assert set(last) == {"cursor"}
    assert page(records, last["cursor"])[0] == []


def test_the_header_asks_for_lines(records: Api) -> None:
    answer = records.get("changes", accept="application/x-ndjson")
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert len(answer.text.splitlines()) == 7


def test_pages_of_any_size_hold_the_same(records: Api) -> None:
    changes = without_cursors(page(records)[0])
    for limit in range(1, 8):
        assert without_cursors(followed(records, limit)) == changes
        *some, _ = lines(records, None, f"limit={limit}")
        assert without_cursors(some) == changes[:limit]


def test_it_goes_on_behind_any_change(records: Api) -> None:
    changes, _ = page(records)
    for place, change in enumerate(changes):
        rest, _ = page(records, change["cursor"])
        assert without_cursors(rest) == without_cursors(changes[place + 1 :])
    records.delete("resources/office/west")
    for place, change in enumerate(changes):
        rest, _ = page(records, change["cursor"])
        assert list(map(told, rest[:-1])) == list(map(told, changes[place + 1 :]))
        assert (rest[-1]["action"], rest[-1]["id"]) == ("DELETE", "west")


def test_a_cursor_of_now_tells_only_what_comes(records: Api) -> None:
    nothing, cursor = page(records, "now")
    assert nothing == []
    records.delete("resources/office/west")
    ((change,), _) = page(records, cursor)
    assert change["id"] == "west"
    assert [*lines(records, "now")][:-1] == []


def test_only_some_types_are_told(records: Api) -> None:
    changes, _ = page(records, None, "types=office,provider-office")
    assert {each["type"] for each in changes} == {"office", "provider-office"}
    assert len(changes) == 3
    assert page(records, None, "types=office&limit=1")[0][0]["id"] == "west"


def test_types_that_are_retired_are_told(source: Source, api: Api) -> None:
    key = factories.ProfileFactory.create(source=source, key="thing").key
    api.put(f"resources/{key}/one", {"data": {}})
    api.delete(f"resources/{key}/one")
    assert api.delete(f"profiles/{key}").status == 204
    assert len(page(api, None, "types=thing")[0]) == 2


def without_cursors(changes: list[Any]) -> list[Any]:
    """Other databases of the server have transactions too, so the same place has many cursors."""
    return [{name: part for name, part in one.items() if name != "cursor"} for one in changes]


def test_changes_may_come_without_their_records(records: Api) -> None:
    full, _ = page(records)
    bare, _ = page(records, None, "payload=none")
    parts = ("resource", "relationship", "cursor")
    assert without_cursors(bare) == [
        {name: value for name, value in each.items() if name not in parts} for each in full
    ]


def test_what_is_ill_formed_is_refused(subtests: pytest.Subtests, records: Api) -> None:
    for query in (
        *("cursor=x", "cursor=x.y.1", "limit=0", "limit=1001", "limit=x", "types=nothing"),
        *("types=provider,", "payload=some", "format=csv", "wait=x", "perPage=1"),
    ):
        with subtests.test(query):
            assert records.get(f"changes?{query}").error == (400, "INVALID_ARGUMENT")


def test_a_cursor_that_was_touched_is_refused(records: Api) -> None:
    _, cursor = page(records)
    for place, letter in enumerate(cursor):
        other = cursor[:place] + ("A" if letter != "A" else "B") + cursor[place + 1 :]
        assert records.get(f"changes?cursor={other}").status == 400, place
    assert records.get(f"changes?cursor={cursor}9999999999999999999").status == 400


def test_a_cursor_is_of_one_source(records: Api) -> None:
    other = factories.SourceFactory.create()
    _, cursor = page(records)
    admin = Api(factories.make_key("admin"), other.key)
    assert page(admin)[0] == []
    assert admin.get(f"changes?cursor={cursor}").error == (400, "INVALID_ARGUMENT")


def test_a_reader_may_follow_its_sources_only(records: Api, source: Source) -> None:
    assert len(page(Api(factories.make_key("reader", [source]), source.key))[0]) == 6
    assert Api(factories.make_key("reader", []), source.key).get("changes").status == 404


def test_a_restored_database_begins_a_new_epoch(records: Api) -> None:
    changes, cursor = page(records)
    with connection.cursor() as sql:  # As if they came from another server.
        sql.execute("UPDATE ingestion_change SET transaction = transaction + 1000000000")
    begin_epoch()
    assert records.get(f"changes?cursor={cursor}").error == (410, "FAILED_PRECONDITION")
    assert records.get(f"changes?cursor={changes[0]['cursor']}").status == 410
    again, cursor = page(records)
    assert list(map(told, again)) == list(map(told, changes))
    records.delete("resources/office/west")
    assert [each["id"] for each in page(records, cursor)[0]] == ["west"]
    assert len(followed(records, 2)) == 7


def test_readers_keep_one_tick_and_make_it_not_too_often(records: Api, settings: Any) -> None:
    page(records)
    (first,) = Tick.objects.all()
    settings.TICK_SECONDS = 60
    records.delete("resources/office/west")
    assert len(page(records)[0]) == 6
    (same,) = Tick.objects.all()
    assert same.at == first.at
    settings.TICK_SECONDS = 0
    assert len(page(records)[0]) == 7
    (later,) = Tick.objects.all()
    assert later.at > first.at
