"""As of: at any moment the API shows what a replay of the changes up to then gives."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.definitions import profiles
from profiles.exact import canonical, decode
from profiles.models import Source
from profiles.times import time_text
from tests.clients import Api
from tests.history.past import LINK, operations
from tests.tasks.batches import UNHURRIED, Batch, links, resources
from tests.tasks.doors import BulkDoor, single_door
from tests.writing.asking import ask, create, delete, link, make, put, retire, unlink
from tests.writing.replaying import Key, State, Told, check_history, told

pytestmark = pytest.mark.django_db

ROUNDS = int(os.environ.get("HISTORY_ROUNDS", "2"))
COLLECTIONS = {
    "RESOURCE": ("clerk", "provider", "office"),
    "RELATIONSHIP": ("many", "few", "pair"),
}
TICK = timedelta(microseconds=1)


def bundle_door(source: Source, api: Api, kind: str, texts: Sequence[bytes]) -> None:
    """All of them or none: one that is faulty takes the others with it."""
    name = f"{kind.removesuffix('s')}Operations"
    for text in texts:
        api.post("bundle", {name: [decode(text)]})
    api.post("bundle", {name: [decode(text) for text in texts]})


DOORS: list[Callable[..., Any]] = [single_door, BulkDoor(3), bundle_door]


def replayed(histories: Mapping[Key, Sequence[Told]], at: datetime) -> dict[Key, State]:
    """What there was at a moment."""
    last = {
        key: [change for change in changes if change.at <= at][-1:]
        for key, changes in histories.items()
    }
    return {key: one.state for key, some in last.items() for one in some if one.action != "DELETE"}


def shown(api: Api, at: datetime) -> dict[Key, Any]:
    """All lists of the source as they were, page by page."""
    found: dict[Key, Any] = {}
    for target, collections in COLLECTIONS.items():
        for collection in collections:
            address = f"{target.lower()}s/{collection}?at={time_text(at)}&perPage=2"
            cursor = ""
            while True:
                page = api.get(address + cursor).json
                assert len(page["data"]) <= 2
                found |= {Key(target, collection, row["id"]): row for row in page["data"]}
                if "cursor" not in page["meta"]:
                    break
                cursor = f"&cursor={page['meta']['cursor']}"
    return found


def is_shown(state: State, row: Any, id: str) -> bool:
    meta = row["meta"]
    return (
        row["id"] == id
        and canonical(row["data"]) == canonical(decode(state.data.encode()))
        and canonical(row.get("contained", {})) == canonical(decode(state.contained.encode()))
        and canonical(meta["identifier"]) == canonical(decode(state.identifiers.encode()))
        and meta["version"] == state.version
        and meta["createdAt"] == time_text(state.created_at)
        and meta["updatedAt"] == time_text(state.updated_at)
    )


def test_any_moment_is_a_replay_up_to_it(world: Source, api: Api, uploads_folder: Any) -> None:
    @settings(UNHURRIED, max_examples=ROUNDS)
    @given(st.lists(links | resources, min_size=2, max_size=4), st.data())
    def check(batches: list[Batch], data: st.DataObject) -> None:
        with transaction.atomic():
            for batch in batches:
                door = data.draw(st.sampled_from(DOORS))
                door(world, api, batch.kind, batch.texts)
            check_history(world)
            histories = told(world)
            times = sorted(change.at for changes in histories.values() for change in changes)
            for time in data.draw(st.lists(st.sampled_from(times), min_size=4, max_size=4)):
                for at in (time - TICK, time):
                    compare(api, replayed(histories, at), at)
            transaction.set_rollback(True)

    with patch("ingestion.past.lists.LOOKED_AT", 3):
        check()


def compare(api: Api, expected: Mapping[Key, State], at: datetime) -> None:
    found = shown(api, at)
    assert found.keys() == expected.keys()
    for key, state in expected.items():
        assert is_shown(state, found[key], key.public_id)
    for key in list(expected)[:2]:
        one = api.get(f"{address(key)}?at={time_text(at)}")
        assert one.json == found[key]


def address(key: Key) -> str:
    return f"{key.target.lower()}s/{key.collection}/{key.public_id}"


def test_a_record_is_as_it_was_with_the_etag_that_it_had(source: Source, api: Api) -> None:
    path, answers = "resources/office/o", []
    for name in "ab":
        api.put(path, {"data": {"name": name}})
        answers.append(api.get(path))
    api.delete(path)
    times = [row["timestamp"] for row in reversed(operations(api, path))]
    for time, answer in zip(times, answers, strict=False):
        then = api.get(f"{path}?at={time}")
        assert (then.text, then.etag) == (answer.text, answer.etag)
        assert api.get(f"{path}?at={time}", if_none_match=then.etag).status == 304
    assert api.get(f"{path}?at={times[-1]}").error == (404, "NOT_FOUND")
    assert api.get(f"{path}?at=2001-01-01T00:00:00Z").error == (404, "NOT_FOUND")


def test_a_relationship_is_found_by_both_its_ids(source: Source, api: Api) -> None:
    make(source, providers=1, offices=1)
    ask(source, link(LINK, "p0.o0", {"effective": {"start": "2024"}}))
    read = api.get(f"relationships/{LINK}/p0.o0").text
    now = time_text(datetime.now(UTC))
    ask(source, unlink(LINK, "p0.o0"))
    for id in ("p0.o0", "provider.p0,office.o0"):
        assert api.get(f"relationships/{LINK}/{id}?at={now}").text == read


def test_a_page_that_finds_nothing_leads_on(source: Source, api: Api) -> None:
    ask(source, *(create("office", f"o{n}") for n in range(5)))
    ask(source, *(delete("office", f"o{n}") for n in range(4)))
    now = time_text(datetime.now(UTC))
    with patch("ingestion.past.lists.LOOKED_AT", 3):
        first = api.get(f"resources/office?at={now}").json
        assert first["data"] == []
        second = api.get(f"resources/office?at={now}&cursor={first['meta']['cursor']}").json
    assert [row["id"] for row in second["data"]] == ["o4"]
    assert "cursor" not in second["meta"]


def test_a_list_goes_on_where_it_was_whatever_is_written(source: Source, api: Api) -> None:
    ask(source, *(create("office", f"o{n}") for n in range(4)))
    now = time_text(datetime.now(UTC))
    first = api.get(f"resources/office?at={now}&perPage=2").json
    ask(source, delete("office", "o2"), create("office", "o11"), put("office", "o3", {"name": "x"}))
    second = api.get(f"resources/office?at={now}&perPage=2&cursor={first['meta']['cursor']}").json
    assert [row["id"] for row in first["data"] + second["data"]] == ["o0", "o1", "o2", "o3"]
    assert [row["data"] for row in second["data"]] == [{}, {}]


def test_what_is_retired_is_listed_as_it_was(source: Source, api: Api) -> None:
    ask(source, create("office", "o"))
    now = time_text(datetime.now(UTC))
    ask(source, delete("office", "o"))
    api.delete(f"relationship-definitions/{LINK}")
    assert retire(profiles, source, "office") == "RETIRED"
    assert [row["id"] for row in api.get(f"resources/office?at={now}").json["data"]] == ["o"]
    assert api.get("resources/office").status == 404


def test_links_are_included_as_they_were(world: Source, api: Api) -> None:
    ask(world, put("office", "o0", {"name": "old"}), link("many", "p0.o0", {"note": "a"}))
    ask(world, link("many", "p1.o0"), link("few", "p0.o1"))
    paths = "include=many-to,many-to.many-from,few-to"
    addresses = (
        *(f"resources/provider/p0?{paths}", f"resources/provider?{paths}&sort=id"),
        *("resources/office?include=many-from&sort=id", "relationships/many?include=to&sort=id"),
        "relationships/many/p0.o0?include=from,to.many-from",
    )
    before = [sorted_answer(api.get(address)) for address in addresses]
    now = time_text(datetime.now(UTC))
    ask(
        world,
        put("office", "o0", {"name": "new"}),
        unlink("many", "p0.o0"),
        delete("provider", "p1"),
    )
    ask(world, link("many", "p0.o0", {"note": "b"}), link("many", "p0.o1"))
    for address, expected in zip(addresses, before, strict=True):
        then = address.replace("&sort=id", "") + f"&at={now}"
        assert expected["included"]["resources"], address
        assert sorted_answer(api.get(then)) == expected
        assert sorted_answer(api.get(address)) != expected


def sorted_answer(answer: Any) -> Any:
    """What is brought along has no order that matters."""
    body = answer.json
    for rows in body["included"].values():
        rows.sort(key=lambda row: (row["type"], row["id"]))
    return body


def test_an_end_that_was_deleted_within_the_same_moment_is_left_out(
    world: Source, api: Api
) -> None:
    """Between the deletion of a resource and that of its links there is a microsecond."""
    ask(world, link("many", "p0.o0"))
    ask(world, delete("office", "o0"))
    gone = operations(api, "resources/office/o0")[0]["timestamp"]
    included = api.get(f"resources/provider/p0?include=many-to&at={gone}").json["included"]
    assert included == {"relationships": [], "resources": []}


def test_links_beyond_the_limits_are_told(world: Source, api: Api) -> None:
    ask(world, link("many", "p0.o0"), link("many", "p0.o1"), unlink("many", "p0.o0"))
    now = time_text(datetime.now(UTC))
    address = f"resources/provider/p0?include=many-to&at={now}"
    assert "includeIsCut" not in api.get(address).json
    with patch("relationships.past_including.LOOKED_AT", 1):
        assert api.get(address).json["includeIsCut"] is True


def test_a_path_that_leads_nowhere_is_refused(world: Source, api: Api) -> None:
    answer = api.get("resources/office?at=2024-01-01T00:00:00Z&include=nowhere")
    assert answer.faults == [("?include", "parameter")]


@pytest.mark.parametrize("path", ["resources/office", "resources/office/o"])
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("at=2999-01-01T00:00:00Z", "at"),
        ("at=2024-01-01", "at"),
        ("at=2024-01-01T00:00:00Z&fields=data", "fields"),
        ("at=2024-01-01T00:00:00Z&data.name=x", "data.name"),
    ],
)
def test_what_makes_no_sense_is_refused(
    source: Source, api: Api, path: str, query: str, name: str
) -> None:
    ask(source, create("office", "o"))
    answer = api.get(f"{path}?{query}")
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert (f"?{name}", "parameter") in answer.faults


@pytest.mark.parametrize(
    "query",
    [
        *("sort=id", "q=x", "total=exact", "format=csv", "identifier=u:x", "cursor=x", "after=o"),
        *("createdAt__gte=2024", "staff__isnull=true", "explain=true"),
    ],
)
def test_a_list_takes_nothing_else(source: Source, api: Api, query: str) -> None:
    answer = api.get(f"resources/office?at=2024-01-01T00:00:00Z&{query}")
    assert answer.faults == [(f"?{query.partition('=')[0]}", "parameter")]


def test_an_identifier_and_an_export_have_no_past(source: Source, api: Api) -> None:
    then = "at=2024-01-01T00:00:00Z"
    for path, headers in (
        (f"resources/office/urn:x:1?{then}", {}),
        (f"resources/office?{then}", {"accept": "text/csv"}),
    ):
        assert api.get(path, **headers).faults == [("?at", "parameter")]


def test_an_unknown_type_is_not_found(source: Source, api: Api) -> None:
    then = "at=2024-01-01T00:00:00Z"
    for path in ("resources/never", "relationships/never"):
        assert api.get(f"{path}?{then}").error == (404, "NOT_FOUND")
    assert api.get(f"resources/office?{then}").json["data"] == []
