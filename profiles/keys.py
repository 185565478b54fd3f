"""Keys of systems: from the text of a key to whoever holds it."""

from __future__ import annotations

import re
import time
from functools import lru_cache

from django.conf import settings
from django.db import connection

from profiles.access import Caller, Role
from profiles.models import ApiKey

REMEMBERED = 1024

_form = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}")


def holder_of(key: str) -> Caller | None:
    """Who holds a key; None if it is unknown, revoked or expired.

    One statement without the ORM, since requests of the API begin with it.
    """
    if not _form.fullmatch(key):
        return None
    row = _row(key.partition(".")[0])
    if row is None or not ApiKey.objects.key_generator.verify(key, row[0]):
        return None
    _, prefix, name, role, is_limited, rate_limit, source_keys = row
    return Caller(
        actor=f"key:{prefix} {name}",
        role=None if is_limited else Role(role),
        roles=dict.fromkeys(source_keys, Role(role)) if is_limited else {},
        rate_limit=rate_limit,
    )


class _Unknown(Exception):
    """Nobody holds the key. Raised, since what is raised is not remembered."""


def recent_holder_of(key: str) -> Caller | None:
    """Who held a key at most `KEY_SECONDS` ago.

    To ask the database for each request takes a quarter of what a read costs.
    """
    if not settings.KEY_SECONDS:
        return holder_of(key)
    try:
        return _remembered_holder(key, int(time.monotonic() / settings.KEY_SECONDS))
    except _Unknown:
        return None


@lru_cache(REMEMBERED)
def _remembered_holder(key: str, period: int) -> Caller:
    """Found anew in each period of `KEY_SECONDS`."""
    holder = holder_of(key)
    if holder is None:
        raise _Unknown
    return holder


def _row(prefix: str) -> tuple[str, str, str, str, bool, int | None, list[str]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT hashed_key, prefix, name, role, is_limited, rate_limit,
                   ARRAY(SELECT source.key
                         FROM profiles_apikey_sources AS listed
                              JOIN profiles_source AS source ON source.id = listed.source_id
                         WHERE listed.apikey_id = apikey.id)
            FROM profiles_apikey AS apikey
            WHERE prefix = %s AND NOT revoked
              AND (expiry_date IS NULL OR expiry_date > clock_timestamp())
            """,
            [prefix],
        )
        row: tuple[str, str, str, str, bool, int | None, list[str]] | None = cursor.fetchone()
    return row
