"""The listener as it is run: a process, and many who wait at it."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from tests import factories
from tests.bench.processes import ASGI, cpu_seconds, served
from tests.clients import Api
from tests.ports import free_port

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 200
IDLE_SECONDS = 2.0


class Process(NamedTuple):
    port: int
    id: int


@pytest.fixture
def listener(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    """On the database of the tests."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    monkeypatch.setenv("DATABASE_URL", url._replace(path=f"/{name}").geturl())
    monkeypatch.setenv("SECRET_KEY", settings.SECRET_KEY)
    port = free_port()
    with served("config.asgi:application", "config.settings", port, "/healthz", ASGI) as process:
        yield Process(port, process)


async def heard(port: int, path: str, key: str) -> list[str]:
    """The ids of what a client that waits is told."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode())
    answer = await reader.read()
    writer.close()
    start, _, body = answer.partition(b"\r\n\r\n")
    assert start.startswith(b"HTTP/1.1 200"), start
    return [change["id"] for change in json.loads(body)["data"]]


def test_two_hundred_wait_at_no_cost_and_all_are_told(listener: Process, api: Api) -> None:
    path = f"/sources/{api.source}/v1/changes?cursor=now&wait=60"
    key = factories.make_key("reader")

    async def story() -> tuple[float, list[list[str]]]:
        clients = [asyncio.create_task(heard(listener.port, path, key)) for _ in range(CLIENTS)]
        await settled(listener.id)
        before = cpu_seconds(listener.id)
        await asyncio.sleep(IDLE_SECONDS)
        idle = cpu_seconds(listener.id) - before
        await asyncio.to_thread(written, api)
        async with asyncio.timeout(30):
            return idle, await asyncio.gather(*clients)

    idle, told = asyncio.run(story())
    assert idle / IDLE_SECONDS < 0.5  # Were each to look by itself, it would be more than one.
    assert told == [["ada"]] * CLIENTS


async def settled(process: int) -> None:
    """Until all who came have been asked for once: then the listener has nothing to do."""
    deadline, last = time.monotonic() + 30, -1.0
    while (now := cpu_seconds(process)) - last > 0.02 and time.monotonic() < deadline:
        last = now
        await asyncio.sleep(0.5)


def written(api: Api) -> None:
    try:
        assert api.put("resources/provider/ada", {"data": {}}).status == 201
    finally:
        connection.close()
