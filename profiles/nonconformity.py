"""Which records do not fit a definition: counted by rule and place, with a few examples of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from profiles.exact import Json
from profiles.faults import Fault

EXAMPLES = 5
ANY_ELEMENT = "*"


@dataclass(slots=True)
class FaultCount:
    """How many records break one rule at one place, whichever element of an array it is in."""

    path: str
    rule: str
    expected: Json
    """What fits, if that is the same for all of them."""
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, id: str, fault: Fault) -> None:
        self.count += 1
        if self.expected != fault.expected:
            self.expected = None
        if len(self.examples) < EXAMPLES:
            self.examples.append(id)

    def as_json(self) -> dict[str, Json]:
        shown = {"path": self.path, "rule": self.rule}
        expected = {} if self.expected is None else {"expected": self.expected}
        return {**shown, **expected, "count": self.count, "examples": self.examples}


@dataclass(slots=True)
class Tally:
    """What was found among the records of one type."""

    type: str
    checked: int = 0
    nonconforming: int = 0
    counts: dict[tuple[str, str], FaultCount] = field(default_factory=dict)

    def add(self, id: str, value: Json, faults: Iterable[Fault]) -> None:
        """A record. It counts once for each rule and place, however often it breaks it there."""
        self.checked += 1
        broken: dict[tuple[str, str], Fault] = {}
        for fault in faults:
            broken.setdefault((place_of(fault.path, value), fault.rule), fault)
        self.nonconforming += bool(broken)
        for (path, rule), fault in broken.items():
            new = FaultCount(path, rule, fault.expected)
            self.counts.setdefault((path, rule), new).add(id, fault)

    @property
    def faults(self) -> list[FaultCount]:
        """The most frequent first."""
        by_place = sorted(self.counts.values(), key=attrgetter("path", "rule"))
        return sorted(by_place, key=attrgetter("count"), reverse=True)


def findings(tallies: Sequence[Tally]) -> dict[str, Json]:
    """What was found in all, as JSON."""
    return {
        "checked": sum(tally.checked for tally in tallies),
        "nonconforming": sum(tally.nonconforming for tally in tallies),
        "types": [
            {"type": each.type, "checked": each.checked, "nonconforming": each.nonconforming}
            for each in tallies
        ],
        "faults": [
            {"type": tally.type, **count.as_json()} for tally in tallies for count in tally.faults
        ],
    }


def place_of(path: str, value: Json) -> str:
    """A JSON Pointer into `value` with `*` in place of each index of an array.

    A key of an object stays, also one that looks like an index.
    """
    steps = []
    for step in path.split("/")[1:]:
        is_index = isinstance(value, list)
        steps.append(ANY_ELEMENT if is_index else step)
        value = _member(value, step)
    return "".join(f"/{step}" for step in steps)


def _member(value: Json, step: str) -> Json:
    """What a step leads to; None where nothing is, as at a member that is required."""
    if isinstance(value, list):
        return value[int(step)] if step.isdecimal() and int(step) < len(value) else None
    if isinstance(value, dict):
        return value.get(step.replace("~1", "/").replace("~0", "~"))
    return None
