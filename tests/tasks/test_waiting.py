"""`Prefer: wait`: the receipts at once where the worker is quick enough."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from django.db import connection

from tests.clients import Api
from tests.tasks.doing import NDJSON, lines, upsert
from tests.workers import working

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queue")]


def test_a_worker_that_is_quick_enough_makes_it_a_200(api: Api, uploads_folder: Path) -> None:
    operations = lines([upsert("one"), upsert("two", name=1)])
    with working(UPLOADS_OPTIONS=json.dumps({"location": str(uploads_folder)})):
        answer = api.post("resources/bulk", operations, content_type=NDJSON, prefer="wait=30")
    assert answer.status == 200, answer.text
    assert answer.headers["Preference-Applied"] == "wait=30"
    outcomes = {receipt["id"]: receipt["outcome"] for receipt in answer.json["receipts"]}
    assert outcomes == {"one": "CREATED", "two": "REFUSED"}
    assert answer.json["status"] == "FAILURE"


def test_a_task_that_takes_longer_is_a_202(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile others have the connections to the database."""
    sleep = time.sleep
    held = []

    def look(seconds: float) -> None:
        held.append(connection.connection)
        sleep(seconds)

    monkeypatch.setattr("ingestion.views.waiting.time.sleep", look)
    began = time.monotonic()
    answer = api.post("resources/bulk", lines([upsert("a")]), content_type=NDJSON, prefer="wait=1")
    assert answer.status == 202
    assert "Preference-Applied" not in answer.headers
    assert 1 <= time.monotonic() - began < 30
    assert set(held) == {None}
