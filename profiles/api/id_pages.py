"""Pages of lists that have one order, by id."""

from __future__ import annotations

from rest_framework.request import Request

from profiles.api.cursors import Cursor, read_cursor, write_cursor
from profiles.api.parameters import bad_parameter
from profiles.faults import ErrorType, Refused

ID_PAGE_PARAMETERS = ("cursor", "perPage")


def position_of(request: Request, listed: str) -> list[str] | None:
    """The id behind which a page of the list `listed` begins, in its parts; None for the first."""
    text = request.query_params.get("cursor")
    if text is None:
        return None
    cursor = read_cursor(text, listed, Cursor)
    if cursor is None:
        raise no_cursor()
    return cursor.id


def cursor_behind(listed: str, *id: str) -> str:
    return write_cursor(Cursor("id", "", None, [*id]), listed)


def no_cursor() -> Refused:
    fault = bad_parameter("cursor", "Is no cursor of this list.")
    return Refused(ErrorType.INVALID_ARGUMENT, f"Bad query parameters. {fault.message}", [fault])
