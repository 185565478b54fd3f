"""What is measured, as rows of a table: what is asked for, once something was made for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ingestion.operations import Operation
from profiles.exact import Json
from tests.sql_counts.desk import Desk
from tests.writing.asking import answers

Make = Callable[[Desk, int], Any]
"""Makes so many of something, and answers what they are called."""

Measured = Callable[[], None]
"""What is measured, once everything is prepared for it."""

Prepare = Callable[[Desk, int], Measured]
Cases = Mapping[str, Prepare]
"""By the names of the table."""


def nothing(desk: Desk, count: int) -> None:
    return None


def warmed(make: Make) -> Make:
    """For what changes definitions: nobody has to compile the contract any more."""

    def make_and_warm(desk: Desk, count: int) -> Any:
        made = make(desk, count)
        desk.warm()
        return made

    return make_and_warm


def asks(request: str, body: Json = None, *, after: Make = nothing, **headers: str) -> Prepare:
    """One request, in which may stand `{lot}`, `{source}`, `{now}`, and `{made}` by `after`."""

    def prepare(desk: Desk, count: int) -> Measured:
        made = after(desk, count)
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        names = {"lot": desk.lot, "source": desk.source.key, "made": str(made), "now": now}
        method, path = filled(request, names).split(" ", 1)
        sent, named = filled(body, names), filled(headers, names)

        def ask_it() -> None:
            answer = desk.api.send(method, path, sent, **named)
            assert answer.status in (200, 201, 202, 204), answer.text

        return ask_it

    return prepare


def writes(outcome: str, make: Make, operation: Callable[[str], Operation]) -> Prepare:
    """A batch with an operation for each that was made, straight through the write path."""

    def prepare(desk: Desk, count: int) -> Measured:
        return written(desk, [operation(id) for id in make(desk, count)], {outcome})

    return prepare


def written(desk: Desk, batch: list[Operation], outcomes: set[str]) -> Measured:
    def write() -> None:
        assert set(answers(desk.source, *batch)) == outcomes

    return write


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """Not by `format`: patterns hold braces too."""
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, Mapping):
        return {key: filled(one, names) for key, one in value.items()}
    return [filled(one, names) for one in value] if isinstance(value, list) else value
