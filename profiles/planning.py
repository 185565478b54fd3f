"""What a definition would leave behind if it were saved: the stored records that would not fit it.

Records are kept by other apps, which say here what they find among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from profiles.contract import Contract
from profiles.definitions import Definitions, Outcome
from profiles.exact import Json
from profiles.faults import Fault
from profiles.preconditions import NONE, Preconditions
from profiles.reading import read_profile
from profiles.schema import Catalogue


class State(StrEnum):
    READY = "ready"
    COMPUTING = "computing"


@dataclass(frozen=True, slots=True)
class Planned:
    """A sound definition that is not saved: `what` it is, and the contract beside which."""

    what: str
    contract: Contract
    key: str
    body: Mapping[str, Json]

    @property
    def catalogue(self) -> Catalogue:
        """The profiles as they would be, where it is one."""
        return {**self.contract.catalogue, self.key: read_profile(self.body)}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What was found, with when; None if it takes longer, and nothing was found before."""

    state: State
    found: Mapping[str, Json] | None = None

    def as_json(self) -> dict[str, Json]:
        return {"state": self.state.value, **(self.found or {})}


@dataclass(frozen=True, slots=True)
class Plan:
    outcome: Outcome
    foreseen: Foreseen
    etag: str | None
    """Of the definition that there is; None where there is none."""

    def as_json(self) -> dict[str, Json]:
        return {"mode": "plan", "outcome": self.outcome.value, **self.foreseen.as_json()}


Foresight = Callable[[Planned], Foreseen]

foresights: list[Foresight] = []
"""Of the app that keeps the records: one. It registers when Django starts."""


def plan(
    definitions: Definitions[Any],
    source_key: str,
    key: str,
    body: Json,
    *,
    preconditions: Preconditions = NONE,
    found: Sequence[Fault] = (),
) -> Plan:
    """What would follow from `definitions.save`, which refuses the same. Changes nothing.

    Only what it finds among the records it tells instead of refusing it.
    """
    judged = definitions.judge(source_key, key, body, preconditions=preconditions, found=found)
    (foresee,) = foresights
    foreseen = foresee(Planned(definitions.what, judged.contract, key, body))
    etag = judged.current.etag if judged.current else None
    return Plan(judged.outcome, foreseen, etag)
