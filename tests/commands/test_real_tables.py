"""Real records out as a dump and in again; facilities of Canada from their CSV files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.core.management import call_command

from ingestion.bodies.envelopes import read_operation
from ingestion.kinds import meant_target
from ingestion.models import Resource
from ingestion.operations import Operation
from ingestion.records import Outcome
from ingestion.search.record_types import record_type_of
from ingestion.search.resources import resource_scope
from ingestion.tables.reading import read_table
from ingestion.writing import write
from profiles.contract import Contract, current_contract
from profiles.models import Source
from tests.commands.test_dump import same_definitions, state
from tests.commands.test_real_records import (
    DATA,
    FACILITIES,
    FILES,
    PLANNET,
    TWICE,
    as_operation,
    facilities,
    load,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"there are no records in {DATA}"),
]

MAPPED = {
    "": None,
    "address": "address.line",
    "city": "address.city",
    "state": "address.state",
    "zip": "address.postalCode",
    "county": None,
    "phone": "telecom[0].value",
    "type": "description",
    "ownership": "managedBy",
    "emergency": None,
    "quality": None,
    "LAT": "position.latitude",
    "LON": "position.longitude",
}


def test_plan_net_is_the_same_once_it_is_loaded_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("define", PLANNET, source="plannet")
    load("plannet", *FILES, capsys=capsys)
    source = Source.objects.get(key="plannet")
    other = same_definitions(source, tmp_path)
    told = load(other.key, tmp_path / "all.ndjson", capsys=capsys)
    assert told == "created 4663, changed 0, unchanged 0, deleted 0, refused 0"
    assert state(other) == state(source)


def operations(contract: Contract, file: Path) -> Iterator[Operation]:
    subject = record_type_of(resource_scope(contract, "office"))
    with file.open("rb") as stream:
        for row in read_table(stream, subject, MAPPED):
            assert row.refused is None
            yield read_operation(row.text, partial(meant_target, contract))


def test_facilities_are_taken_from_their_tables_with_every_digit() -> None:
    call_command("define", PLANNET / "profiles" / "office.json", source="facilities")
    contract = current_contract("facilities")
    receipts = [
        receipt
        for file in sorted(FACILITIES.glob("*.csv"))
        for receipt in write("facilities", list(operations(contract, file)), actor="test").receipts
    ]
    outcomes = [receipt.outcome for receipt in receipts]
    assert len(outcomes) == 6044
    assert outcomes.count(Outcome.CREATED) == 6044 - len(TWICE)
    assert outcomes.count(Outcome.REFUSED) == 0
    stored = dict(Resource.objects.values_list("public_id", "data"))
    last = {row["id"]: row for row in facilities()}
    assert stored.keys() == last.keys()
    for id, row in last.items():
        position = stored[id]["position"]
        assert (str(position["latitude"]), str(position["longitude"])) == (row["LAT"], row["LON"])
        assert stored[id] == as_table(row)


def as_table(row: dict[str, str]) -> object:
    """What other doors would make of a row, without what is in no column, or in an empty cell."""
    office = as_operation(row)["create"]["data"]
    del office["address"]["country"]
    del office["telecom"][0]["system"]
    return office
