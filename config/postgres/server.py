"""One server process: started, waited for, shared by terminals, stopped."""

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
from config.postgres.duty import Duty, Say, is_on_duty, locked
from config.postgres.errors import PostgresUnavailable
from config.postgres.folders import PORT, claim_private_folder
from config.postgres.interruptions import bound_to_us, postponed
from config.postgres.plan import Plan

START_SECONDS = 60.0
STOP_SECONDS = 30.0
DEPARTURE_SECONDS = 60.0
"""So long one is waited for that is being stopped, with what its terminal still runs."""
LEAVING = (
    "The PostgreSQL of this project is being stopped by another terminal. Waiting until it is gone."
)
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def silent(_: str) -> None:
    """For whoever need not know, or was told."""


@contextmanager
def running(plan: Plan, say: Say = silent) -> Iterator[Duty | None]:
    """Have a server while the block runs: our own, with the duty for it, or another terminal's.

    Only ours is stopped. Once that is to be, `Duty.end` tells those who come: they wait until it is
    gone, and start their own.
    """
    process, duty = None, None
    try:
        process, duty = _joined_or_started(plan, say)
        yield duty
    finally:
        if duty is not None:
            duty.end()
        if process is not None:
            with locked(plan.home.lock):
                _stop(process)
                with suppress(OSError):
                    plan.home.socket.rmdir()


def _joined_or_started(plan: Plan, say: Say) -> tuple[subprocess.Popen[bytes] | None, Duty | None]:
    """A server that answers but whose terminal is gone may be nobody's: late, it is joined too.

    The lock makes a second terminal wait until the first one's server answers or is gone.
    """
    home, deadline = plan.home, time.monotonic() + DEPARTURE_SECONDS
    while True:
        with locked(home.lock, say):
            claim_private_folder(home.socket, plan.account)
            is_late = time.monotonic() > deadline
            if _answers(plan) and (is_late or is_on_duty(home.duty)):
                return None, None
            if is_late or not _holds_data(home.data):
                duty = Duty(home.duty)
                return _start(plan), duty
        say(LEAVING)
        say = silent
        time.sleep(0.05)


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
