"""What history costs: on writes, and to read it.

A write is done with the insert of its changes and without it, in turns, in this process: the
product has no switch for that, so the one function that appends them is replaced here. The feed is
read over HTTP beside a bare `SELECT` of the same rows; `at=` over HTTP too, by one client.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction

from ingestion.bodies.members import read_payload
from ingestion.operations import Action, Operation, Target
from ingestion.sql import run
from ingestion.writing import write
from profiles.contract import current_contract
from profiles.definitions import profiles
from profiles.exact import encode
from profiles.models import ApiKey, Source
from tests.bench import bulk_lines as lines
from tests.bench.processes import served
from tests.bench.searching import Client
from tests.ports import free_port

WRITTEN, TOLD = "history-writes", "history-reads"
ACTOR = "bench"
ROUNDS = 7
BATCHES = ((1, 50), (1_000, 3))
"""Records of a write, and how many writes of each round."""
VERSIONS = 10
TIMES = 50
FETCHED = 1_000

Row = dict[str, object]

CHANGES = """
    INSERT INTO ingestion_change (
        id, source_id, target, collection, public_id, record_id, action, version, actor, task_id,
        at, data, contained, identifiers, created_at, updated_at, contract_version
    )
    SELECT gen_random_uuid(), %s, 'RESOURCE', 'provider', 'p' || n, md5('p' || n)::uuid,
           CASE version WHEN 1 THEN 'CREATE' ELSE 'UPDATE' END, version, 'bench', 'bk_bench',
           at, jsonb_build_object(
               'name', 'Provider ' || n || ' ' || version, 'practiceNumber', 1000000 + n,
               'specialities', '["Pharmacist", "Family medicine"]'::jsonb,
               'note', repeat('Sees patients on weekdays; walk-ins before noon. ', 8),
               'active', n %% 7 <> 0, 'since', '2001-05-31',
               'address', jsonb_build_object('city', 'City ' || n %% 200, 'country', 'CA')
           ), '{}', '[]', timestamptz '2025-01-01', at, 1
    FROM generate_series(1, %s) AS version, generate_series(1, %s) AS n,
         LATERAL (SELECT timestamptz '2025-01-01' + version * interval '1 day') AS made (at)
"""
BARE = """
    SELECT id, target, collection, public_id, action, version, actor, task_id, reason, at,
           data::text, contained::text, identifiers::text, created_at, updated_at
    FROM ingestion_change WHERE source_id = %s ORDER BY seq
"""


def measure(records: int) -> Iterator[Row]:
    """A row for each case; reading is measured with so many records of ten versions each."""
    for key in (WRITTEN, TOLD):
        Source.objects.create(key=key)
        profiles.save(key, "provider", lines.PROFILE, actor=ACTOR)
    yield from _writes()
    source = Source.objects.get(key=TOLD)
    run(CHANGES, [source.pk, VERSIONS, records])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) ingestion_change")
    key = str(ApiKey.objects.create_key(name="bench-history", role="admin")[1])
    port = free_port()
    with served("config.wsgi:application", "config.settings", port, "/healthz"):
        yield _feed(Client(port, key), source, records * VERSIONS)
        # Another connection: servers close one that is idle, and the bare SELECT takes a while.
        yield from _past(Client(port, key), records)


# Writes


def _writes() -> Iterator[Row]:
    numbers = itertools.count()
    for size, writes in BATCHES:
        for name, action in (("create", Action.CREATE), ("change", Action.UPSERT)):
            ids = range(size)
            if action is Action.UPSERT:
                _written([_operation(Action.UPSERT, f"c{size}-{n}", 0) for n in ids])
            costs: dict[bool, list[float]] = {True: [], False: []}
            for has_history in [True, False] * ROUNDS:
                batches = [
                    [
                        _operation(action, f"n{number}-{n}", number)
                        if action is Action.CREATE
                        else _operation(action, f"c{size}-{n}", number)
                        for n in ids
                    ]
                    for number in itertools.islice(numbers, 1, writes + 1)
                ]
                costs[has_history].append(_timed_writes(batches, has_history=has_history))
            yield _share(f"{name}, {size:,} at once", costs)


def _operation(action: Action, id: str, edition: int) -> Operation:
    _, line = lines.providers("CREATE", 2)  # The first one is faulty.
    data = {**line["create"]["data"], "note": f"edition {edition}"}
    payload = read_payload(encode({"id": id, "type": "provider", "data": data}))
    named = None if action is Action.CREATE else id
    return Operation(action, Target.RESOURCE, "provider", named, payload)


def _written(batch: list[Operation]) -> None:
    for receipt in write(WRITTEN, batch, actor=ACTOR).receipts:
        if receipt.refused is not None:
            raise receipt.refused


def _timed_writes(batches: list[list[Operation]], *, has_history: bool) -> float:
    """Microseconds a record."""
    with nullcontext() if has_history else patch("ingestion.writing.record_changes"):
        start = time.perf_counter()
        for batch in batches:
            _written(batch)
        seconds = time.perf_counter() - start
    return seconds / sum(map(len, batches)) * 1e6


def _share(name: str, costs: dict[bool, list[float]]) -> Row:
    """Medians; the share is that of rounds side by side."""
    shares = [1 - without / whole for whole, without in zip(costs[True], costs[False], strict=True)]
    return {
        "history": name,
        "ours": f"{statistics.median(costs[True]):.0f} us",
        "beside": f"{statistics.median(costs[False]):.0f} us without history",
        "share": f"{statistics.median(shares):.0%}",
    }


# Reads


def _feed(client: Client, source: Source, changes: int) -> Row:
    path = f"/sources/{TOLD}/v1/changes?format=ndjson"
    client.ask(f"{path}&limit=1")
    start = time.perf_counter()
    told = client.count_lines(path)
    rate = told / (time.perf_counter() - start)
    if told != changes + 1:  # The last line is the cursor alone.
        raise RuntimeError(f"{told} lines of {changes} changes")
    bare = changes / _bare_seconds(source)
    return {
        "history": f"feed of {changes:,} changes as NDJSON",
        "ours": f"{rate:,.0f} a second",
        "beside": f"{bare:,.0f} a second by a bare SELECT",
        "share": f"{rate / bare:.0%}",
    }


def _bare_seconds(source: Source) -> float:
    start = time.perf_counter()
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(BARE, [source.pk])
        while cursor.fetchmany(FETCHED):
            pass
    return time.perf_counter() - start


def _past(client: Client, records: int) -> Iterator[Row]:
    """The fifth of ten versions: of records all over the table, and of the first page."""
    at = datetime(2025, 1, 6, 12, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    resources = f"/sources/{TOLD}/v1/resources/provider"
    some = [f"p{1 + n * 7919 % records}" for n in range(TIMES)]
    source_id = current_contract(TOLD).source_id
    one = [partial(client.ask, f"{resources}/{id}?at={at}") for id in some]
    bare = [partial(_bare_past, source_id, id, at) for id in some]
    yield {
        "history": f"at= of one of {records:,} records",
        "ours": _median_ms(one),
        "beside": f"{_median_ms(bare)} by a bare SELECT",
        "share": "",
    }
    page = [partial(client.ask, f"{resources}?at={at}&perPage=100")] * TIMES
    yield {"history": "at= of a page of 100", "ours": _median_ms(page), "beside": "", "share": ""}


def _bare_past(source_id: int, id: str, at: str) -> None:
    run(
        "SELECT data::text FROM ingestion_change WHERE source_id = %s AND target = 'RESOURCE'"
        " AND collection = 'provider' AND public_id = %s AND at <= %s ORDER BY seq DESC LIMIT 1",
        [source_id, id, at],
    )


def _median_ms(asked: Sequence[partial[Any]]) -> str:
    times = []
    for ask in asked:
        start = time.perf_counter()
        ask()
        times.append(time.perf_counter() - start)
    return f"{statistics.median(times) * 1000:.2f} ms"
