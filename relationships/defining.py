"""Many definitions at once, in whatever order they come: each is saved once it can be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from profiles.definitions import Definitions, Outcome, profiles
from profiles.exact import Json
from profiles.faults import Refused
from profiles.models import Profile
from relationships.definitions import SIDES, relationship_definitions

STUB: Json = {"properties": {}}


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A definition that is to be saved: a profile, or where it has ends, of relationships."""

    key: str
    body: Json

    @property
    def has_ends(self) -> bool:
        return isinstance(self.body, dict) and not self.body.keys().isdisjoint(SIDES)

    @property
    def definitions(self) -> Definitions[Any]:
        return relationship_definitions if self.has_ends else profiles

    @property
    def what(self) -> str:
        return self.definitions.what


Results = Mapping[Proposal, Outcome | Refused]


def define(
    source_key: str, proposals: Collection[Proposal], *, actor: str, reason: str = ""
) -> Results:
    """Save what can be saved, each in a transaction of its own. Says what became of each."""
    writer = _Writer(source_key, actor, reason)
    results = _save_while_possible(writer, proposals)
    together = _save_together(writer, _refused(results))
    if together:
        results |= together
        results |= _save_while_possible(writer, _refused(results))
    return results


@dataclass(frozen=True, slots=True)
class _Writer:
    source_key: str
    actor: str
    reason: str

    def save(self, definitions: Definitions[Any], key: str, body: Json) -> Outcome:
        saved = definitions.save(self.source_key, key, body, actor=self.actor, reason=self.reason)
        return saved.outcome


def _refused(results: Results) -> list[Proposal]:
    return [proposal for proposal, result in results.items() if isinstance(result, Refused)]


def _save_while_possible(
    writer: _Writer, proposals: Collection[Proposal]
) -> dict[Proposal, Outcome | Refused]:
    """Again and again, as long as one more can be saved: each may be what another waits for."""
    results: dict[Proposal, Outcome | Refused] = {}
    waiting = sorted(proposals, key=lambda proposal: proposal.has_ends)
    while waiting:
        results |= {proposal: _save(writer, proposal) for proposal in waiting}
        still_waiting = [one for one in waiting if isinstance(results[one], Refused)]
        if len(still_waiting) == len(waiting):
            break
        waiting = still_waiting
    return results


def _save(writer: _Writer, proposal: Proposal) -> Outcome | Refused:
    try:
        return writer.save(proposal.definitions, proposal.key, proposal.body)
    except Refused as refused:
        return refused


def _save_together(
    writer: _Writer, refused: Collection[Proposal]
) -> dict[Proposal, Outcome | Refused]:
    """Save new profiles that contain each other, so that none of them can be the first one.

    All of them are there before any is judged: without properties, and only for this transaction
    unless all are sound. So whoever is left out is left out for a fault of its own.
    """
    results: dict[Proposal, Outcome | Refused] = {}
    candidates = [one for one in refused if not one.has_ends and _is_new(writer.source_key, one)]
    while candidates:
        with transaction.atomic():
            for one in candidates:
                with suppress(Refused):
                    writer.save(profiles, one.key, STUB)
            tried = {one: _save(writer, one) for one in candidates}
            faulty = _refused(tried)
            transaction.set_rollback(bool(faulty))
        if not faulty:
            return results | dict.fromkeys(candidates, Outcome.CREATED)
        results |= {one: tried[one] for one in faulty}
        candidates = [one for one in candidates if one not in faulty]
    return results


def _is_new(source_key: str, proposal: Proposal) -> bool:
    live = Profile.objects.filter(source__key=source_key, key=proposal.key)
    return not live.exists()
