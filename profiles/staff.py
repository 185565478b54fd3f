"""Staff: what somebody who signed in to the admin may see and do, source by source."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from profiles.access import Caller, Role
from profiles.models import Source, SourceRole
from profiles.request_cache import found_once

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Staff:
    """A caller, as the API knows it, who also narrows the rows of the admin."""

    caller: Caller
    source_ids: Mapping[str, int]
    """Those of the sources in which the caller has a role, by their keys."""
    retired: Collection[str] = ()
    """Those of them that are retired."""

    def may(self, role: Role, source_key: str | None = None) -> bool:
        """Whether in the source, or in any one if none is named."""
        if source_key is None:
            return self.caller.has_role_anywhere(role)
        return self.caller.has_role(role, source_key)

    def sources_seen(self) -> list[str]:
        """The keys of the live sources that the caller sees; asked for only where it sees all."""
        if self.caller.has_role(Role.READER, None):
            return list(Source.objects.order_by("key").values_list("key", flat=True))
        return sorted(self.source_ids.keys() - self.retired)

    def narrow(
        self, rows: QuerySet[M], role: Role = Role.READER, by: str = "source_id"
    ) -> QuerySet[M]:
        """The rows of sources in which the caller has the role. `by` names their source's id."""
        if self.caller.has_role(role, None):
            return rows
        ids = [id for key, id in self.source_ids.items() if self.caller.has_role(role, key)]
        return rows.filter(**{f"{by}__in": ids})


def find_staff(user: AbstractBaseUser | AnonymousUser) -> Staff:
    """With one statement; who is no active member of the staff may do nothing."""
    actor = f"user:{user.get_username()}"
    if not (user.is_active and getattr(user, "is_staff", False)):
        return Staff(Caller(actor), {})
    if getattr(user, "is_superuser", False):
        return Staff(Caller(actor, Role.ADMIN), {})
    given = SourceRole.objects.filter(user_id=user.pk).order_by()
    columns = ("source__key", "source_id", "role", "source__retired_at")
    rows = list(given.values_list(*columns))
    roles = {key: Role(role) for key, _, role, _ in rows}
    retired = {key for key, _, _, at in rows if at is not None}
    return Staff(Caller(actor, roles=roles), {key: id for key, id, *_ in rows}, retired)


def staff_of(request: HttpRequest) -> Staff:
    """Found once for each request, so that what was revoked ends with the request."""
    return found_once(request, "staff", lambda: find_staff(request.user))
