"""Pages of the resources that do not fit their profile: found at once where there are few.

Where there are many they are found in the background, and judged again when they are shown: none
is listed that was corrected or deleted since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from ingestion.conformity.checks import BODY, Nonconforming, Stored, judged_since, stored
from ingestion.models import ConformityCheck
from ingestion.queueing import ask_for_check
from ingestion.sql import run
from ingestion.walking import are_few_resources, in_index_order
from profiles.contract import CompiledProfile, Contract
from profiles.exact import Document, Json
from profiles.planning import State
from profiles.times import time_text

FRESH = timedelta(hours=1)
"""After so long the numbers are made anew for whoever asks: records may have been corrected."""


@dataclass(frozen=True, slots=True)
class Age:
    """What is known of all resources of the profile, and as of when."""

    state: State
    computed_at: datetime | None = None
    contract_version: int = 0
    checked: int = 0
    total: int = 0

    def as_json(self) -> Mapping[str, Json]:
        if self.computed_at is None:
            return {"state": self.state.value}
        return {
            "state": self.state.value,
            "computedAt": time_text(self.computed_at),
            "contractVersion": self.contract_version,
            "checked": self.checked,
            "total": self.total,
        }


@dataclass(frozen=True, slots=True)
class NonconformingPage:
    rows: Sequence[Nonconforming]
    following: str | None
    """The id behind which the next page begins; None after the last."""
    age: Age


def nonconforming_page(contract: Contract, key: str, after: str, size: int) -> NonconformingPage:
    """Up to `size` of them, by id. Raises NOT_FOUND for the profile.

    A page may hold fewer though others follow: those that were corrected since they were found.
    """
    profile = contract.profile(key)
    if are_few_resources(contract.source_id, [profile.id]):
        return _found_now(profile, after, size)
    since = judged_since(contract, key)
    rows, following = _found_before(profile, since, after, size)
    return NonconformingPage(rows, following, _last_age(profile, since))


def age_of(contract: Contract, key: str) -> Age:
    """How many there are, without any of them."""
    return nonconforming_page(contract, key, "", 0).age


@transaction.atomic(savepoint=False)
def _found_now(profile: CompiledProfile, after: str, size: int) -> NonconformingPage:
    """What is wrong is only looked for in those of the page."""
    contract, judge = profile.contract, profile.validator
    now, since = timezone.now(), judged_since(contract, profile.key)
    checked = total = 0
    rows: list[Stored] = []
    for row in stored(contract, profile.key, since):
        checked += 1
        if not row.fits(judge):
            total += 1
            if row.id > after and len(rows) <= size:
                rows.append(row)
    page = [Nonconforming(row.id, row.version, judge.faults(row.value)) for row in rows[:size]]
    following = page[-1].id if page and len(rows) > size else None
    age = Age(State.READY, now, contract.version, checked, total)
    return NonconformingPage(page, following, age)


def _last_age(profile: CompiledProfile, since: int) -> Age:
    """Of the last check. Asks for a new one if the profile was changed since, or it is old."""
    made = ConformityCheck.objects.filter(profile_id=profile.id).order_by("-pk").first()
    is_of_now = made is not None and made.since == since
    is_fresh = made is not None and (made.total == 0 or made.computed_at > timezone.now() - FRESH)
    state = State.READY if is_of_now and is_fresh else State.COMPUTING
    if state is State.COMPUTING:
        ask_for_check(profile.contract.source_key, profile.key)
    if made is None:
        return Age(state)
    return Age(state, made.computed_at, made.contract_version, made.checked, made.total)


@in_index_order()
def _found_before(
    profile: CompiledProfile, since: int, after: str, size: int
) -> tuple[Sequence[Nonconforming], str | None]:
    """By the last check. It is looked up along with its rows, lest it be replaced in between."""
    found = run(
        f"""
        SELECT page.public_id, resource.version, resource.body
        FROM (
                 SELECT public_id FROM ingestion_nonconformingresource
                 WHERE check_made_id = (
                     SELECT max(id) FROM ingestion_conformitycheck WHERE profile_id = %s
                 ) AND public_id > %s
                 ORDER BY public_id LIMIT %s
             ) AS page
             LEFT JOIN LATERAL (
                 SELECT version, {BODY} AS body FROM ingestion_resource AS resource
                 WHERE source_id = %s AND profile_id = %s
                   AND resource.public_id BETWEEN page.public_id AND page.public_id
                 ORDER BY resource.public_id LIMIT 1
             ) AS resource ON TRUE
        ORDER BY page.public_id
        """,
        [
            *(profile.id, after, size + 1),
            *(since, profile.contract.source_id, profile.id),
        ],
    )
    rows = [
        Nonconforming(id, version, faults)
        for id, version, text in found[:size]
        if text is not None and (faults := profile.validator.faults(Document.read(text).value))
    ]
    return rows, found[size - 1][0] if size and len(found) > size else None
