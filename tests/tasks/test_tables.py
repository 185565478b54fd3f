"""Bulks that are sent as tables in CSV."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from ingestion.models import Resource
from ingestion.tasks import running
from ingestion.tasks.running import run_share
from tests.clients import Api
from tests.tasks.doing import task, work

pytestmark = pytest.mark.django_db


def send_table(api: Api, table: bytes) -> str:
    path = "resources/bulk?type=provider"
    return str(api.post(path, table, content_type="text/csv").json["taskId"])


def done(api: Api, table: bytes) -> Any:
    id = send_table(api, table)
    work(id)
    return task(api, id)


def test_each_row_is_an_operation(api: Api) -> None:
    shown = done(api, b"id,name,practiceNumber\none,Jane,7\n\ntwo,John,x\n,Jim,\n")
    assert [one["outcome"] for one in shown["receipts"]] == ["CREATED", "REFUSED", "CREATED"]
    assert [one["action"] for one in shown["receipts"]] == ["UPSERT", "UPSERT", "CREATE"]
    assert shown["progress"]["total"] == 3
    (fault,) = shown["receipts"][1]["error"]["details"]
    assert fault["path"] == "/data/practiceNumber"


def test_a_wrong_column_fails_all_of_it(api: Api) -> None:
    shown = done(api, b"id,nam\none,Jane\n")
    assert shown["status"] == "FAILURE"
    assert [fault["path"] for fault in shown["error"]["details"]] == ["/nam"]
    assert not Resource.objects.exists()


def test_a_row_that_cannot_be_read_is_refused_alone(api: Api) -> None:
    shown = done(api, b"id,name\none,J\xff\ntwo,Jane\n")
    assert [one["outcome"] for one in shown["receipts"]] == ["REFUSED", "CREATED"]
    rejects = api.get(f"tasks/{shown['taskId']}/rejects").text
    assert "Is not UTF-8" in rejects


def test_a_worker_goes_on_at_the_row_where_another_stopped(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "FIRST_CHUNK", 3)
    id = send_table(api, b"id\n" + b"".join(b"n%d\n" % n for n in range(20)))
    key = UUID(hex=id.partition("_")[2])
    assert not run_share(key, 0, lambda: True)
    assert Resource.objects.count() == 3
    work(id)
    shown = task(api, id)
    assert [one["outcome"] for one in shown["receipts"]] == ["CREATED"] * 20
    assert [one["index"] for one in shown["receipts"]] == list(range(20))
