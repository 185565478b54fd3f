"""What became of a record: listed, and shown with what it then was."""

from __future__ import annotations

import pytest

from profiles.definitions import profiles
from profiles.models import Source
from relationships.definitions import relationship_definitions
from tests import factories
from tests.clients import Api
from tests.history.past import LINK, LINKED, newest, one, operations
from tests.writing.asking import ask, create, delete, link, make, put, retire, unlink

pytestmark = pytest.mark.django_db

OFFICE = "resources/office/o"


def two_lives(source: Source) -> None:
    for name in "ab":
        ask(source, create("office", "o", {"name": name}))
        ask(source, put("office", "o", {"name": f"{name}{name}"}))
        ask(source, delete("office", "o"))


def test_operations_of_all_lives_are_listed_the_newest_first(source: Source, api: Api) -> None:
    two_lives(source)
    shown = operations(api, OFFICE)
    told = [(row["action"], row["version"]) for row in shown]
    assert told == [("DELETE", 2), ("UPSERT", 2), ("CREATE", 1)] * 2
    assert {row["id"] for row in shown} == {"o"}
    assert {row["userInfo"]["actor"] for row in shown} == {"test"}
    times = [row["timestamp"] for row in shown]
    assert times == sorted(set(times), reverse=True)


def test_pages_hold_each_operation_once(source: Source, api: Api) -> None:
    two_lives(source)
    address, found, cursor = f"history/{OFFICE}/operations?perPage=4", [], ""
    while True:
        page = api.get(address + cursor).json
        found += page["data"]
        if "cursor" not in page["meta"]:
            break
        cursor = f"&cursor={page['meta']['cursor']}"
    assert found == operations(api, OFFICE)


def test_a_period_holds_both_its_ends(source: Source, api: Api) -> None:
    two_lives(source)
    rows = operations(api, OFFICE)
    start, end = rows[4]["timestamp"], rows[1]["timestamp"]
    assert operations(api, OFFICE, f"?from={start}&to={end}") == rows[1:5]
    assert operations(api, OFFICE, "?to=2001-01-01T00:00:00%2B02:00") == []


def test_the_payload_is_what_was_read_then(source: Source, api: Api) -> None:
    part = {"id": "m", "type": "paymentMethod", "data": {"value": "cash"}}
    body = {
        "data": {"name": "ä"},
        "contained": {"primaryPaymentMethod": [part]},
        "meta": {"identifier": [{"system": "urn:x", "value": "1"}]},
    }
    api.put(OFFICE, body)
    read = [api.get(OFFICE).text]
    api.put(OFFICE, {"data": {}})
    read.append(api.get(OFFICE).text)
    api.delete(OFFICE)
    ids = [row["operationId"] for row in operations(api, OFFICE)]
    shown = [api.get(f"{one(OFFICE, id)}?withPayload=true").text for id in reversed(ids)]
    for text, payload in zip(shown, [*read, read[-1]], strict=True):
        assert text.endswith(f',"payload":{payload}}}')


def test_a_relationship_is_told_by_its_full_id_and_by_its_short_one(
    source: Source, api: Api
) -> None:
    make(source, providers=1, offices=1)
    ask(source, link(LINK, "p0.o0", {"effective": {"start": "2024"}}))
    read = api.get(f"relationships/{LINK}/p0.o0").text
    ask(source, unlink(LINK, "p0.o0"))
    path = f"relationships/{LINK}/{LINKED}"
    assert [row["action"] for row in operations(api, path)] == ["DELETE", "CREATE"]
    assert operations(api, f"relationships/{LINK}/p0.o0") == operations(api, path)
    assert read in api.get(f"{one(path, newest(api, path))}?withPayload=true").text


def test_what_is_retired_keeps_its_history(source: Source, api: Api) -> None:
    make(source, providers=1, offices=1)
    ask(source, link(LINK, "p0.o0"))
    ask(source, delete("office", "o0"), delete("provider", "p0"))
    assert retire(relationship_definitions, source, LINK) == "RETIRED"
    assert retire(profiles, source, "office") == "RETIRED"
    for path in ("resources/office/o0", f"relationships/{LINK}/p0.o0"):
        first = operations(api, path)[-1]
        assert first["action"] == "CREATE"
        shown = api.get(f"{one(path, first['operationId'])}?withPayload=true").json
        assert shown["payload"]["id"] == first["id"]
        state = api.get(f"{path}?at={first['timestamp']}").json
        assert state == shown["payload"]


def test_what_never_was_is_not_found(source: Source, api: Api) -> None:
    two_lives(source)
    ask(source, create("office", "other"))
    id = newest(api, OFFICE)
    for path, what in (
        ("history/resources/office/never/operations", "resource"),
        ("history/resources/never/o/operations", "resource"),
        ("history/resources/office/never/operations?to=2001-01-01T00:00:00Z", "resource"),
        (f"history/relationships/{LINK}/a.b/operations", "relationship"),
        (f"history/relationships/{LINK}/a/operations", "relationship"),
        ("history/relationships/never/a.b/operations", "relationship"),
        (one(OFFICE, "x"), "operation"),
        (one(OFFICE, id.upper()), "operation"),
        (one("resources/office/other", id), "operation"),
        (f"{one(OFFICE, id)}/diff/{'0' * 32}", "operation"),
    ):
        answer = api.get(path)
        assert (answer.status, answer.json["message"]) == (404, f"There is no such {what}."), path


def test_another_source_knows_nothing_of_it(source: Source, api: Api) -> None:
    two_lives(source)
    other = factories.clinic()
    elsewhere = Api(factories.make_key("admin"), other.key)
    assert elsewhere.get(f"history/{OFFICE}/operations").status == 404
    assert elsewhere.get(one(OFFICE, newest(api, OFFICE))).status == 404


@pytest.mark.parametrize(
    "query",
    [
        *("from=2024", "to=2024-01-01T00:00:00", "from=2024-02-30T00:00:00Z"),
        *("from=0001-01-01T00:00:00%2B14:00", "to=2016-12-31T23:59:60Z", "cursor=x"),
        *("perPage=0", "at=2024-01-01T00:00:00Z"),
    ],
)
def test_a_bad_parameter_is_refused(source: Source, api: Api, query: str) -> None:
    two_lives(source)
    answer = api.get(f"history/{OFFICE}/operations?{query}")
    assert answer.error == (400, "INVALID_ARGUMENT")
    name = query.partition("=")[0]
    assert answer.faults == [(f"?{name}", "parameter")]
