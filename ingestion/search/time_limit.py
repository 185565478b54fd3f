"""The time that a search may take, so that one question never holds up all the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connections, transaction
from psycopg.errors import QueryCanceled

from profiles.api.rarity import planned_anew
from profiles.faults import ErrorType, Refused

ALONE = {"jit": "off", "max_parallel_workers_per_gather": "0", "enable_sort": "on"}
HASTE = 0.15
"""Seconds. So long it takes to read and sort what some ten thousand records have in common; to walk
the list for what more have takes less.
"""


@contextmanager
def searching(alias: str, *, is_plain: bool = False) -> Iterator[None]:
    """Statements in here are planned for their values, and ended after SEARCH_SECONDS each.

    They take no helpers and compile nothing, which pays only where much is read. A plain list walks
    one index from where it is: it is none of this. Raises `Refused`.
    """
    if is_plain:
        yield
        return
    try:
        with in_time(alias):
            _set(alias, patiently())
            yield
    except TooLate:
        raise took_too_long() from None


class TooLate(Exception):
    """A statement was not done in its time."""


@contextmanager
def in_time(alias: str) -> Iterator[None]:
    """Statements in here are planned for their values. Raises `TooLate` for one that was ended.

    They write nothing, so all is rolled back: what was set meanwhile holds no longer.
    """
    try:
        with transaction.atomic(alias), planned_anew(alias):
            yield
            transaction.set_rollback(True, using=alias)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooLate from None
        raise


def patiently() -> dict[str, str]:
    """The settings of a search."""
    return {**ALONE, "statement_timeout": _milliseconds(settings.SEARCH_SECONDS)}


def in_haste() -> dict[str, str]:
    """Those of one that is given up early, to be done in another way."""
    return {**ALONE, "statement_timeout": _milliseconds(min(HASTE, settings.SEARCH_SECONDS))}


def walking() -> dict[str, str]:
    """Those of one that takes its order from the index of the list, and does not sort.

    Where a condition holds often the planner may not see it, and gather all rows for which it does.
    """
    return {**patiently(), "enable_sort": "off"}


def walk(alias: str) -> None:
    """From here on, until the transaction ends."""
    _set(alias, walking())


def _set(alias: str, chosen: Mapping[str, str]) -> None:
    calls = ", ".join(["set_config(%s, %s, true)"] * len(chosen))
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [part for pair in chosen.items() for part in pair])


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def took_too_long() -> Refused:
    message = (
        f"The search took longer than {settings.SEARCH_SECONDS:g} s. Ask for less: filter by an"
        " indexed property, or by one that fewer records have."
    )
    return Refused(ErrorType.INVALID_ARGUMENT, message)
