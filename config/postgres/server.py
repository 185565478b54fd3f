"""One server process: started, waited for, shared by terminals, stopped."""

import fcntl
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGINT, SIGQUIT

import psycopg

from config.postgres.account import server_environment
from config.postgres.data import make_data
from config.postgres.errors import PostgresUnavailable
from config.postgres.folders import PORT, claim_private_folder
from config.postgres.interruptions import bound_to_us, postponed
from config.postgres.plan import Plan

START_SECONDS = 60.0
STOP_SECONDS = 30.0
DEPARTURE_SECONDS = 15.0
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def running(plan: Plan) -> Iterator[bool]:
    """Have a server while the block runs; tells whether it is ours, and stops only ours.

    The lock makes a second terminal wait until the first one's server answers or is gone.
    """
    home = plan.home
    claim_private_folder(home.socket, plan.account)
    process = None
    try:
        with _locked(home.lock):
            if not _already_running(plan):
                process = _start(plan)
        yield process is not None
    finally:
        if process is not None:
            with _locked(home.lock):
                _stop(process)
                with suppress(OSError):
                    home.socket.rmdir()


def _start(plan: Plan) -> subprocess.Popen[bytes]:
    if not plan.home.data.exists():
        make_data(plan)
    process = _spawn(plan)
    try:
        _await_ready(process, plan)
        _create_database(plan)
    except BaseException:
        _stop(process)
        raise
    return process


def _spawn(plan: Plan) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C must reach the command first, the server last."""
    home, account = plan.home, plan.account
    settings = ["listen_addresses=", "unix_socket_permissions=0700"]
    settings += FORGETFUL if plan.forgetful else ()
    with home.log.open("wb") as log, postponed():
        return subprocess.Popen(
            [
                *(plan.installation.bin / "postgres", "-D", home.data),
                *("-k", home.socket, "-p", str(PORT)),
                *(word for setting in settings for word in ("-c", setting)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=server_environment(),
            user=account.uid,
            group=account.gid,
            extra_groups=account.extra_groups,
            start_new_session=True,
            preexec_fn=bound_to_us(SIGINT),
        )


def _await_ready(process: subprocess.Popen[bytes], plan: Plan) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(plan):
        if process.poll() is not None:
            raise PostgresUnavailable(f"PostgreSQL did not start:\n{_last_lines(plan.home.log)}")
        if time.monotonic() > deadline:
            raise PostgresUnavailable(
                f"PostgreSQL did not answer within {START_SECONDS:.0f} seconds:\n"
                f"{_last_lines(plan.home.log)}"
            )
        time.sleep(0.05)


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-10:])


def _already_running(plan: Plan) -> bool:
    """Whether a server answers; one that is just going down is waited for, and is none."""
    deadline = time.monotonic() + DEPARTURE_SECONDS
    while not _answers(plan):
        if time.monotonic() > deadline or not _holds_data(plan.home.data):
            return False
        time.sleep(0.05)
    return True


def _holds_data(data: Path) -> bool:
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def _answers(plan: Plan) -> bool:
    try:
        _connect(plan).close()
    except psycopg.OperationalError:
        return False
    return True


def _connect(plan: Plan) -> psycopg.Connection:
    return psycopg.connect(
        host=str(plan.home.socket),
        port=PORT,
        user="registrar",
        dbname="postgres",
        requirepeer=plan.account.name,
        connect_timeout=5,
        autocommit=True,
    )


def _create_database(plan: Plan) -> None:
    with _connect(plan) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = 'registrar'")
        if found.fetchone() is None:
            connection.execute("CREATE DATABASE registrar")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; then without a checkpoint, which costs a recovery; then by force."""
    for number in (SIGINT, SIGQUIT):
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
            return
    process.kill()
    process.wait()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
