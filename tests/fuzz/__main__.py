"""`make fuzz`: schemathesis against a production server. Nothing fails, all is as described."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from django.db import connection

from tests.bench.processes import ASGI, served
from tests.fuzz.report import SHARE_NEEDED, share_done, table, tallies
from tests.ports import free_port

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
DATABASE = "registrar_fuzz"


def main() -> int:
    options, passed_on = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    with _database(), tempfile.TemporaryDirectory() as folder:
        code, report = _attack(options, passed_on, Path(folder))
    sys.stdout.write(table(report))
    share = share_done(tallies(report)[1]["all"])
    if not passed_on and share < SHARE_NEEDED:
        sys.stdout.write(f"Only {share:.0%} of the well-formed requests did something.\n")
        return 1
    return code


def _options() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz",
        description=__doc__,
        epilog="Anything else goes to `schemathesis run`.",
    )
    parser.add_argument("--examples", type=int, default=100, help="for each operation and phase")
    parser.add_argument("--seconds", type=int, help="begin anew until they are over")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    return parser.parse_known_args()


def _attack(
    options: argparse.Namespace, passed_on: list[str], folder: Path
) -> tuple[int, dict[str, Any]]:
    """The exit code of schemathesis, and what the hooks have counted."""
    port, listener = free_port(), free_port()
    document, report = folder / "openapi.json", folder / "report.json"
    os.environ |= _environment(port, listener, report)
    with (
        served("tests.fuzz.wsgi:application", "config.settings", port, "/readyz"),
        served("config.asgi:application", "config.settings", listener, "/readyz", ASGI),
        _working(),
    ):
        # From a file: schemathesis leaves out the operation that it has the document from.
        urllib.request.urlretrieve(f"http://127.0.0.1:{port}/api/schema", document)
        code = subprocess.call(_command(port, document, options, passed_on))
    return code, json.loads(report.read_text())


@contextmanager
def _working() -> Iterator[None]:
    """A worker, which builds the indexes of the properties that are searched."""
    command = [sys.executable, "-m", "tests.fuzz.worker"]
    with subprocess.Popen(command, env={**os.environ, "LOG_LEVEL": "ERROR"}) as process:
        try:
            yield
        finally:
            process.terminate()


@contextmanager
def _database() -> Iterator[None]:
    """A database of its own, since a server that DATABASE_URL names may hold somebody's data."""
    connection.settings_dict["TEST"]["NAME"] = DATABASE
    url = os.environ["DATABASE_URL"]
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        os.environ["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{DATABASE}").geturl()
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def _environment(port: int, listener: int, report: Path) -> dict[str, str]:
    from tests.factories import make_key

    return {
        "FUZZ_PORT": str(port),
        "LISTENER_URL": f"http://127.0.0.1:{listener}",
        "FUZZ_KEY": make_key("admin"),
        "FUZZ_REPORT": str(report),
    }


def _command(
    port: int, document: Path, options: argparse.Namespace, passed_on: list[str]
) -> list[str]:
    return [
        str(Path(sys.executable).with_name("schemathesis")),
        *("--config-file", str(CONFIGURATION), "run", str(document)),
        *("--url", f"http://127.0.0.1:{port}"),
        *("--max-examples", str(options.examples), "--seed", str(options.seed)),
        *(["--max-time", str(options.seconds)] if options.seconds else []),
        *("--generation-database", "none", "--no-color"),
        *passed_on,
    ]


if __name__ == "__main__":
    sys.exit(main())
