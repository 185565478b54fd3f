"""How many requests there were, and how many of the well-formed ones did something."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

HEAD = "well-formed   2xx  statuses (with those of ill-formed requests)"


SHARE_NEEDED = 1 / 3
"""Of the well-formed requests. Where hardly any finds its record, nothing is proved."""

Tallies = dict[str, Counter[int]]
"""How often each status was answered, by operation and phase, and for all."""


def tallies(report: Any) -> tuple[Tallies, Tallies]:
    """Of all requests, and of the well-formed ones."""
    every: Tallies = defaultdict(Counter)
    well_formed: Tallies = defaultdict(Counter)
    for phase, is_well_formed, operation, status, count in report["answers"]:
        for name in (operation, phase, "all"):
            every[name][status] += count
            well_formed[name][status] += count * is_well_formed
    return every, well_formed


def table(report: Any) -> str:
    return "\n".join(_lines(report)) + "\n"


def share_done(counted: Counter[int]) -> float:
    done = sum(count for status, count in counted.items() if 200 <= status < 300)
    return done / max(1, counted.total())


def _lines(report: Any) -> Iterator[str]:
    every, well_formed = tallies(report)
    width = max(map(len, every), default=0)
    yield f"{'':{width}} {HEAD}"
    for name in sorted(every):
        tally = well_formed[name]
        figures = f"{tally.total():11} {share_done(tally):5.0%}"
        yield f"{name:{width}} {figures}  {_statuses(every[name])}"
    if report["refused"]:
        yield f"Not put back: {len(report['refused'])} times, first {report['refused'][0]}"


def _statuses(counted: Counter[int]) -> str:
    return " ".join(f"{status}:{count}" for status, count in sorted(counted.items()))
