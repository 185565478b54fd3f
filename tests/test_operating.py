"""What `docs/operating.md` says of a server, as far as a test can see it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from pytest_django import Settings

from config.gauges import GAUGES
from config.postgres.folders import PROJECT
from ingestion.feed.cursors import Piece, Place, read_place, write_place
from ingestion.feed.ticks import BEGINNING
from tests.guides.reading import DOCS
from tests.workers import SERVER

GUIDE = (DOCS / "operating.md").read_text()
IN_PRODUCTION = {
    "DATABASE_URL": SERVER,
    "SECRET_KEY": "".join(map(chr, range(48, 122))),
    "HTTPS": "true",
    "HSTS_SECONDS": "31536000",
}
LEFT_TO_PEOPLE = ["security.W005", "security.W021"]
"""Subdomains, and lists of browsers: HSTS is hard to take back there."""


def test_django_finds_nothing_to_warn_of() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=PROJECT,
        env=os.environ | IN_PRODUCTION,
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.findall(r"\((\w+\.\w\d+)\)", done.stderr) == LEFT_TO_PEOPLE


def test_what_a_former_key_signed_is_taken_as_long_as_it_is_named(settings: Settings) -> None:
    place = Place(Piece("epoch", BEGINNING), 7)
    cursor = write_place(place, "clinic")
    settings.SECRET_KEY, former = "another one", settings.SECRET_KEY
    assert read_place(cursor, "clinic") is None
    settings.SECRET_KEY_FALLBACKS = [former]
    assert read_place(cursor, "clinic") == place


def test_every_metric_of_the_guide_is_told() -> None:
    told = {name for asked in GAUGES for name, _ in asked.metrics}
    named = {name.removesuffix("_total") for name in re.findall(r"\bregistrar_\w+", GUIDE)}
    assert len(named) > 9
    assert named <= told


def test_every_variable_of_the_guide_is_explained() -> None:
    named = set(re.findall(r"\b[A-Z]{3,}_[A-Z_]+\b", GUIDE)) - {"POSTGRES_PASSWORD"}
    assert len(named) > 9
    explained = (DOCS / "configuration.md").read_text()
    assert {name for name in named if f"| `{name}` |" not in explained} == set()
