"""`?wait=`: clients are told when something is written, and hold no thread until then."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Collection, Set
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.core import signing
from django.db import OperationalError

from ingestion.feed import watching
from ingestion.feed.ticks import Newest, begin_epoch
from ingestion.feed.watching import Behind, look
from ingestion.writing import write
from profiles.api.tickets import SALT
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.feed.listening import Waiting, in_thread, run
from tests.feed.reading import page
from tests.writing.asking import put
from tests.writing.threads import COMMIT, Threads

pytestmark = pytest.mark.django_db(transaction=True)
LISTENER = "http://listener.example:8001"
A_MOMENT = "wait=1"
LONG = "wait=60"


@pytest.fixture
def waiting(api: Api) -> Waiting:
    return Waiting(factories.make_key("reader"))


@pytest.fixture
def root(source: Source) -> str:
    return f"/sources/{source.key}/v1/changes?cursor=now"


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that the server knows of."""
    monkeypatch.setattr(settings, "LISTENER_URL", f"{LISTENER}/")


def _ticket(address: str) -> str:
    return parse_qs(urlsplit(address).query)["ticket"][0]


# The server, which does not wait.


def test_a_server_without_a_listener_says_that_it_does_not_wait(api: Api) -> None:
    answer = api.get(f"changes?{LONG}")
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert "does not wait" in answer.text


@pytest.mark.usefixtures("listener")
@pytest.mark.parametrize("wait", ["0", "61", "-1", "1.5", "x", "1e1"])
def test_a_wait_is_from_1_to_60_seconds(api: Api, wait: str) -> None:
    assert api.get(f"changes?wait={wait}").error == (400, "INVALID_ARGUMENT")


@pytest.mark.usefixtures("listener")
def test_what_is_new_already_is_answered_at_once(api: Api) -> None:
    api.put("resources/provider/ada", {"data": {}})
    changes, _ = page(api, None, LONG)
    assert [change["id"] for change in changes] == ["ada"]
    lines = api.get(f"changes?format=ndjson&{LONG}").text.splitlines()
    assert [json.loads(line).get("id") for line in lines] == ["ada", None]


@pytest.mark.usefixtures("listener")
def test_where_nothing_is_new_the_listener_is_told(api: Api) -> None:
    answer = api.get(f"changes?cursor=now&{LONG}&types=provider&payload=none")
    place = urlsplit(answer.headers["Location"])
    assert answer.status == 307
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{LISTENER}{_path(api)}"
    asked = {name: values[0] for name, values in parse_qs(place.query).items()}
    assert asked.pop("ticket")
    cursor = asked.pop("cursor")
    assert asked == {"wait": "60", "types": "provider", "payload": "none"}
    api.put("resources/provider/ada", {"data": {}})  # Another `now` would pass over it.
    assert [change["id"] for change in page(api, cursor)[0]] == ["ada"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("listener")
def test_a_head_is_answered_at_once(api: Api) -> None:
    assert api.send("HEAD", f"changes?{LONG}").status == 200


def _path(api: Api) -> str:
    return f"/sources/{api.source}/v1/changes"


# Tickets.


@pytest.fixture
def ticket(api: Api, listener: None) -> str:
    return _ticket(api.get(f"changes?cursor=now&{LONG}").headers["Location"])


def test_a_ticket_reads_the_changes_of_its_source(api: Api, ticket: str) -> None:
    api.put("resources/provider/ada", {"data": {}})
    answer = Api(None, api.source).get(f"changes?ticket={ticket}")
    assert [change["id"] for change in answer.json["data"]] == ["ada"]


def test_a_ticket_opens_no_other_source(api: Api, ticket: str) -> None:
    other = factories.clinic()
    answer = Api(None, other.key).get(f"changes?ticket={ticket}")
    assert answer.error == (404, "NOT_FOUND")


def test_a_ticket_opens_nothing_else(api: Api, ticket: str) -> None:
    nobody = Api(None, api.source)
    assert nobody.get(f"resources/provider?ticket={ticket}").error == (401, "UNAUTHENTICATED")
    assert nobody.get(f"tasks?ticket={ticket}").error == (401, "UNAUTHENTICATED")


def test_a_ticket_does_not_last(api: Api, ticket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 91)
    assert Api(None, api.source).get(f"changes?ticket={ticket}").error[0] == 401


def test_a_ticket_makes_no_other(api: Api, ticket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else whoever has one had the source for ever, also once its key was revoked."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 60)
    answer = Api(None, api.source).get(f"changes?cursor=now&{LONG}&ticket={ticket}")
    assert answer.status == 307
    assert _ticket(answer.headers["Location"]) == ticket


@pytest.mark.parametrize("forged", ["x", "x:y:z", "", "WyJhIiwiYiJd:1vNn2w:" + 43 * "a"])
def test_a_forged_ticket_opens_nothing(api: Api, forged: str) -> None:
    assert Api(None, api.source).get(f"changes?ticket={forged}").error[0] == 401


def test_another_signature_of_ours_is_no_ticket(api: Api) -> None:
    other = signing.dumps(["key:x", api.source], salt=f"{SALT}.other")
    assert Api(None, api.source).get(f"changes?ticket={other}").error[0] == 401


# The listener, which does.


def test_who_waits_is_told_of_what_is_written(waiting: Waiting, api: Api, root: str) -> None:
    async def story() -> None:
        clients = [
            asyncio.create_task(waiting.hear(f"{root}&{LONG}&{more}"))
            for more in ("payload=full", "payload=none", "types=provider", "limit=5")
        ]
        await waiting.until_waiting(len(clients))
        await in_thread(lambda: api.put("resources/provider/ada", {"data": {}}))
        for heard in await asyncio.gather(*clients):
            assert (heard.status, heard.ids) == (200, ["ada"])

    run(story)


def test_lines_are_waited_for_too(waiting: Waiting, api: Api, root: str) -> None:
    async def story() -> None:
        client = asyncio.create_task(waiting.hear(f"{root}&{LONG}&format=ndjson"))
        await waiting.until_waiting()
        await in_thread(lambda: api.put("resources/provider/ada", {"data": {}}))
        first, last = map(json.loads, (await client).text.splitlines())
        assert first["id"] == "ada"
        assert set(last) == {"cursor"}

    run(story)


def test_changes_of_other_types_and_sources_wake_nobody(
    waiting: Waiting, api: Api, root: str
) -> None:
    other = factories.clinic()

    async def story() -> None:
        client = asyncio.create_task(waiting.hear(f"{root}&{LONG}&types=office"))
        await waiting.until_waiting()
        await in_thread(lambda: api.put("resources/provider/ada", {"data": {}}))
        elsewhere = f"/sources/{other.key}/v1/resources/office/west"
        await in_thread(lambda: api.put(elsewhere, {"data": {}}))
        await asyncio.sleep(0.5)
        assert not client.done()
        await in_thread(lambda: api.put("resources/office/west", {"data": {}}))
        assert (await client).ids == ["west"]

    run(story)


def test_when_the_time_is_over_nothing_is_an_answer(waiting: Waiting, api: Api, root: str) -> None:
    async def story() -> None:
        heard = await waiting.hear(f"{root}&{A_MOMENT}")
        assert (heard.status, heard.ids) == (200, [])
        await in_thread(lambda: api.put("resources/provider/ada", {"data": {}}))
        again = await waiting.hear(
            f"/sources/{api.source}/v1/changes?{LONG}&cursor=" + heard.json["meta"]["cursor"]
        )
        assert again.ids == ["ada"]

    run(story)


def test_what_was_written_before_is_answered_at_once(waiting: Waiting, api: Api) -> None:
    api.put("resources/provider/ada", {"data": {}})

    async def story() -> None:
        assert (await waiting.hear(f"/sources/{api.source}/v1/changes?{LONG}")).ids == ["ada"]

    run(story)


def test_who_commits_late_wakes_those_who_wait(
    waiting: Waiting, source: Source, api: Api, root: str, threads: Threads
) -> None:
    slow = threads.pause(
        lambda: write(source.key, [put("provider", "slow", {})], actor="test"), before=COMMIT
    )

    async def story() -> None:
        client = asyncio.create_task(waiting.hear(f"{root}&{LONG}&types=provider"))
        await waiting.until_waiting()
        await in_thread(lambda: api.put("resources/office/quick", {"data": {}}))
        await asyncio.sleep(0.5)
        assert not client.done()
        await asyncio.to_thread(slow.go_on)
        assert (await client).ids == ["slow"]

    run(story)


def test_who_waits_is_told_that_a_backup_was_restored(
    waiting: Waiting, api: Api, root: str
) -> None:
    async def story() -> None:
        client = asyncio.create_task(waiting.hear(f"{root}&{LONG}"))
        await waiting.until_waiting()
        await in_thread(begin_epoch)
        assert (await client).status == 410

    run(story)


def test_the_database_may_be_away_for_a_moment(
    waiting: Waiting, api: Api, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[Collection[Behind]] = []

    def fails_once(behind: Collection[Behind]) -> tuple[Newest, Set[Behind]]:
        if failed:
            return look(behind)
        failed.append(behind)
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(watching, "look", fails_once)

    async def story() -> None:
        client = asyncio.create_task(waiting.hear(f"{root}&{LONG}"))
        await waiting.until_waiting()
        await in_thread(lambda: api.put("resources/provider/ada", {"data": {}}))
        assert (await client).ids == ["ada"]

    run(story)
    assert failed


def test_nobody_is_waited_for_who_has_gone(waiting: Waiting, root: str) -> None:
    async def story() -> None:
        client = waiting.client(f"{root}&{LONG}")
        hearing = asyncio.create_task(client.hear())
        await waiting.until_waiting()
        client.go_away()
        assert await hearing is None
        await waiting.until_waiting(0)

    run(story)


def test_a_listener_asks_for_a_key_or_a_ticket(waiting: Waiting, root: str, ticket: str) -> None:
    async def story() -> None:
        assert (await waiting.hear(f"{root}&{LONG}", key=None)).status == 401
        heard = await waiting.hear(f"{root}&{A_MOMENT}&ticket={ticket}", key=None)
        assert heard.status == 200

    run(story)


@pytest.mark.parametrize("wait", ["0", "61", "x", "", "%C3%BC", "1&wait=2"])
def test_a_listener_refuses_what_a_server_does(waiting: Waiting, root: str, wait: str) -> None:
    async def story() -> None:
        assert (await waiting.hear(f"{root}&wait={wait}")).status == 400

    run(story)


def test_a_listener_answers_nothing_else(waiting: Waiting, root: str, api: Api) -> None:
    async def story() -> None:
        assert (await waiting.hear("/healthz")).json == {"status": "ok"}
        for path, method in (
            (root, "GET"),
            (f"/sources/{api.source}/v1/resources/provider?{LONG}", "GET"),
            ("/admin/", "GET"),
            (f"{root}&{LONG}", "POST"),
        ):
            heard = await waiting.hear(path, method=method)
            assert (heard.status, heard.json["type"]) == (404, "NOT_FOUND"), path

    run(story)
