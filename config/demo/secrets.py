"""What the demo has made up and has to know again: a file that only its owner can read.

It stands outside the database, since that keeps only hashes; it has a part for each database that
the demo was run with.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe

import msgspec

from config.postgres.account import server_account
from config.postgres.folders import PROJECT, persistent_home


class Access(msgspec.Struct, rename="camel"):
    """The ways into one database."""

    api_key: str = ""
    user: str = ""
    password: str = ""


class Secrets(msgspec.Struct, rename="camel"):
    secret_key: str = msgspec.field(default_factory=lambda: token_urlsafe(48))
    databases: dict[str, Access] = {}

    def access(self, database: str) -> Access:
        return self.databases.setdefault(database, Access())


def default_path() -> Path:
    """In the project; beside the data of the database where the project cannot be written to."""
    local = PROJECT / ".local"
    try:
        local.mkdir(exist_ok=True)
    except OSError:
        return persistent_home(PROJECT, server_account()).root / "demo.json"
    if os.access(local, os.W_OK):
        return local / "demo.json"
    return persistent_home(PROJECT, server_account()).root / "demo.json"


@contextmanager
def kept(path: Path) -> Iterator[Secrets]:
    """The secrets; what the block changes in them is kept. Other terminals wait until it ends."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        secrets = _read(path)
        try:
            yield secrets
        finally:  # What was made before something failed is in the database already.
            _write(path, secrets)


def _read(path: Path) -> Secrets:
    """A file that says nothing we understand is made anew: all in it can be made again."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Secrets)
    except (FileNotFoundError, msgspec.DecodeError):
        return Secrets()


def _write(path: Path, secrets: Secrets) -> None:
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    text = msgspec.json.format(msgspec.json.encode(secrets))
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(text)
    unfinished.replace(path)
