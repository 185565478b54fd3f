"""Who asks, and what they may do (design.md, section 4, *Access*)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from profiles.faults import ErrorType, Refused, not_found


class Role(StrEnum):
    """Each role may do what the one before it may."""

    READER = "reader"
    WRITER = "writer"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(other)


STAFF_WORDS = {Role.READER: "viewer", Role.WRITER: "steward", Role.ADMIN: "owner"}
"""What staff are called who have a role in a source."""

COMMAND_LINE = "command line"
"""The actor of whoever writes by a command of `manage.py`."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever was authenticated. `actor` is the name that history keeps."""

    actor: str
    role: Role | None = None
    """The role in every source; None for somebody who has the `roles` only."""
    roles: Mapping[str, Role] = field(default_factory=dict)
    """The role in each source, by its key, of somebody who is limited to sources."""
    rate_limit: int | None = None
    """Requests a minute; None for no limit."""

    @property
    def is_authenticated(self) -> bool:
        """What Django and DRF ask of a user."""
        return True

    @property
    def source_keys(self) -> frozenset[str] | None:
        """The sources that the caller sees; None for every one."""
        return None if self.role else frozenset(self.roles)

    def has_role(self, role: Role, source_key: str | None) -> bool:
        """Whether in the source; None for every source."""
        given = self.role or (None if source_key is None else self.roles.get(source_key))
        return given is not None and given.includes(role)

    def has_role_anywhere(self, role: Role) -> bool:
        given = (self.role,) if self.role else self.roles.values()
        return any(held.includes(role) for held in given)

    def require_source(self, source_key: str) -> None:
        """Raises NOT_FOUND, the same as for a source that is not there."""
        if not self.has_role(Role.READER, source_key):
            raise not_found("source")

    def require_role(self, role: Role, source_key: str | None) -> None:
        if not self.has_role(role, source_key):
            raise Refused(ErrorType.PERMISSION_DENIED, f"This needs the role {role}.")

    def require_every_source(self) -> None:
        """Who is limited to sources creates none."""
        if self.role is None:
            message = "Who is limited to sources cannot create one."
            raise Refused(ErrorType.PERMISSION_DENIED, message)
