"""What refers to a row, and so keeps it from being deleted."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import PROTECT, ManyToOneRel, Model

from profiles.faults import ErrorType, Fault, Refused


def uses_of(row: Model) -> Iterable[Fault]:
    """What refers to a row, told from the foreign keys that protect it."""
    for relation in row._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.on_delete is PROTECT:
            users = relation.related_model._default_manager
            if count := users.filter(**{relation.field.name: row}).count():
                yield in_use(count, relation.related_model)


def in_use(count: int, model: type[Model]) -> Fault:
    names = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
    return Fault("", "unused", f"Is used by {count} {names}.", type=ErrorType.FAILED_PRECONDITION)


def refuse_if_used(what: str, faults: Iterable[Fault]) -> None:
    if found := list(faults):
        users = " ".join(fault.message for fault in found)
        raise Refused(ErrorType.FAILED_PRECONDITION, f"The {what} is in use. {users}", found)
