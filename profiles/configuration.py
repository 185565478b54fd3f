"""The history of configuration that has no table of versions: sources, roles, API keys, the rights
of users, and what other apps record here.

Whoever saves such a thing records it afterwards, in the same transaction: the lock of the written
row keeps the versions in order. Of a key only the prefix is kept, never its secret or hash; of a
user no password, and nothing that is only about the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Q

from profiles.exact import Json, is_same
from profiles.models import (
    SOURCE_TYPE,
    ApiKey,
    ConfigurationChange,
    ConfigurationKind,
    Source,
    SourceRole,
)
from profiles.times import time_text


@dataclass(frozen=True, slots=True)
class Subject:
    """The thing that the versions are of."""

    kind: ConfigurationKind
    name: str
    source_id: int | None = None

    @classmethod
    def source(cls, source: Source) -> Subject:
        return cls(ConfigurationKind.SOURCE, source.key, source.pk)

    @classmethod
    def role(cls, role: SourceRole) -> Subject:
        return cls(ConfigurationKind.ROLE, str(role.user_id), role.source_id)

    @classmethod
    def key(cls, key: ApiKey) -> Subject:
        return cls(ConfigurationKind.KEY, key.prefix)

    @classmethod
    def user(cls, user: User) -> Subject:
        return cls(ConfigurationKind.USER, str(user.pk))

    @classmethod
    def changed(cls, change: ConfigurationChange) -> Subject:
        return cls(ConfigurationKind(change.kind), change.subject, change.source_id)

    @property
    def condition(self) -> Q:
        return Q(kind=self.kind, subject=self.name, source_id=self.source_id)


def record(subject: Subject, body: Json | None, *, actor: str, reason: str = "") -> int:
    """Append a version; None where the subject was deleted. The same again adds nothing.

    Answers the number of the last version.
    """
    return record_all({subject: body}, actor=actor, reason=reason)[subject]


def record_all(
    bodies: Mapping[Subject, Json | None], *, actor: str, reason: str = ""
) -> dict[Subject, int]:
    """As `record`, with two statements for all."""
    if not bodies:
        return {}
    numbers: dict[Subject, int] = {}
    last = _last_versions(bodies)
    made = []
    for subject, body in bodies.items():
        number, former = last.get(subject, (0, None))
        is_old = number > 0 and is_same(former, body)
        numbers[subject] = number if is_old else number + 1
        if is_old:
            continue
        made.append(
            ConfigurationChange(
                kind=subject.kind,
                subject=subject.name,
                source_id=subject.source_id,
                version=numbers[subject],
                body=body,
                actor=actor,
                reason=reason,
            )
        )
    ConfigurationChange.objects.bulk_create(made)
    return numbers


def _last_versions(bodies: Mapping[Subject, Json | None]) -> dict[Subject, tuple[int, Json | None]]:
    of_all = Q()
    for subject in bodies:
        of_all |= subject.condition
    identity = ("kind", "subject", "source_id")
    rows = ConfigurationChange.objects.filter(of_all).order_by(*identity, "-version")
    return {
        Subject(ConfigurationKind(kind), name, source_id): (version, body)
        for kind, name, source_id, version, body in rows.distinct(*identity).values_list(
            *identity, "version", "body"
        )
    }


def source_body(source: Source) -> dict[str, Json]:
    """A source as the API shows it."""
    shown = {"key": source.key, "type": SOURCE_TYPE}
    optional = {
        "name": source.name,
        "description": source.description,
        "retention": source.retention,
    }
    return shown | {name: said for name, said in optional.items() if said}


def role_body(role: SourceRole) -> dict[str, Json]:
    return {
        "user": role.user.get_username(),
        "source": role.source.key,
        "role": role.get_role_display(),
    }


def key_body(key: ApiKey) -> dict[str, Json]:
    """What a key was given. `sources` is there where it is limited to them."""
    given: dict[str, Json] = {"name": key.name, "role": key.role}
    if key.is_limited:
        given["sources"] = sorted(source.key for source in key.sources.all())
    if key.expiry_date is not None:
        given["expires"] = time_text(key.expiry_date)
    if key.rate_limit is not None:
        given["rateLimit"] = key.rate_limit
    return {**given, "revoked": key.revoked}


def user_body(user: User) -> dict[str, Json]:
    return {
        "username": user.get_username(),
        "active": user.is_active,
        "staff": user.is_staff,
        "superuser": user.is_superuser,
    }


def record_key(key: ApiKey, *, actor: str, reason: str = "") -> None:
    record(Subject.key(key), key_body(key), actor=actor, reason=reason)


def record_user(user: User, *, actor: str, reason: str = "") -> None:
    record(Subject.user(user), user_body(user), actor=actor, reason=reason)
