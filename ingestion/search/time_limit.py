"""The time that a search may take, so that one question never holds up all the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext

from django.conf import settings
from django.db import OperationalError, connections, transaction
from psycopg.errors import QueryCanceled

from ingestion.search.rarity import planned_anew
from profiles.faults import ErrorType, Refused

ALONE = {"jit": "off", "max_parallel_workers_per_gather": "0", "enable_sort": "on"}
BY_INDEX = {"enable_seqscan": "off"}
"""Where an index answers: the planner would rather read 20,000 rows, which takes it 15 ms."""
HASTE = 0.15
"""Seconds. So long it takes to read and sort what some ten thousand records have in common; to walk
the list for what more have takes less.
"""


@contextmanager
def searching(alias: str, *, is_plain: bool = False) -> Iterator[None]:
    """Statements in here are planned for their values, and cut off after SEARCH_SECONDS each.

    No parallel workers and no JIT, which pay only where much is read. A plain list walks one index,
    and needs none of this. Raises `Refused`.
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
def in_time(alias: str, *, is_planned_anew: bool = True) -> Iterator[None]:
    """Statements in here only read. Raises `TooLate` for one that was cut off.

    Settings that are made in here end with it. Inside another transaction it is rolled back, which
    undoes them. Else it is committed, since psycopg forgets its prepared plans on a rollback. With
    `is_planned_anew` each statement is planned for its values, else plans are kept.
    """
    is_within = connections[alias].in_atomic_block
    try:
        planned = planned_anew(alias) if is_planned_anew else nullcontext()
        with transaction.atomic(alias), planned:
            yield
            transaction.set_rollback(is_within, using=alias)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooLate from None
        raise


def patiently() -> dict[str, str]:
    """The settings of a search."""
    return {**ALONE, "statement_timeout": _milliseconds(settings.SEARCH_SECONDS)}


def in_haste() -> dict[str, str]:
    """Those of one that is given up early, to be done in another way."""
    haste = _milliseconds(min(HASTE, settings.SEARCH_SECONDS))
    return {**ALONE, "statement_timeout": haste}


def walking() -> dict[str, str]:
    """The settings of a search that walks the index of the list, and does not sort.

    Where a condition often holds, the planner may not see it, and would gather all such rows.
    """
    return {**patiently(), "enable_sort": "off"}


def by_any_value(alias: str) -> None:
    """Until the transaction ends, one generic plan serves every value, and time is short.

    PostgreSQL would prefer a plan for the values where they are frequent, and then plan each time.
    """
    kept = {"enable_sort": "off", "plan_cache_mode": "force_generic_plan"}
    _set(alias, {**in_haste(), **BY_INDEX, **kept})


def sample(alias: str) -> None:
    """From here on, until the transaction ends. A sample is a search, too: of a table that was
    never analysed it may read everything for each of its rows.
    """
    _set(alias, patiently())


def walk(alias: str) -> None:
    """Until the transaction ends, statements take their order from the index of the list."""
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
