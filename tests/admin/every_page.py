"""Every page of the admin, found by walking its addresses: a new one cannot be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import Model
from django.urls import URLPattern, URLResolver, reverse

from ingestion.models import Change

ROW_PAGES = (
    "history",
    "restore",
    "delete",
    "change",
    "password_change",
    "display",
    "picture",
    "neighbourhood",
    "nonconforming",
    "missing",
    "correct",
    "steer",
)
LIST_PAGES = ("changelist", "add", "start", "ends", "found", "deleted")
RECORD_PAGES = ("past", "compare")
"""Under the id of a record, since it may be gone."""
VERSION_PAGES = ("version", "restore_version", "edit_version")


class Level(IntEnum):
    """What somebody is in a source; each may do what the one before may."""

    NOTHING = 0
    VIEWER = 1
    STEWARD = 2
    OWNER = 3
    SUPERUSER = 4
    NOBODY = 5


class Rights(NamedTuple):
    """The level that each page of a model needs."""

    see: Level
    add: Level
    change: Level
    delete: Level

    def needed(self, page: str, method: str) -> Level:
        of_writers = ("display", "correct", "steer", "restore", "restore_version", "edit_version")
        if page in of_writers:
            return self.change
        if page in ("add", "start", "delete"):
            return self.delete if page == "delete" else self.add
        writes = method == "POST" and page in ("change", "password_change")
        return self.change if writes else self.see


def _all(see: Level, write: Level) -> Rights:
    return Rights(see, write, write, write)


RIGHTS = {
    "profiles_source": Rights(Level.VIEWER, Level.SUPERUSER, Level.OWNER, Level.OWNER),
    "profiles_profile": _all(Level.VIEWER, Level.OWNER),
    "relationships_relationshipdefinition": _all(Level.VIEWER, Level.OWNER),
    "ingestion_resource": _all(Level.VIEWER, Level.STEWARD),
    "relationships_relationship": _all(Level.VIEWER, Level.STEWARD),
    "ingestion_change": _all(Level.VIEWER, Level.NOBODY),
    "ingestion_erasure": Rights(Level.VIEWER, Level.OWNER, Level.NOBODY, Level.NOBODY),
    "ingestion_receipt": _all(Level.VIEWER, Level.NOBODY),
    "ingestion_task": Rights(Level.VIEWER, Level.STEWARD, Level.STEWARD, Level.NOBODY),
    "ingestion_subscription": _all(Level.OWNER, Level.OWNER),
    "ingestion_deadletter": Rights(Level.OWNER, Level.NOBODY, Level.NOBODY, Level.OWNER),
    "profiles_apikey": _all(Level.SUPERUSER, Level.SUPERUSER),
    "profiles_configurationchange": _all(Level.OWNER, Level.NOBODY),
    "auth_user": _all(Level.SUPERUSER, Level.SUPERUSER),
    "axes_accessattempt": Rights(Level.SUPERUSER, Level.NOBODY, Level.NOBODY, Level.SUPERUSER),
}
SHARED = {
    "index",
    "logout",
    "password_change",
    "password_change_done",
    "jsi18n",
    "autocomplete",
    "search",
}
"""For all of the staff. What `autocomplete` shows is asked for in the tests of leaks."""
ELSEWHERE = {"login", "view_on_site", "app_list", None}
"""Tested on their own. Without a name: redirects to rows, and what is not there."""


def walked(patterns: Sequence[Any] | None = None) -> Iterator[str | None]:
    """The name of every address."""
    for pattern in admin.site.urls[0] if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from walked(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name


class Place(NamedTuple):
    path: str
    needed: Level


def pages_of_models(rows: Sequence[Model], method: str) -> Iterator[Place]:
    """Every page of a model, with the level that it needs, and for each row those of the row."""
    for name in walked():
        if name in SHARED | ELSEWHERE:
            continue
        model, page = split(str(name))
        if page in ROW_PAGES:
            paths = [reverse(f"admin:{name}", args=[row.pk]) for row in rows if of(row, model)]
            assert paths, f"no row of {model}"
        elif page in RECORD_PAGES + VERSION_PAGES:
            ids = [named(row, page) for row in rows if of(row, model)]
            paths = [reverse(f"admin:{name}", args=own) for own in ids]
            assert paths, f"no row of {model}"
        else:
            paths = [reverse(f"admin:{name}")]
        yield from (Place(path, RIGHTS[model].needed(page, method)) for path in paths)


def named(row: Model, page: str) -> list[str]:
    """What the addresses of its history name: a record, and perhaps one of its versions."""
    change = Change.objects.select_related("source").get(record_id=row.pk)
    record = [change.source.key, change.collection, change.public_id]
    return [*record, change.pk.hex] if page in VERSION_PAGES else record


def split(name: str) -> tuple[str, str]:
    app, model, page = name.split("_", 2)
    return f"{app}_{model}", page


def of(row: Model, model: str) -> bool:
    return f"{row._meta.app_label}_{row._meta.model_name}" == model


INLINE = re.compile(
    r"<style|<script(?![^>]*(src=|application/json))|\sstyle=|\son[a-z]+=|javascript:", re.I
)
"""What the policy of the pages would stop."""
