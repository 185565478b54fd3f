"""Which stored resources do not fit their profile as it is now.

A changed profile governs later writes; what was stored before stays as it is. So only resources
that were last written under an older contract can be at fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from ingestion.models import ConformityCheck
from ingestion.sql import run
from ingestion.walking import AT_A_TIME, walked
from profiles.containment import parts_of
from profiles.contract import KEPT_CONTRACTS, Contract
from profiles.exact import Document, Json
from profiles.faults import MOST_FAULTS, Fault
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
        faults = [fault.as_json() for fault in self.faults[:MOST_FAULTS]]
        return {"id": self.id, "type": type, "version": self.version, "faults": faults}


@lru_cache(maxsize=KEPT_CONTRACTS)
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


class Stored(NamedTuple):
    """A resource as it is judged; its value is None where it is known to fit."""

    id: str
    version: int
    value: Json

    def fits(self, validator: Validator) -> bool:
        return self.value is None or validator.is_valid(self.value)


def stored(contract: Contract, type: str, since: int) -> Iterator[Stored]:
    """All resources of a type, by id. In a transaction.

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
        yield Stored(id, version, None if text is None else Document.read(text).value)


@transaction.atomic
def check(contract: Contract, key: str) -> ConformityCheck:
    """Judge the resources of a profile anew, and keep which do not fit in place of those before."""
    profile, since = contract.profile(key), judged_since(contract, key)
    made = ConformityCheck.objects.create(
        profile_id=profile.id,
        since=since,
        contract_version=contract.version,
        computed_at=timezone.now(),
        checked=0,
        total=0,
    )
    ids: list[str] = []
    for row in stored(contract, key, since):
        made.checked += 1
        if not row.fits(profile.validator):
            made.total += 1
            ids.append(row.id)
        if len(ids) == AT_A_TIME:
            _keep(made, ids)
            ids.clear()
    _keep(made, ids)
    made.save()
    _forget_those_before(made)
    return made


def _keep(made: ConformityCheck, ids: Sequence[str]) -> None:
    run(
        """
        INSERT INTO ingestion_nonconformingresource (check_made_id, public_id)
        SELECT %s, unnest(%s::text[])
        """,
        [made.pk, list(ids)],
    )


def _forget_those_before(made: ConformityCheck) -> None:
    before = "FROM ingestion_conformitycheck WHERE profile_id = %s AND id < %s"
    parameters = [made.profile_id, made.pk]
    rows = "DELETE FROM ingestion_nonconformingresource WHERE check_made_id"
    run(f"{rows} IN (SELECT id {before})", parameters)
    run(f"DELETE {before}", parameters)
