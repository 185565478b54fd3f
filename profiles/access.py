"""Who asks, and what they may do (design.md, section 4, *Access*)."""

from dataclasses import dataclass
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


COMMAND_LINE = "command line"
"""The actor of whoever writes by a command of `manage.py`."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever was authenticated. `actor` is the name that history keeps."""

    actor: str
    role: Role
    source_keys: frozenset[str] | None = None
    """The sources that the caller sees; None for every one."""
    rate_limit: int | None = None
    """Requests a minute; None for no limit."""

    @property
    def is_authenticated(self) -> bool:
        """What Django and DRF ask of a user."""
        return True

    def sees(self, source_key: str) -> bool:
        return self.source_keys is None or source_key in self.source_keys

    def require_source(self, source_key: str) -> None:
        """Raises NOT_FOUND, the same as for a source that is not there."""
        if not self.sees(source_key):
            raise not_found("source")

    def require_role(self, role: Role) -> None:
        if not self.role.includes(role):
            raise Refused(ErrorType.PERMISSION_DENIED, f"This needs the role {role}.")

    def require_every_source(self) -> None:
        """A key that is limited to sources creates none."""
        if self.source_keys is not None:
            message = "A key that is limited to sources cannot create one."
            raise Refused(ErrorType.PERMISSION_DENIED, message)
