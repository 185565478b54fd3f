"""Background work on records."""

from __future__ import annotations

from procrastinate.contrib.django import app

from ingestion import conformity, plans, queueing
from profiles.contract import current_contract
from profiles.faults import Refused


@app.task(name=queueing.CHECK)
def check_profile(source_key: str, profile_key: str) -> None:
    """Find the resources that do not fit a profile, unless it was deleted since."""
    try:
        contract = current_contract(source_key)
        contract.profile(profile_key)
    except Refused:
        return
    conformity.check(contract, profile_key)


@app.task(name=queueing.PLAN)
def find_plan(id: int) -> None:
    """Find what a planned definition would leave behind."""
    plans.make_plan(id)
