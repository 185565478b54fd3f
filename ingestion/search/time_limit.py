"""The time that a search may take, so that one question never holds up all the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connections, transaction
from psycopg.errors import QueryCanceled

from profiles.api.rarity import planned_anew
from profiles.faults import ErrorType, Refused


@contextmanager
def searching(alias: str, *, is_plain: bool = False) -> Iterator[None]:
    """Statements in here are planned for their values, and ended after SEARCH_SECONDS each.

    A plain list walks one index from where it is: it is neither. Raises `Refused`.
    """
    if is_plain:
        yield
        return
    try:
        with transaction.atomic(alias), planned_anew(alias):
            with connections[alias].cursor() as cursor:
                milliseconds = round(settings.SEARCH_SECONDS * 1000)
                cursor.execute(f"SET LOCAL statement_timeout = {milliseconds}")
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise took_too_long() from None
        raise


def took_too_long() -> Refused:
    message = (
        f"The search took longer than {settings.SEARCH_SECONDS:g} s. Ask for less: filter by an"
        " indexed property, or by one that fewer records have."
    )
    return Refused(ErrorType.INVALID_ARGUMENT, message)
