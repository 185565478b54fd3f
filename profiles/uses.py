"""What refers to a row, and so keeps it from being deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import PROTECT, ManyToOneRel, Model, Q

from profiles.faults import ErrorType, Fault, Refused

NAMED = 5
"""So many of those that use something are called by their keys."""


def uses_of(row: Model) -> Iterable[Fault]:
    """What refers to a row, told from the foreign keys that protect it."""
    for model, referring in _protecting(row).items():
        users = model._default_manager.filter(referring).order_by()
        if count := users.count():
            yield in_use(count, model, _keys(users, model))


def in_use(count: int, model: type[Model], keys: Sequence[str] = ()) -> Fault:
    """`keys` are the first of their keys, in order: records have none, and are only counted."""
    what = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
    message = f"Is used by {count} {what}{_named(count, keys)}."
    return Fault("", "unused", message, type=ErrorType.FAILED_PRECONDITION)


def refuse_if_used(what: str, faults: Iterable[Fault]) -> None:
    if found := list(faults):
        users = " ".join(fault.message for fault in found)
        raise Refused(ErrorType.FAILED_PRECONDITION, f"The {what} is in use. {users}", found)


def _protecting(row: Model) -> dict[type[Model], Q]:
    """By model, so that what refers to a row twice is told once."""
    found: dict[type[Model], Q] = {}
    for relation in row._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.on_delete is PROTECT:
            model = relation.related_model
            found[model] = found.get(model, Q()) | Q(**{relation.field.name: row})
    return found


def _keys(users: Any, model: type[Model]) -> Sequence[str]:
    if not any(field.name == "key" for field in model._meta.get_fields()):
        return ()
    return list(users.order_by("key").values_list("key", flat=True)[:NAMED])


def _named(count: int, keys: Sequence[str]) -> str:
    if not keys:
        return ""
    shown = keys[:NAMED]
    more = f" and {count - len(shown)} more" if count > len(shown) else ""
    return f": {', '.join(shown)}{more}"
