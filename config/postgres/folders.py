"""Where a server keeps its data and its socket, and the address that follows from it."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from config.postgres.account import Account, server_account
from config.postgres.errors import PostgresUnavailable

PROJECT = Path(__file__).resolve().parents[2]
PORT = 5432  # Names the socket file only: no server of ours listens on a network.

# Not TMPDIR: a socket path over 107 bytes (103 on macOS) fails, and two terminals may differ in it.
SHORT_FOLDER = Path("/tmp")  # noqa: S108  `claim_private_folder` checks whose a folder is
PREFIX = "registrar-"
"""Of every folder that we make outside the project."""


@dataclass(frozen=True, slots=True)
class Home:
    """One server's folders: `root` belongs to whoever started us, the rest to its account."""

    root: Path
    socket: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def log(self) -> Path:
        return self.root / "server.log"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def duty(self) -> Path:
        return self.root / "duty"


def local_database_url() -> str:
    """Reach the server of this project's `make demo` from any terminal. Starts nothing."""
    return database_url(socket_folder(PROJECT))


def is_local(host: str) -> bool:
    """Whether a database's host is the socket of a server that this package starts."""
    return host.startswith(f"{SHORT_FOLDER}/{PREFIX}")


def database_url(socket: Path) -> str:
    """An address that libpq and django-environ both understand.

    The port is named lest PGPORT change it. With `requirepeer` a client talks to nobody else's
    server, even where another user has taken the folder's name first.
    """
    query = urlencode({"host": str(socket), "requirepeer": server_account().name})
    return f"postgresql://registrar@:{PORT}/registrar?{query}"


def socket_folder(project: Path) -> Path:
    return SHORT_FOLDER / _name(project)


def persistent_home(project: Path, account: Account) -> Home:
    """Prefer the project; outside it where the server's account cannot enter the project."""
    places = (
        project / ".local" / "postgres",
        Path("/var/lib") / _name(project),
        SHORT_FOLDER / f"{_name(project)}-data",
    )
    for root in places:
        if _make_root(root, account):
            return Home(root, socket_folder(project))
    raise PostgresUnavailable(
        f"The user {account.name} can keep no data in any of {', '.join(map(str, places))}. "
        "Make one of them usable, or set DATABASE_URL."
    )


@contextmanager
def temporary_home() -> Iterator[Home]:
    with TemporaryDirectory(prefix=PREFIX, dir=SHORT_FOLDER, ignore_cleanup_errors=True) as name:
        root = Path(name)
        root.chmod(0o711)  # the server's account passes through to the two folders that are its own
        yield Home(root, root / "socket")


def claim_private_folder(folder: Path, account: Account) -> None:
    """Make a folder that only `account` can enter; refuse one that another user has prepared."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    ours = found.st_uid in {os.geteuid(), account.uid}
    if not (ours and stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077):
        raise PostgresUnavailable(
            f"{folder} exists and is not a private folder (mode 0700) of {account.name}. "
            "Another user may have made it. Remove it, and start again."
        )
    os.chown(folder, account.uid, account.gid, follow_symlinks=False)


def _name(project: Path) -> str:
    return f"{PREFIX}{hashlib.sha256(os.fsencode(project)).hexdigest()[:12]}"


def _make_root(root: Path, account: Account) -> bool:
    """Whether `root` is there, ours, and open to `account`; leaves no trace where it cannot be."""
    nearest = next(folder for folder in (root, *root.parents) if folder.exists())
    if not account.can_enter(nearest):
        return False
    try:
        for folder in (root.parent, root):
            if not folder.exists():
                folder.mkdir()
                folder.chmod(0o755)  # whatever the umask says
    except OSError:
        return False
    return root.lstat().st_uid == os.geteuid() and account.can_enter(root)
