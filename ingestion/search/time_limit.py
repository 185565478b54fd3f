"""The time that a search may take, so that one question never holds up all the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connections, transaction
from psycopg.errors import QueryCanceled

from profiles.api.rarity import planned_anew
from profiles.faults import ErrorType, Refused

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
        with transaction.atomic(alias), planned_anew(alias):
            _set(
                alias,
                statement_timeout=_milliseconds(settings.SEARCH_SECONDS),
                jit="off",
                max_parallel_workers_per_gather="0",
            )
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise took_too_long() from None
        raise


class TooLate(Exception):
    """A statement was not done in haste."""


@contextmanager
def in_haste(alias: str) -> Iterator[None]:
    """Inside of a search: statements in here end soon. `TooLate` leaves all as it was."""
    try:
        with transaction.atomic(alias):
            _set(alias, statement_timeout=_milliseconds(min(HASTE, settings.SEARCH_SECONDS)))
            yield
            _set(alias, statement_timeout=_milliseconds(settings.SEARCH_SECONDS))
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooLate from None
        raise


@contextmanager
def walking(alias: str) -> Iterator[None]:
    """Inside of a search: statements in here take their order from its index, and do not sort.

    Where a condition holds often the planner may not see it, and gather all rows for which it does.
    """
    _set(alias, enable_sort="off")
    yield
    _set(alias, enable_sort="on")


def _set(alias: str, **settings: str) -> None:
    """Until the transaction ends, in one statement."""
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [part for pair in settings.items() for part in pair])


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def took_too_long() -> Refused:
    message = (
        f"The search took longer than {settings.SEARCH_SECONDS:g} s. Ask for less: filter by an"
        " indexed property, or by one that fewer records have."
    )
    return Refused(ErrorType.INVALID_ARGUMENT, message)
