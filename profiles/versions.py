"""The versions of a part of the configuration in all its lives: what it was, and who made it so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from profiles.configuration import Subject
from profiles.definitions import Definitions
from profiles.faults import not_found
from profiles.models import ConfigurationChange, Definition, DefinitionVersion, Version

_number = re.compile("[1-9][0-9]{0,8}")


class VersionAction(StrEnum):
    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


class VersionEntry(NamedTuple):
    """A version in the list of versions, and the action that made it."""

    row: Version
    """Its body may have been left unread."""
    action: VersionAction


@dataclass(frozen=True, slots=True)
class Versions:
    rows: QuerySet[Any]

    @classmethod
    def of_definition(cls, definitions: Definitions[Any], definition: Definition) -> Versions:
        rows: Any = definitions.version_model._default_manager
        return cls(rows.filter(definition=definition))

    @classmethod
    def of(cls, subject: Subject) -> Versions:
        return cls(ConfigurationChange.objects.filter(subject.condition))

    def page(self, before: int | None, size: int) -> tuple[Sequence[VersionEntry], int | None]:
        """The newest versions below a number, and below which the next page goes on."""
        rows = self.rows if before is None else self.rows.filter(version__lt=before)
        is_gone = ExpressionWrapper(Q(body__isnull=True), output_field=BooleanField())
        # One more for the next page, and so that the last one knows the version before it.
        found = list(rows.defer("body").annotate(is_gone=is_gone).order_by("-version")[: size + 1])
        told = [
            VersionEntry(row, _action(row.is_gone, former is None or former.is_gone))
            for row, former in zip(found, [*found[1:], None], strict=True)
        ][:size]
        return told, told[-1].row.version if len(found) > size else None

    def find(self, number: str) -> VersionEntry:
        """Raises NOT_FOUND."""
        wanted = read_number(number)
        rows = {row.version: row for row in self.rows.filter(version__in=(wanted, wanted - 1))}
        if wanted not in rows:
            raise not_found("version")
        row, former = rows[wanted], rows.get(wanted - 1)
        return VersionEntry(row, _action(row.body is None, former is None or former.body is None))

    def find_two(self, number: str, other: str) -> tuple[Version, Version]:
        """Raises NOT_FOUND."""
        wanted = (read_number(number), read_number(other))
        rows = {row.version: row for row in self.rows.filter(version__in=wanted)}
        if rows.keys() != set(wanted):
            raise not_found("version")
        return rows[wanted[0]], rows[wanted[1]]


def read_number(text: str) -> int:
    """Raises NOT_FOUND for what is no number of a version."""
    if not _number.fullmatch(text):
        raise not_found("version")
    return int(text)


def contract_version_of(row: Version) -> int | None:
    """Of the source, where the version made a new one."""
    return row.contract_version if isinstance(row, DefinitionVersion) else None


def _action(is_gone: bool, was_gone: bool) -> VersionAction:
    if is_gone:
        return VersionAction.DELETE
    return VersionAction.CREATE if was_gone else VersionAction.UPDATE
