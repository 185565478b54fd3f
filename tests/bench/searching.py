"""What searches cost at very many records: over HTTP, one client, beside bare psycopg.

Each is asked for its plan too: one that scans a table is a failure of the run.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection

from ingestion.sql import run
from profiles.models import ApiKey, Profile
from tests.bench.million import fill
from tests.bench.processes import served
from tests.bench.search_cases import Case, cases, deep_lists
from tests.ports import free_port

TIMES = 50
WARM = 5
PAGE = 1_000
SCANS = ("Seq Scan", "Parallel Seq Scan")

PIECE = 1 << 20

Row = dict[str, object]


class Client:
    """Keeps one connection."""

    def __init__(self, port: int, key: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"X-API-Key": key, "Content-Type": "application/json"}

    def ask(self, path: str, body: Any = None) -> Any:
        sent = None if body is None else json.dumps(body)
        self.connection.request("GET" if sent is None else "POST", path, sent, self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {text[:300]!r}")
        return text

    def count_lines(self, path: str) -> int:
        """Of an answer that memory need not hold."""
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        count = 0
        while part := answer.read(PIECE):
            count += part.count(b"\n")
        return count


def measure(records: int) -> Iterator[Row]:
    """A row for each search, with so many resources and relationships in its source."""
    fill(records)
    key = str(ApiKey.objects.create_key(name="bench-search", role="admin")[1])
    port = free_port()
    with served("config.wsgi:application", "config.settings", port, "/healthz"):
        client = Client(port, key)
        for case in cases(records):
            yield _measured(client, case)
        for name, path in deep_lists():
            yield from _deep(client, name, path, records)


def _measured(client: Client, case: Case) -> Row:
    times = _times(lambda: client.ask(case.path, case.body))
    shown = json.loads(client.ask(case.path, case.body))
    rows = len(next((shown[n] for n in ("hits", "nodes", "data") if n in shown), ()))
    bare = _bare(case.bare) if case.bare else None
    return {
        "search": case.name,
        "rows": rows,
        **_figures(times, rows),
        "bare_p50": "" if bare is None else round(bare, 2),
        "indexes": _indexes(client, case),
    }


def _indexes(client: Client, case: Case) -> str:
    """The indexes of the plan. Raises `RuntimeError` for a scan."""
    if not case.is_list:
        return ""
    sign = "&" if "?" in case.path else "?"
    plans = json.loads(client.ask(f"{case.path}{sign}explain=true"))["meta"]["explain"]
    if any(scan in json.dumps(plans) for scan in SCANS):
        raise RuntimeError(f"{case.path} scans: {plans}")
    return ", ".join(sorted({index for plan in plans for index in plan["indexes"]}))


def _deep(client: Client, name: str, path: str, records: int) -> Iterator[Row]:
    """The first page, and that at nine tenths of the way: reached by cursors, as a client would."""
    sign = "&" if "?" in path else "?"
    cursor = ""
    for _ in range(records * 9 // 10 // PAGE):
        page = json.loads(client.ask(f"{path}{sign}perPage={PAGE}&fields=id{cursor}"))
        cursor = f"&cursor={page['meta']['cursor']}"
    for title, at in (("first", ""), ("deep", cursor)):
        times = _times(lambda at=at: client.ask(f"{path}{sign}perPage=100{at}"))
        yield {
            "search": f"{title} page, {name}",
            "rows": 100,
            **_figures(times, 100),
            "bare_p50": "",
            "indexes": "",
        }


def _bare(rest: str) -> float:
    """The median of the same rows by psycopg, in milliseconds."""
    profile = Profile.objects.get(source__key="million", key="provider")
    sql = (
        "SELECT public_id, data::text FROM ingestion_resource"
        f" WHERE source_id = {profile.source_id} AND profile_id = {profile.pk} {rest} LIMIT 100"
    )
    connection.ensure_connection()
    return _median(_times(lambda: run(sql, [])))


def _times(do: Any) -> list[float]:
    """In milliseconds, in order; the first ones are left out."""
    times = []
    for _ in range(WARM + TIMES):
        start = time.perf_counter()
        do()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times[WARM:])


def _median(times: list[float]) -> float:
    return times[len(times) // 2]


def _figures(times: list[float], rows: int) -> Row:
    p50 = _median(times)
    return {
        "p50_ms": round(p50, 2),
        "p99_ms": round(times[int(len(times) * 0.99)], 2),
        "rows_per_s": round(rows / p50 * 1000),
    }
