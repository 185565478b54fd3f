"""What is looked after by the hour."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingestion.tasks.housekeeping import forget_old_uploads
from tests.clients import Api
from tests.tasks.doing import send, upsert

pytestmark = pytest.mark.django_db


def test_nothing_is_forgotten_where_nothing_was_sent(uploads_folder: Path) -> None:
    forget_old_uploads()
    assert not uploads_folder.exists()


def test_an_upload_whose_server_died_is_forgotten_after_a_day(
    api: Api, uploads_folder: Path
) -> None:
    task_id = send(api, [upsert("one")])
    for name in ("bk_new", "bk_old"):
        (uploads_folder / name).write_bytes(b"left behind")
    for name in ("bk_old", task_id):
        os.utime(uploads_folder / name, (0, 0))
    forget_old_uploads()
    assert {file.name for file in uploads_folder.iterdir()} == {"bk_new", task_id}
