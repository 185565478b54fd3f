"""Times on the wire."""

from __future__ import annotations

from datetime import UTC, datetime


def time_text(time: datetime | None) -> str:
    """RFC 3339 in UTC with microseconds, always the same length."""
    assert time is not None, "a written record has its times"
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
