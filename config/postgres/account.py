"""The operating-system account that the server runs under: PostgreSQL refuses to be root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def extra_groups(self) -> list[int] | None:
        """For `subprocess`: None keeps the groups as they are, since only root may change them."""
        return [] if os.geteuid() == 0 else None

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program as this account; OSError where the account cannot."""
        return subprocess.run(
            words,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=server_environment(),
            user=self.uid,
            group=self.gid,
            extra_groups=self.extra_groups,
        )

    def can_enter(self, folder: Path) -> bool:
        """Ask the system rather than the mode bits: it also knows access lists and mounts."""
        return self.run("test", "-x", folder).returncode == 0


def server_account() -> Account:
    """Who we are; for root, `postgres` or else `nobody`.

    Settings call this even when DATABASE_URL is set, so it never fails: an account that the
    system does not know is reported by `initdb`.
    """
    if os.geteuid() != 0:
        return _by_uid(os.geteuid())
    return _by_name("postgres") or _by_name("nobody") or Account("nobody", 65534, 65534)


def _by_uid(uid: int) -> Account:
    try:
        return Account(pwd.getpwuid(uid).pw_name, uid, os.getegid())
    except KeyError:
        return Account(str(uid), uid, os.getegid())


def _by_name(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid)


def server_environment() -> dict[str, str]:
    """Ours without PG…, which would change a server's defaults behind its command line."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}
