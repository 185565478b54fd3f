"""What definitions would leave behind: found at once among few records, kept once it is found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from ingestion.conformity.checks import NEVER, judged_since, stored
from ingestion.conformity.pages import FRESH
from ingestion.models import DefinitionPlan
from ingestion.queueing import ask_for_plan
from ingestion.walking import are_few_resources
from profiles.containment import wholes_of
from profiles.contract import Contract, current_contract
from profiles.exact import Json, encode
from profiles.nonconformity import Tally, findings
from profiles.planning import Foreseen, Planned, State
from profiles.schema import resource_schema
from profiles.times import time_text
from profiles.validator import Validator

KEPT = timedelta(days=1)


class Planner(Protocol):
    """Looks for what one kind of definition would leave behind."""

    def are_few(self, planned: Planned) -> bool:
        """Whether it looks at so few records that a request may wait for it."""

    def find(self, planned: Planned) -> Mapping[str, Json]:
        """In a transaction."""


planners: dict[str, Planner] = {}
"""By what is planned. Other apps register theirs when Django starts."""


class ProfilePlanner:
    """Resources of the profile, and of those that contain it."""

    def are_few(self, planned: Planned) -> bool:
        profiles = planned.contract.profiles
        return are_few_resources(
            planned.contract.source_id, [profiles[type].id for type in _stored_types(planned)]
        )

    def find(self, planned: Planned) -> Mapping[str, Json]:
        return findings([_tally(planned, type) for type in _stored_types(planned)])


def foresee(planned: Planned) -> Foreseen:
    """What is left behind, as far as it is known."""
    if planners[planned.what].are_few(planned):
        return Foreseen(State.READY, _found(planned))
    plan = _kept_plan(planned)
    is_fresh = plan.computed_at is not None and plan.computed_at > timezone.now() - FRESH
    if not is_fresh:
        ask_for_plan(plan.pk)
    return Foreseen(State.READY if is_fresh else State.COMPUTING, plan.found)


def make_plan(id: int) -> None:
    """Find what a kept plan leaves behind, unless the contract is another by now."""
    plan = DefinitionPlan.objects.select_related("source").filter(pk=id).first()
    if plan is None or plan.source.retired_at is not None:
        return
    contract = current_contract(plan.source.key)
    if contract.version == plan.contract_version:
        plan.found = _found(Planned(plan.what, contract, plan.key, plan.body))
        plan.computed_at = timezone.now()
        plan.save(update_fields=["found", "computed_at"])


@transaction.atomic
def _found(planned: Planned) -> dict[str, Json]:
    now = timezone.now()
    return {
        "computedAt": time_text(now),
        "contractVersion": planned.contract.version,
        **planners[planned.what].find(planned),
    }


def _kept_plan(planned: Planned) -> DefinitionPlan:
    now = timezone.now()
    DefinitionPlan.objects.filter(
        source_id=planned.contract.source_id, asked_at__lt=now - KEPT
    ).delete()
    plan, _ = DefinitionPlan.objects.get_or_create(
        source_id=planned.contract.source_id,
        what=planned.what,
        key=planned.key,
        contract_version=planned.contract.version,
        digest=sha256(encode(planned.body)).hexdigest(),
        defaults={"body": planned.body, "asked_at": now},
    )
    return plan


def _stored_types(planned: Planned) -> list[str]:
    """Those of which there may be records that the planned profile has a part in."""
    profiles = planned.contract.profiles
    return [type for type in wholes_of(planned.key, planned.catalogue) if type in profiles]


def _tally(planned: Planned, type: str) -> Tally:
    tally = Tally(type)
    validator = Validator(resource_schema(type, planned.catalogue))
    for row in stored(planned.contract, type, _since(planned, type, validator)):
        tally.add(row.id, row.value, [] if row.value is None else validator.faults(row.value))
    return tally


def _since(planned: Planned, type: str, validator: Validator) -> int:
    """Where the plan changes nothing about a type, what was judged lately still fits."""
    contract: Contract = planned.contract
    is_same = validator.schema == contract.profiles[type].validator.schema
    return judged_since(contract, type) if is_same else NEVER
