"""A database and a server of the test's own, which it can kill as a power cut would (Linux)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGSTOP
from tempfile import TemporaryDirectory

from config.demo import serving
from config.demo.serving import Address
from config.postgres.account import server_account
from config.postgres.folders import PROJECT, database_url, persistent_home, temporary_home
from config.postgres.installations import choose_installation
from config.postgres.plan import Plan
from config.postgres.server import running
from tests.bench.processes import children_of, memory_of, runs
from tests.ports import free_port

SECONDS_TO_GO = 60.0


@dataclass
class Database:
    """As durable as in production: a forgetful one would lose what a crash must not."""

    plan: Plan
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def url(self) -> str:
        return database_url(self.plan.home.socket)

    def start(self) -> None:
        self._stack.enter_context(running(self.plan))

    def kill(self) -> None:
        """All of its processes. The first is held meanwhile: it would tell the others to stop."""
        first = int((self.plan.home.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(first, SIGSTOP)
        processes = [first, *children_of(first)]
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, SIGKILL)
        self.stop()
        _await_gone(processes)

    def stop(self) -> None:
        self._stack.close()


@dataclass
class Server:
    """The production server. Each start has a port of its own: nobody can have taken it."""

    environment: Mapping[str, str]
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        self.port = free_port()
        address = Address("127.0.0.1", self.port)
        self.process = self._stack.enter_context(serving.running(address, self.environment))

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, SIGKILL)
        self.stop()

    def stop(self) -> None:
        self._stack.close()

    @property
    def memory(self) -> int:
        """Bytes that its processes hold, each by itself."""
        assert self.process is not None
        return sum(memory_of(pid) for pid in (self.process.pid, *children_of(self.process.pid)))


@dataclass(frozen=True)
class Machines:
    database: Database
    server: Server
    key: str
    uploads: Path


@contextmanager
def installed() -> Iterator[Machines]:
    """A new database, migrated, and a server before it, with a key of the role admin."""
    account = server_account()
    with temporary_home() as home, ExitStack() as stack:
        shelter = lambda: persistent_home(PROJECT, account).root  # noqa: E731
        installation = choose_installation(account, home.data, shelter)
        database = Database(Plan(home, installation, account, forgetful=False))
        stack.callback(database.stop)
        database.start()
        uploads = stack.enter_context(TemporaryDirectory())
        environment = _environment(database.url, uploads)
        _manage(environment, "migrate", "--verbosity=0")
        key = _manage(environment, "createkey", "crash", "--role=admin")
        server = Server(environment)
        stack.callback(server.stop)
        server.start()
        yield Machines(database, server, key, Path(uploads))


def _environment(url: str, uploads: str) -> dict[str, str]:
    """Its log is silent: it tells of every outage that we cause."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "for tests",
        "LOG_LEVEL": "CRITICAL",
        "BULK_SHARED_BYTES": "0",
        "UPLOADS_OPTIONS": json.dumps({"location": uploads}),
    }


def _manage(environment: Mapping[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _await_gone(processes: list[int]) -> None:
    """Orphans end a moment later, and a new server does not start beside one."""
    deadline = time.monotonic() + SECONDS_TO_GO
    while any(runs(pid) for pid in processes):
        assert time.monotonic() < deadline, "processes outlive SIGKILL"
        time.sleep(0.01)
