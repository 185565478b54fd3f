"""Keys of systems: from the text of a key to whoever holds it."""

from __future__ import annotations

import re

from django.db import connection

from profiles.access import Caller, Role
from profiles.models import ApiKey

_form = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}")


def holder_of(key: str) -> Caller | None:
    """Who holds a key; None if it is unknown, revoked or expired.

    One statement without the ORM, since every request of the API begins with it.
    """
    if not _form.fullmatch(key):
        return None
    row = _row(key.partition(".")[0])
    if row is None or not ApiKey.objects.key_generator.verify(key, row[0]):
        return None
    _, prefix, name, role, is_limited, rate_limit, source_keys = row
    return Caller(
        actor=f"key:{prefix} {name}",
        role=Role(role),
        source_keys=frozenset(source_keys) if is_limited else None,
        rate_limit=rate_limit,
    )


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
