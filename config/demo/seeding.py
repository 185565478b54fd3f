"""The demo's data, written through the same path as everybody's."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from config.demo.definitions import DEFINITIONS, SOURCE, SOURCE_NAME
from config.demo.records import upserts
from ingestion.bodies.envelopes import read_operation
from ingestion.kinds import meant_target
from ingestion.writing import write
from profiles.contract import current_contract
from profiles.exact import encode
from profiles.faults import Refused
from profiles.models import SOURCE_TYPE, Source
from profiles.sources import save_source
from relationships.defining import Proposal, define

ACTOR = "demo"


@transaction.atomic
def seed() -> bool:
    """Write the example data, whole or not at all, unless its source is there. Tells if it did."""
    if Source.objects.filter(key=SOURCE).exists():
        return False
    save_source(SOURCE, {"type": SOURCE_TYPE, "name": SOURCE_NAME}, actor=ACTOR)
    proposals = [Proposal(key, body) for key, body in DEFINITIONS.items()]
    for result in define(SOURCE, proposals, actor=ACTOR).values():
        if isinstance(result, Refused):
            raise result
    _write_records()
    return True


def _write_records() -> None:
    target_of = partial(meant_target, current_contract(SOURCE))
    operations = [
        read_operation(encode({"action": "UPSERT", "upsert": payload}), target_of)
        for payload in upserts()
    ]
    for receipt in write(SOURCE, operations, actor=ACTOR).receipts:
        if receipt.refused is not None:
            raise receipt.refused
