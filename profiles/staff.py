"""Staff: what somebody who signed in to the admin may see and do, source by source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from profiles.access import Caller, Role
from profiles.models import SourceRole

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Staff:
    """A caller, as the API knows it, who also narrows the rows of the admin."""

    caller: Caller
    source_ids: Mapping[str, int]
    """Those of the sources in which the caller has a role, by their keys."""

    def may(self, role: Role, source_key: str | None = None) -> bool:
        """Whether in the source, or in any one if none is named."""
        if source_key is None:
            return self.caller.has_role_anywhere(role)
        return self.caller.has_role(role, source_key)

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
    rows = list(given.values_list("source__key", "source_id", "role"))
    roles = {key: Role(role) for key, _, role in rows}
    return Staff(Caller(actor, roles=roles), {key: id for key, id, _ in rows})


def staff_of(request: HttpRequest) -> Staff:
    """Found once for each request, so that what was revoked ends with the request."""
    known: Staff | None = getattr(request, "_staff", None)
    if known is None:
        known = find_staff(request.user)
        request._staff = known  # type: ignore[attr-defined]
    return known
