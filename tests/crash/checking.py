"""Whether what is there after a crash is what was acknowledged, and whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from jsonschema import Draft202012Validator

from profiles.models import Source
from tests.crash.book import Book, Kept, Trace
from tests.crash.line import SOURCE, Line
from tests.crash.writers import LINK
from tests.writing.replaying import Key, check_history

TYPES = ("provider", "office")
CHANGES = """
SELECT task_id, action, target, collection, public_id, version
FROM ingestion_change WHERE source_id = %s
"""


def check(books: list[Book], line: Line, database: str) -> None:
    assert [text for book in books for text in book.complaints] == []
    there = dict(_everything(line))
    assert [text for book in books for text in book.settle(there)] == []
    assert there == {key: kept for book in books for key, kept in book.kept.items()}
    _check_whole(there, line)
    with psycopg.connect(database) as connection:
        _check_changes(books, connection)


def _everything(line: Line) -> Iterator[tuple[Key, Kept]]:
    """Every record, from a list, and once more by its id for its ETag."""
    for target, collection in [*(("RESOURCE", type) for type in TYPES), ("RELATIONSHIP", LINK)]:
        path = f"{target.lower()}s/{collection}"
        for body in line.listed(path):
            answer = line.send("GET", f"{path}/{body['id']}")
            assert (answer.status, answer.body) == (200, body)
            yield Key(target, collection, body["id"]), Kept(answer.etag, body)


def _check_whole(there: Mapping[Key, Kept], line: Line) -> None:
    schemas = {type: line.send("GET", f"profiles/{type}/schema").body for type in TYPES}
    validators = {type: Draft202012Validator(schema) for type, schema in schemas.items()}
    for key, kept in there.items():
        if key.target == "RESOURCE":
            body = {name: kept.body[name] for name in ("data", "contained")}
            validators[key.collection].validate(body)
        else:
            ends = [kept.body["from"], kept.body["to"]]
            assert all(Key("RESOURCE", end["type"], end["id"]) in there for end in ends), key


def _check_changes(books: list[Book], connection: psycopg.Connection[Any]) -> None:
    """Each acknowledged write has its changes, and none is there that nobody asked for."""
    ((source_id,),) = connection.execute(
        "SELECT id FROM profiles_source WHERE key = %s", [SOURCE]
    ).fetchall()
    check_history(Source(pk=source_id), connection)
    told = _traces(connection, source_id)
    done = {task: trace for book in books for task, trace in book.done.items()}
    assert {task: told.get(task) for task in done} == done
    others = Counter(trace for task, trace in told.items() if task not in done)
    assert others == Counter(trace for book in books for trace in book.settled)
    ((receipts,),) = connection.execute("SELECT count(*) FROM ingestion_receipt").fetchall()
    assert receipts >= sum(book.refused for book in books)


def _traces(connection: psycopg.Connection[Any], source_id: int) -> dict[str, Trace]:
    records: dict[str, set[tuple[Key, int]]] = defaultdict(set)
    actions = {}
    for task, action, *key, version in connection.execute(CHANGES, [source_id]):
        actions[task] = action
        records[task].add((Key(*key), version))
    return {task: (actions[task], frozenset(found)) for task, found in records.items()}
