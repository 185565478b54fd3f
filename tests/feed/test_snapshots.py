"""A snapshot and the changes behind its cursor are the registry, whatever is written meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from io import StringIO
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.core.management import call_command

from ingestion.writing import write
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.feed.reading import lines, told
from tests.writing.asking import delete, link, put
from tests.writing.threads import Threads

pytestmark = pytest.mark.django_db(transaction=True)
State = dict[tuple[str, str], Any]
IDS = "abcdef"


def test_a_dump_ends_where_the_feed_goes_on(
    source: Source, api: Api, threads: Threads, tmp_path: Path
) -> None:
    """To the change: nothing is in both, and nothing in neither."""
    is_over = Event()
    writers = [threads.start(_writer(source, name, is_over)) for name in IDS]
    for number in range(3):
        file, told_by = tmp_path / f"{number}.ndjson", StringIO()
        call_command("dump", source=source.key, output=file, stdout=told_by)
        cursor = told_by.getvalue().partition("cursor=")[2].strip()
        dumped = _dumped(file.read_text().splitlines())
        *everything, _ = lines(api)
        *since, _ = lines(api, cursor)
        missed = set(map(told, everything)) - set(map(told, since))
        assert _replayed({}, (each for each in everything if told(each) in missed)) == dumped
    is_over.set()
    for writer in writers:
        writer.result(30)
    *since, _ = lines(api, cursor)
    assert _replayed(dumped, since) == _live(api)


def test_an_export_tells_from_where_the_feed_goes_on(source: Source, api: Api) -> None:
    key = factories.make_key("reader", [source])
    reader = Api(key, source.key)
    api.put("resources/provider/a", {"data": {"name": "before"}})
    answer = reader.client.get(f"/sources/{source.key}/v1/resources/provider?format=ndjson")
    cursor = answer.headers["X-Changes-Cursor"]
    api.put("resources/provider/b", {"data": {"name": "in both"}})
    exported = {
        ("provider", row["id"]): _bare(row)
        for row in map(json.loads, answer.getvalue().splitlines())
    }
    api.put("resources/provider/a", {"data": {"name": "since"}})
    api.delete("resources/provider/b")
    *since, _ = lines(reader, cursor)
    assert [each["id"] for each in since] == ["b", "a", "b"]
    assert _replayed(exported, since) == _live(api)


def test_a_dump_of_a_part_tells_no_cursor(source: Source, api: Api, tmp_path: Path) -> None:
    api.put("resources/provider/a", {"data": {}})
    told_by = StringIO()
    options: Any = {"source": source.key, "output": tmp_path / "part", "after": "provider/a"}
    call_command("dump", **options, stdout=told_by)
    assert "cursor" not in told_by.getvalue()


def test_a_command_begins_a_new_epoch(api: Api) -> None:
    cursor = api.get("changes").json["meta"]["cursor"]
    told_by = StringIO()
    call_command("newepoch", stdout=told_by)
    assert told_by.getvalue().startswith("epoch ")
    assert api.get(f"changes?cursor={cursor}").status == 410


def _writer(source: Source, name: str, is_over: Event) -> Callable[[], None]:
    def job() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            operations = [
                put("provider", name, {"name": f"{number}"}),
                put("office", name, {"name": f"{number}"}),
                link("provider-office", f"{name}.{name}"),
                *([delete("provider", name)] if number % 3 == 0 else []),
            ]
            write(source.key, operations, actor="test")

    return job


def _dumped(rows: Iterable[str]) -> State:
    records = (json.loads(row, parse_float=Decimal)["upsert"] for row in rows)
    return {(record["type"], record["id"]): _bare(record) for record in records}


def _replayed(state: State, changes: Iterable[Any]) -> State:
    found = dict(state)
    for change in changes:
        key = (change["type"], change["id"])
        if change["action"] == "DELETE":
            found.pop(key, None)
        else:
            found[key] = _bare(change.get("resource") or change["relationship"])
    return found


def _live(api: Api) -> State:
    found = {}
    for list in ("resources/provider", "resources/office", "relationships/provider-office"):
        for line in api.get_stream(f"{list}?format=ndjson").splitlines():
            record = json.loads(line)
            found[record["type"], record["id"]] = _bare(record)
    return found


def _bare(record: Any) -> Any:
    """Without what a dump does not hold."""
    own = ("source", "version")
    meta = {name: value for name, value in record["meta"].items() if name not in own}
    return {**record, "meta": meta}
