"""Whoever runs the programs of the guide has a copy that is right, and hears what is sent."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from ingestion.feed.ticks import begin_epoch
from profiles.models import ApiKey
from tests.clients import Api
from tests.guides.comparing import Names
from tests.guides.listening import listening
from tests.guides.reading import Program, steps
from tests.guides.walking import Walk
from tests.ports import free_port
from tests.waiting import soon
from tests.webhooks.conftest import deliver

pytestmark = pytest.mark.django_db(transaction=True)

RECEIVER, NOBODY = "https://ehr.example.org/registrar", "https://old.example.org/registrar"


@pytest.fixture
def server(settings: Any) -> Iterator[LiveServer]:
    """One that lets who follows wait, and sends to receivers that are here."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_ATTEMPTS = 2
    with listening() as settings.LISTENER_URL:
        server = LiveServer("127.0.0.1")
        yield server
        server.stop()


class Desk:
    """Where the programs of the guide run, as those who follow it call them."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.names = Names(
            {
                RECEIVER: f"http://127.0.0.1:{self.port}/registrar",
                NOBODY: f"http://127.0.0.1:{free_port()}/registrar",
            }
        )
        self._folder = folder
        self._environment = os.environ | environment
        self._running: dict[str, subprocess.Popen[str]] = {}

    def run(self, program: Program) -> None:
        (self._folder / program.name).write_text(program.text.replace("8080", str(self.port)))
        self.start(program.name)
        if program.name == "receive.py":
            assert soon(self._is_receiving)

    def start(self, name: str) -> None:
        self._running[name] = subprocess.Popen(
            [sys.executable, name],
            cwd=self._folder,
            env=self._environment | {"SECRET": self.names.insert("whsec_1")},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def kill(self, name: str) -> str:
        """What it has said."""
        process = self._running.pop(name)
        process.kill()
        return process.communicate()[0]

    def close(self) -> None:
        for name in [*self._running]:
            self.kill(name)

    def _is_receiving(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            return True
        return False

    def copy(self) -> dict[str, Any]:
        with sqlite3.connect(self._folder / "north.db") as db:
            return {id: json.loads(body) for id, body in db.execute("SELECT id, body FROM record")}


def registry(api: Api) -> dict[str, Any]:
    lists = ("resources/patient", "resources/practitioner", "relationships/care")
    records = [record for path in lists for record in json.loads(api.get(path).text)["data"]]
    return {record["id"]: record for record in records}


def test_the_guide_on_following_is_as_it_is_told(server: LiveServer, tmp_path: Path) -> None:
    _, key = ApiKey.objects.create_key(name="ehr", role="admin", is_limited=False)
    api = Api(str(key), "north")
    environment = {"REGISTRY": f"{server.url}/sources/north/v1", "KEY": str(key)}
    desk = Desk(tmp_path, environment)
    with ExitStack() as stack:
        stack.callback(desk.close)
        Walk(api, tmp_path, Names()).go(steps("modelling"))
        Walk(api, tmp_path, desk.names, deliver, desk.run).go(steps("following"))
        assert soon(lambda: desk.copy() == registry(api))

        desk.kill("follow.py")
        api.put("resources/patient/p-9", {"data": {"name": {"family": "Late"}}})
        desk.start("follow.py")
        assert soon(lambda: desk.copy() == registry(api))
        api.delete("resources/patient/p-1")
        assert soon(lambda: desk.copy() == registry(api))

        desk.kill("follow.py")
        api.delete("resources/patient/p-9")
        begin_epoch()
        desk.start("follow.py")
        assert soon(lambda: desk.copy() == registry(api))
        assert desk.copy()

        told = desk.kill("receive.py").splitlines()
        assert told == ["UPDATE patient p-1"] * 3
