"""Which stored resources do not fit their profile as it is now.

A profile governs writes from when it is saved; what was stored before stays as it is. So only what
was last written under an older contract can be at fault, and nothing that is written now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from ingestion.models import ConformityCheck, NonconformingResource
from ingestion.sql import run
from ingestion.walking import AT_A_TIME, walked
from profiles.containment import parts_of
from profiles.contract import Contract
from profiles.exact import Document, Json
from profiles.faults import Fault
from profiles.nonconformity import Tally
from profiles.validator import Validator

BODY = """
    CASE WHEN contract_version < %s
         THEN '{"data":' || data::text || ',"contained":' || contained::text || '}' END
"""
"""What is to be judged of a resource; NULL where it was judged by the profile as it is now."""


NEVER = 2**63 - 1
"""The contract version since which there is no resource: each is judged."""


class Nonconforming(NamedTuple):
    """A resource that does not fit, and why."""

    id: str
    version: int
    faults: list[Fault]

    def as_json(self, type: str) -> Mapping[str, Json]:
        faults = [fault.as_json() for fault in self.faults]
        return {"id": self.id, "type": type, "version": self.version, "faults": faults}


def judged_since(contract: Contract, key: str) -> int:
    """The contract version under which the profile, or one in it, was last changed.

    What was written under it or later fits.
    """
    ((version,),) = run(
        """
        SELECT max(contract_version)
        FROM profiles_profileversion JOIN profiles_profile ON profiles_profile.id = definition_id
        WHERE source_id = %s AND key = ANY(%s) AND contract_version <= %s
        """,
        [contract.source_id, sorted(parts_of(key, contract.catalogue)), contract.version],
    )
    return int(version)


def found_by(
    validator: Validator, contract: Contract, type: str, since: int, tally: Tally
) -> Iterator[Nonconforming]:
    """Counts all resources of a type, and tells those that do not fit, by id.

    Those that were written under the contract `since` or later are known to fit.
    """
    rows = walked(
        f"""
        SELECT public_id, version, {BODY} FROM ingestion_resource
        WHERE source_id = %s AND profile_id = %s ORDER BY public_id
        """,
        [since, contract.source_id, contract.profiles[type].id],
    )
    for id, version, text in rows:
        value = None if text is None else Document.read(text).value
        faults = [] if text is None else validator.faults(value)
        tally.add(id, value, faults)
        if faults:
            yield Nonconforming(id, version, faults)


@transaction.atomic
def check(contract: Contract, key: str) -> ConformityCheck:
    """Judge the resources of a profile anew, and keep which do not fit in place of those before."""
    profile = contract.profile(key)
    since, tally = judged_since(contract, key), Tally(key)
    made = ConformityCheck.objects.create(
        profile_id=profile.id,
        since=since,
        contract_version=contract.version,
        computed_at=timezone.now(),
        checked=0,
        total=0,
    )
    batch: list[NonconformingResource] = []
    for found in found_by(profile.validator, contract, key, since, tally):
        batch.append(NonconformingResource(check_made=made, public_id=found.id))
        if len(batch) == AT_A_TIME:
            NonconformingResource.objects.bulk_create(batch)
            batch.clear()
    NonconformingResource.objects.bulk_create(batch)
    made.checked, made.total = tally.checked, tally.nonconforming
    made.save()
    run(
        "DELETE FROM ingestion_nonconformingresource WHERE check_made_id IN (SELECT id"
        " FROM ingestion_conformitycheck WHERE profile_id = %s AND id < %s)",
        [profile.id, made.pk],
    )
    run(
        "DELETE FROM ingestion_conformitycheck WHERE profile_id = %s AND id < %s",
        [profile.id, made.pk],
    )
    return made
