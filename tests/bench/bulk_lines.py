"""The files that the bulk cases load: one operation a line, some of them faulty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from profiles.exact import encode

PROFILE: dict[str, Any] = {
    "properties": {
        "name": {"type": "symbol"},
        "practiceNumber": {"type": "integer"},
        "specialities": {"type": "array", "items": {"type": "symbol"}},
        "note": {"type": "symbol"},
        "active": {"type": "boolean"},
        "since": {"type": "date"},
        "position": {"type": "geopoint"},
        "address": {"type": "address"},
    }
}
DEFINITION: dict[str, Any] = {
    "from": {"profileKey": "provider", "includeKey": "refersTo", "includeCardinality": "0:*"},
    "to": {"profileKey": "provider", "includeKey": "referredBy", "includeCardinality": "0:*"},
    "properties": {"effective": {"type": "period"}},
}
FAULTY = 250
"""One of so many records is faulty: four in a thousand."""

Line = dict[str, Any]


def write_lines(path: Path, lines: Iterator[Line]) -> Path:
    with path.open("wb") as file:
        file.writelines(encode(line) + b"\n" for line in lines)
    return path


def providers(action: str, count: int, *, edition: int = 1) -> Iterator[Line]:
    """`edition` sets the records of one load apart from those of another."""
    for number in range(count):
        yield _line(action, {"id": f"p{number}", "type": "provider", **_body(number, edition)})


def referrals(action: str, count: int, *, edition: int = 1) -> Iterator[Line]:
    """Each provider refers to two others at most."""
    for number in range(count):
        there, faulty = number * 7919 % count, number % FAULTY == 1
        yield _line(
            action,
            {
                "type": "referral",
                "from": {"id": f"p{_sound(number)}", "type": "provider"},
                "to": {"id": "nobody" if faulty else f"p{_sound(there)}", "type": "provider"},
                "data": {"effective": {"start": f"20{edition:02}-01-01"}},
            },
        )


def deletions(type: str, count: int, id_of: Callable[[int], str]) -> Iterator[Line]:
    for number in range(count):
        yield _line("DELETE", {"id": id_of(number), "type": type})


def provider_id(number: int) -> str:
    return f"p{number}"


def referral_id(count: int) -> Callable[[int], str]:
    def id_of(number: int) -> str:
        start, goal = _sound(number), _sound(number * 7919 % count)
        return f"provider.p{start},provider.p{goal}"

    return id_of


def _sound(number: int) -> int:
    """The number itself, or the next one if that provider is faulty."""
    return number + 1 if number % FAULTY == 0 else number


def _line(action: str, payload: Line) -> Line:
    return {"action": action, action.lower(): payload}


def _body(number: int, edition: int) -> Line:
    """About 0.8 kB."""
    return {
        "data": {
            "name": f"{('Ada', 'Ben', 'Chloé', 'Dai', 'Eve')[number % 5]} Provider {number}",
            "practiceNumber": str(number) if number % FAULTY == 0 else 1_000_000 + number,
            "specialities": ["Pharmacist", "Family medicine", "Palliative care"][: number % 3 + 1],
            "note": "Sees patients on weekdays; walk-ins before noon. " * 8,
            "active": number % 7 != 0,
            "since": f"{1980 + number % 40}-{number % 12 + 1:02}-{edition:02}",
            "position": {
                "longitude": round(-140 + number * 37 % 85_000 / 1000, 3),
                "latitude": round(42 + number * 53 % 25_000 / 1000, 3),
            },
            "address": {
                "use": "work",
                "line": [f"{number % 900} Main Street", "Suite 12"],
                "city": f"City {number % 200}",
                "state": "QC",
                "postalCode": "H2X 1Y4",
                "country": "CA",
            },
        }
    }
