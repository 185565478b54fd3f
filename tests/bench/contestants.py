"""Who is measured: bare psycopg, the floor, Registrar. Each does the same pieces of work."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from tests.bench.clients import http_request, http_worker
from tests.bench.workload import CITIES, FIRST_NUMBER, provider

PIECES = ("create", "read", "update", "list of 100", "equality", "city", "relationship")
FILTERED = "SELECT * FROM bare_record WHERE data @> %s"
Work = Callable[[], Callable[[int], bool]]


@dataclass(frozen=True)
class Contestant:
    """A way to do the work. `server` is the process whose CPU counts; None without one."""

    name: str
    work: dict[str, Work]
    server: int | None = None


def registrar(port: int, server: int, source: str, key: str, stored: int) -> Contestant:
    root = f"/sources/{source}/v1"
    resources = f"{root}/resources/provider"

    def one(method: str, path: Callable[[int], str], body: Callable[[int], Any] | None) -> Work:
        def request(number: int) -> bytes:
            sent = b"" if body is None else json.dumps(body(number)).encode()
            return http_request(port, method, path(number), key, sent)

        return http_worker(port, request)

    def link(number: int) -> dict[str, Any]:
        start, end = _ends(number, stored)
        return {
            "from": {"id": f"p{start}", "type": "provider"},
            "to": {"id": f"p{end}", "type": "provider"},
        }

    pick = _picker(stored)

    def rare() -> int:
        return FIRST_NUMBER + pick()

    return Contestant(
        "registrar",
        {
            "create": one("POST", lambda n: resources, lambda n: {"data": provider(n)}),
            "read": one("GET", lambda n: f"{resources}/p{pick()}", None),
            "update": one(
                "PUT", lambda n: f"{resources}/p{pick()}", lambda n: {"data": provider(n)}
            ),
            "list of 100": one("GET", lambda n: f"{resources}?perPage=100", None),
            "equality": one("GET", lambda n: f"{resources}?data.practiceNumber={rare()}", None),
            "city": one("GET", lambda n: f"{resources}?data.city=City+{pick() % CITIES}", None),
            "relationship": one("POST", lambda n: f"{root}/relationships/referral", link),
        },
        server,
    )


def floor(port: int, server: int, ids: list[str]) -> Contestant:
    def one(method: str, path: Callable[[int], str], body: Callable[[int], Any] | None) -> Work:
        def request(number: int) -> bytes:
            sent = b"" if body is None else json.dumps(body(number)).encode()
            return http_request(port, method, path(number), "", sent)

        return http_worker(port, request)

    def link(number: int) -> dict[str, Any]:
        start, end = _ends(number, len(ids))
        return {"start": ids[start], "end": ids[end]}

    pick = _picker(len(ids))

    def rare() -> int:
        return FIRST_NUMBER + pick()

    return Contestant(
        "floor",
        {
            "create": one("POST", lambda n: "/records", lambda n: {"data": provider(n)}),
            "read": one("GET", lambda n: f"/records/{ids[pick()]}", None),
            "update": one(
                "PUT", lambda n: f"/records/{ids[pick()]}", lambda n: {"data": provider(n)}
            ),
            "list of 100": one("GET", lambda n: "/records", None),
            "equality": one("GET", lambda n: f"/records?practiceNumber={rare()}", None),
            "city": one("GET", lambda n: f"/records?city=%22City+{pick() % CITIES}%22", None),
            "relationship": one("POST", lambda n: "/links", link),
        },
        server,
    )


def bare(ids: list[str]) -> Contestant:
    """The same rows through psycopg, a connection and a prepared statement for each client."""
    pick = _picker(len(ids))

    def one(sql: str, parameters: Callable[[int], list[Any]]) -> Work:
        def make() -> Callable[[int], bool]:
            connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)

            def do(number: int) -> bool:
                connection.execute(sql, parameters(number), prepare=True)
                return True

            return do

        return make

    def link(number: int) -> list[Any]:
        start, end = _ends(number, len(ids))
        return [ids[start], ids[end]]

    return Contestant(
        "bare psycopg",
        {
            "create": one(
                "INSERT INTO bare_record (data) VALUES (%s)", lambda n: [Jsonb(provider(n))]
            ),
            "read": one("SELECT * FROM bare_record WHERE id = %s", lambda n: [ids[pick()]]),
            "update": one(
                "UPDATE bare_record SET data = %s, updated_at = now() WHERE id = %s",
                lambda n: [Jsonb(provider(n)), ids[pick()]],
            ),
            "list of 100": one(
                "SELECT * FROM bare_record ORDER BY created_at DESC LIMIT 100", lambda n: []
            ),
            "equality": one(
                f"{FILTERED} LIMIT 100",
                lambda n: [Jsonb({"practiceNumber": FIRST_NUMBER + pick()})],
            ),
            "city": one(
                f"{FILTERED} ORDER BY created_at DESC LIMIT 100",
                lambda n: [Jsonb({"city": f"City {pick() % CITIES}"})],
            ),
            "relationship": one("INSERT INTO bare_link (start_id, end_id) VALUES (%s, %s)", link),
        },
    )


def _picker(stored: int) -> Callable[[], int]:
    source = random.Random(7)
    return lambda: source.randrange(stored)


def _ends(number: int, stored: int) -> tuple[int, int]:
    """Another pair for each number, as long as there are pairs."""
    return number % stored, (number + 1 + number // stored) % stored
