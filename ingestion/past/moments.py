"""Moments that somebody names: RFC 3339, to the second at least, with an offset."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from rest_framework.request import Request

from ingestion.sql import run
from profiles.api.parameters import refused_parameter
from profiles.datatypes.moments import Instant

AT = "at"
FORM = "Must be a date and time with an offset, like 2024-05-31T13:30:00Z."

_instant = re.compile(Instant.pattern)


def moment_parameter(request: Request, name: str) -> datetime | None:
    """None where it is not given. Raises `Refused`."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        if _instant.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise refused_parameter(name, FORM, "an instant")


def past_moment(request: Request) -> datetime:
    """`at`, by the clock that gives changes their times. Raises `Refused` for what is to come."""
    at = moment_parameter(request, AT)
    assert at is not None, "asked for only where it is given"
    ((is_past,),) = run("SELECT %s <= clock_timestamp()", [at])
    if not is_past:
        raise refused_parameter(AT, "Must not be in the future.")
    return at
