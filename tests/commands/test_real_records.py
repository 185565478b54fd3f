"""The commands with real records: a directory of care providers, and facilities of Canada.

The files are no part of the project; REGISTRAR_DATA names their folder.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ingestion.models import Change, Resource
from profiles.exact import encode
from relationships.models import Relationship

BESIDE_THE_PROJECT = Path(__file__).parents[2].parent / "shared" / "data"
DATA = Path(os.environ.get("REGISTRAR_DATA") or BESIDE_THE_PROJECT)
PLANNET = DATA / "plannet"
FACILITIES = DATA / "facilities"
FILES = [
    PLANNET / "resources" / "provider.ndjson",
    PLANNET / "resources" / "office.ndjson",
    PLANNET / "relationships" / "provider-office.ndjson",
]
TWICE = {"2398", "2399", "2400"}
"""Ids that two files of the facilities have."""

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"there are no records in {DATA}"),
]

Output = pytest.CaptureFixture[str]


def load(source: str, *files: Path, capsys: Output) -> str:
    capsys.readouterr()
    call_command("load", *files, source=source)
    return capsys.readouterr().out.partition(" in ")[0]


@pytest.fixture
def plannet(capsys: Output) -> str:
    """What the first load of Plan-Net said."""
    call_command("define", PLANNET, source="plannet")
    return load("plannet", *FILES, capsys=capsys)


def upserts(file: Path) -> Iterator[Any]:
    with file.open() as lines:
        yield from (json.loads(line, parse_float=Decimal)["upsert"] for line in lines)


def test_every_record_of_plan_net_is_taken(plannet: str) -> None:
    assert plannet == "created 4663, changed 0, unchanged 0, deleted 0, refused 0"
    of_type = {key: Resource.objects.filter(profile__key=key) for key in ("provider", "office")}
    assert {key: rows.count() for key, rows in of_type.items()} == {"provider": 2003, "office": 658}
    assert Relationship.objects.count() == 2002
    assert Change.objects.count() == 4663


def test_a_second_load_of_plan_net_changes_nothing(plannet: str, capsys: Output) -> None:
    again = load("plannet", *FILES, capsys=capsys)
    assert again == "created 0, changed 0, unchanged 4663, deleted 0, refused 0"
    assert Change.objects.count() == 4663


def test_every_resource_of_plan_net_comes_back_as_it_was_sent(plannet: str) -> None:
    rows = {(row.profile.key, row.public_id): row for row in _resources()}
    for sent in (payload for file in FILES[:2] for payload in upserts(file)):
        row = rows[sent["type"], sent["id"]]
        assert row.data == sent["data"]
        assert row.contained == _with_full_ids(sent)
        assert row.identifiers == sent.get("meta", {}).get("identifier", [])


def test_every_relationship_of_plan_net_comes_back_as_it_was_sent(plannet: str) -> None:
    rows = {(row.from_public_id, row.to_public_id): row.data for row in Relationship.objects.all()}
    sent = {
        (payload["from"]["id"], payload["to"]["id"]): payload.get("data", {})
        for payload in upserts(FILES[2])
    }
    assert rows == sent


def _resources() -> Any:
    return Resource.objects.select_related("profile")


def _with_full_ids(sent: Any) -> Any:
    prefix = f"{sent['type']}/{sent['id']}"
    return {
        key: [{**row, "id": f"{prefix}/{key}/{row['id']}"} for row in rows]
        for key, rows in sent.get("contained", {}).items()
    }


def facilities() -> Iterator[dict[str, str]]:
    for file in sorted(FACILITIES.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def as_operation(row: dict[str, str]) -> Any:
    """A row as an office, every text as it was found, every digit too."""
    office = {
        "name": row["name"],
        "telecom": [{"system": "phone", "value": row["phone"]}],
        "address": {
            "line": [row["address"]],
            "city": row["city"],
            "state": row["state"],
            "postalCode": row["zip"],
            "country": "CA",
        },
        "position": {"longitude": Decimal(row["LON"]), "latitude": Decimal(row["LAT"])},
        "managedBy": row["ownership"],
        "description": row["type"],
    }
    return {"action": "CREATE", "create": {"id": row["id"], "type": "office", "data": office}}


def test_every_facility_is_taken_once_and_keeps_its_digits(tmp_path: Path, capsys: Output) -> None:
    rows = list(facilities())
    assert len(rows) == 6044
    file = tmp_path / "facilities.ndjson"
    file.write_bytes(b"\n".join(encode(as_operation(row)) for row in rows))
    call_command("define", PLANNET / "profiles" / "office.json", source="facilities")
    with pytest.raises(CommandError, match=r"Refused: 3 of 6044 operations\."):
        load("facilities", file, capsys=capsys)
    refused = capsys.readouterr().err.splitlines()
    assert [line.split(": ", 1)[1] for line in refused] == ["/id This resource exists already."] * 3
    first: dict[str, dict[str, str]] = {}
    for row in rows:
        first.setdefault(row["id"], row)
    stored = {row.public_id: row.data for row in _resources()}
    assert stored.keys() == first.keys()
    assert {row["id"] for row in rows if row is not first[row["id"]]} == TWICE
    for id, row in first.items():
        position = stored[id]["position"]
        assert (str(position["latitude"]), str(position["longitude"])) == (row["LAT"], row["LON"])
        assert stored[id] == as_operation(row)["create"]["data"]
