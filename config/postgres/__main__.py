"""Run a command with a PostgreSQL: `python -m config.postgres [--temporary] -- COMMAND ARG…`."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from signal import SIGTERM

from config.postgres.account import server_account
from config.postgres.errors import PostgresUnavailable
from config.postgres.folders import PROJECT, Home, database_url, persistent_home, temporary_home
from config.postgres.installations import choose_installation
from config.postgres.interruptions import Interruptions, bound_to_us, postponed
from config.postgres.plan import Plan
from config.postgres.server import running

NOT_FOUND = 127  # what shells answer


def main() -> int:
    options = _parser().parse_args()
    program = options.command[0]
    if shutil.which(program) is None:
        _say(f"The command {program} was not found.")
        return NOT_FOUND
    if os.environ.get("DATABASE_URL"):
        os.execvp(program, options.command)
    try:
        return run_with_server(
            options.command,
            temporary=options.temporary,
            forgetful=options.temporary and not options.durable,
        )
    except PostgresUnavailable as error:
        _say(error)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m config.postgres",
        description="Run a command with a PostgreSQL of its own, unless DATABASE_URL names one.",
    )
    parser.add_argument("--temporary", action="store_true", help="begin empty and keep nothing")
    parser.add_argument(
        "--durable", action="store_true", help="with --temporary: write to disk as in production"
    )
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    return parser


def run_with_server(command: list[str], *, temporary: bool, forgetful: bool) -> int:
    interruptions = Interruptions()
    with _plan(temporary=temporary, forgetful=forgetful) as plan, running(plan, _say) as duty:
        if not temporary:
            _tell(plan, is_ours=duty is not None)
        if duty is not None:
            interruptions.before_all(duty.end)
        try:
            return _run(command, plan.home, interruptions)
        finally:
            interruptions.finish()


@contextmanager
def _plan(*, temporary: bool, forgetful: bool) -> Iterator[Plan]:
    account = server_account()
    with temporary_home() if temporary else _persistent() as home:
        installation = choose_installation(
            account,
            home.data,
            shelter=lambda: persistent_home(PROJECT, account).root,
        )
        yield Plan(home, installation, account, forgetful=forgetful)


@contextmanager
def _persistent() -> Iterator[Home]:
    yield persistent_home(PROJECT, server_account())


def _tell(plan: Plan, *, is_ours: bool) -> None:
    root = plan.home.root
    if is_ours:
        _say(f"{plan.installation.label} runs, with its data in {root}.")
    else:
        _say("The PostgreSQL of this project runs already; it is used, and left running.")
        _say("It stops with the terminal that has started it.")
    if not root.is_relative_to(PROJECT):
        _say(
            f"The data is outside the project because {plan.account.name}, which PostgreSQL runs "
            f"as, cannot use {PROJECT}."
        )


def _say(message: object) -> None:
    sys.stderr.write(f"{message}\n")


def _run(command: list[str], home: Home, interruptions: Interruptions) -> int:
    """Run in a session of its own, so that Ctrl-C comes once, through us, to all of it."""
    environment = os.environ | {"DATABASE_URL": database_url(home.socket)}
    with postponed():
        process = subprocess.Popen(
            command, env=environment, start_new_session=True, preexec_fn=bound_to_us(SIGTERM)
        )
        interruptions.go_to(process.pid)
    code = process.wait()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, SIGTERM)  # what the command has left behind
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
