"""Whoever follows the guides gets the answers that they show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands

from profiles.datatypes import DATA_TYPES
from profiles.models import ApiKey
from tests.clients import Api
from tests.guides.comparing import Names
from tests.guides.reading import DOCS, Exchange, steps
from tests.guides.walking import Walk

FIRST = "modelling"
"""The other guides begin where it ends."""
GUIDES = (FIRST, "loading", "following", "history", "operating")


@pytest.mark.django_db
@pytest.mark.parametrize("guide", [FIRST, "loading", "history"])
def test_what_a_guide_shows_is_what_is_answered(
    guide: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    settings.BULK_SHARED_BYTES = 2_000_000  # As it is outside of tests.
    _, key = ApiKey.objects.create_key(name="ehr", role="admin", is_limited=False)
    api = Api(str(key), "north")
    for page in dict.fromkeys([FIRST, guide]):
        Walk(api, tmp_path, Names()).go(steps(page))


def test_the_line_for_curl_is_the_second_request() -> None:
    _, exchange = (step for step in list(steps(FIRST))[:2] if isinstance(step, Exchange))
    where = f"$API/sources/north/v1/{exchange.path}"
    headers = """-H "X-API-Key: $KEY" -H "Content-Type: application/json\""""
    line = f"curl -X {exchange.method} {where} {headers} -d '{exchange.sent.body}'"
    assert line in " ".join((DOCS / f"{FIRST}.md").read_text().replace("\\\n", "").split())


def test_every_data_type_is_named() -> None:
    text = (DOCS / f"{FIRST}.md").read_text()
    assert DATA_TYPES.keys() <= set(re.findall(r"`([a-z]+)`", text))
    assert f"one of {len(DATA_TYPES)} types" in text


@pytest.mark.parametrize("guide", GUIDES)
def test_what_a_guide_points_to_is_there(guide: str) -> None:
    text = (DOCS / f"{guide}.md").read_text()
    assert all((DOCS / name).is_file() for name in re.findall(r"`docs/([\w.]+)`", text))
    assert set(re.findall(r"manage\.py ([a-z]+)", text)) <= get_commands().keys()
