"""Lists that many clients append to over the API: nothing is lost, doubled or out of order.

Every list starts empty at version 1 and grows by one element with each version, so history can be
told from the list itself (as Elle does): each answer must show a part of it from its beginning.
`HUNT_LISTS=50` makes so many lists, one after the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import pytest

from profiles.definitions import profiles
from profiles.exact import Json
from profiles.models import Source
from relationships.definitions import relationship_definitions
from tests import factories
from tests.clients import Answer, Api
from tests.writing.asking import ask, create, link, make, save
from tests.writing.pausing import pausing
from tests.writing.threads import Threads

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 6
LISTS = int(os.environ.get("HUNT_LISTS", "1"))
APPENDS = 4
TRIES = 1000

LISTED: Json = {"properties": {"list": {"type": "array", "items": {"type": "symbol"}}}}


@dataclass(frozen=True, slots=True)
class Door:
    """Where a list is, how it stands in the body there, and where a patch finds it."""

    path: str
    wrap: Callable[[list[str]], Json]
    unwrap: Callable[[Any], list[str]]
    end: str = ""


def in_data(path: str) -> Door:
    return Door(path, lambda elements: {"data": {"list": elements}}, _from_data, "/data/list/-")


def _from_data(body: Any) -> list[str]:
    found: list[str] = body["data"]["list"]
    return found


def as_properties(path: str, frame: Json) -> Door:
    """The properties of a definition, in their order."""

    def wrap(list: list[str]) -> Json:
        return {**frame, "properties": {key: {"type": "symbol"} for key in list}}

    return Door(path, wrap, lambda body: list(body["properties"]))


ENDS: Json = {
    side: {"profileKey": "provider", "includeKey": side, "includeCardinality": "0:*"}
    for side in ("from", "to")
}
RESOURCE = in_data("resources/listed/l")
RELATIONSHIP = in_data("relationships/listing/p0.p0")
PROFILE = as_properties("profiles/appended", {})
DEFINITION = as_properties("relationship-definitions/appended", ENDS)


@dataclass(frozen=True, slots=True)
class Seen:
    """A list as an answer showed it. `added` is what this client had just appended."""

    version: int
    list: list[str]
    added: str | None = None


class Client:
    """One of many who append to the same list, and what it saw."""

    def __init__(self, api: Api, door: Door, name: str) -> None:
        self._api = api
        self._door = door
        self._name = name
        self.seen: list[Seen] = []
        self.refusals = 0

    def append_all(self, append: Callable[[Client, str], None]) -> Client:
        with pausing(Random()):
            for number in range(APPENDS):
                append(self, f"{self._name}-{number}")
        return self

    def put(self, element: str) -> None:
        """Read, append, write if nobody wrote in between; else from the start."""
        for _ in range(TRIES):
            list, etag = self._read()
            body = self._door.wrap([*list, element])
            if self._keep(self._api.put(self._door.path, body, if_match=etag), element):
                return
        raise AssertionError(f"{TRIES} times somebody else was faster")

    def patch_what_was_read(self, element: str) -> None:
        for _ in range(TRIES):
            _, etag = self._read()
            if self._keep(self._patch(element, if_match=etag), element):
                return
        raise AssertionError(f"{TRIES} times somebody else was faster")

    def patch(self, element: str) -> None:
        """Without If-Match, since a patch is applied to what there is."""
        assert self._keep(self._patch(element), element)

    def _read(self) -> tuple[list[str], str]:
        answer = self._api.get(self._door.path)
        assert answer.status == 200
        list = self._door.unwrap(answer.json)
        self.seen.append(Seen(_version(answer), list))
        return list, answer.etag

    def _patch(self, element: str, **headers: str) -> Answer:
        change = [{"op": "add", "path": self._door.end, "value": element}]
        return self._api.patch(self._door.path, change, **headers)

    def _keep(self, answer: Answer, element: str) -> bool:
        if answer.status == 412:
            self.refusals += 1
            return False
        assert answer.status == 200, answer.text
        body = answer.json
        shown = body.get("resource") or body.get("relationship") or body
        self.seen.append(Seen(_version(answer), self._door.unwrap(shown), element))
        return True


@pytest.mark.parametrize("list_number", range(LISTS))
@pytest.mark.parametrize("append", [Client.put, Client.patch_what_was_read, Client.patch])
@pytest.mark.parametrize("door", [RESOURCE, RELATIONSHIP], ids=["resource", "relationship"])
def test_appends_to_a_record_are_all_there_in_order(
    source: Source,
    threads: Threads,
    door: Door,
    append: Callable[[Client, str], None],
    list_number: int,
) -> None:
    save(profiles, source, "listed", LISTED)
    save(relationship_definitions, source, "listing", {**ENDS, **LISTED})
    make(source, providers=1)
    ask(source, create("listed", "l", {"list": []}), link("listing", "p0.p0", {"list": []}))
    check(append_together(source, threads, door, append), Seen(*_now(source, door)))


@pytest.mark.parametrize("list_number", range(LISTS))
@pytest.mark.parametrize("door", [PROFILE, DEFINITION], ids=["profile", "relationship definition"])
def test_appends_to_a_definition_are_all_there_in_order(
    source: Source, threads: Threads, door: Door, list_number: int
) -> None:
    assert _api(source).put(door.path, door.wrap([])).status == 201
    check(append_together(source, threads, door, Client.put), Seen(*_now(source, door)))


def append_together(
    source: Source, threads: Threads, door: Door, append: Callable[[Client, str], None]
) -> list[Client]:
    clients = [Client(_api(source), door, f"c{number}") for number in range(CLIENTS)]
    found = threads.together(*(partial(client.append_all, append) for client in clients))
    if append is not Client.patch:
        assert any(client.refusals for client in found)
    return found


def check(clients: Sequence[Client], last: Seen) -> None:
    assert sorted(last.list) == sorted(
        f"c{client}-{number}" for client in range(CLIENTS) for number in range(APPENDS)
    )
    for client in clients:
        for seen in client.seen:
            assert seen.list == last.list[: seen.version - 1]
            assert seen.added is None or seen.list[-1] == seen.added
        versions = [seen.version for seen in client.seen]
        assert versions == sorted(versions)


def _now(source: Source, door: Door) -> tuple[int, list[str]]:
    answer = _api(source).get(door.path)
    return _version(answer), door.unwrap(answer.json)


def _version(answer: Answer) -> int:
    return int(answer.etag.strip('"').rpartition("-")[2])


def _api(source: Source) -> Api:
    return Api(factories.make_key("admin"), source.key)
