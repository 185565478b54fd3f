"""`manage.py demo`: migrate, fill in example data, serve, and say how to get in."""

from __future__ import annotations

import os
import subprocess
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

from config.demo import access, secrets, serving
from config.demo.definitions import SOURCE
from config.demo.secrets import Access
from config.demo.seeding import seed
from config.demo.serving import Address, ServerUnavailable
from config.postgres.interruptions import Interruptions


class Command(BaseCommand):
    help = "Run Registrar with example data until Ctrl-C. HOST and PORT say where."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", type=int, default=os.environ.get("PORT") or 8000)
        parser.add_argument(
            "--secrets",
            type=Path,
            metavar="FILE",
            help="where passwords and keys are kept; default: .local/demo.json",
        )

    def handle(self, *, host: str, port: int, secrets: Path | None, **options: Any) -> None:
        Interruptions()  # From here on a signal ends us as an exception does, and so all we start.
        address = Address(host, port)
        try:
            with ExitStack() as stack:
                server, ways_in = self._start(address, secrets, stack)
                code = self._serve(server, address, ways_in)
        except ServerUnavailable as error:
            raise CommandError(str(error)) from None
        except OperationalError as error:
            message = f"The database does not answer: {error}. `make demo` brings its own."
            raise CommandError(message) from None
        if code:
            raise CommandError("The server has ended.")

    def _start(
        self, address: Address, path: Path | None, stack: ExitStack
    ) -> tuple[subprocess.Popen[bytes], Access]:
        """Two demos that start at once take turns, and so the later one finds the port taken."""
        with secrets.kept(path or secrets.default_path()) as known:
            serving.refuse_busy(address)
            ways_in = known.access(access.database_name())
            self._prepare(ways_in)
            listener = serving.free_address(host=address.host)
            environment = _environment(address, listener, known.secret_key)
            stack.enter_context(serving.working(environment))
            stack.enter_context(serving.listening(listener, environment))
            server = stack.enter_context(serving.running(address, environment))
        return server, ways_in

    def _serve(self, server: subprocess.Popen[bytes], address: Address, ways_in: Access) -> int:
        """Until the server ends, or we are told to: that is how a demo is meant to end."""
        try:
            self._tell(address, ways_in)
            return server.wait()
        except SystemExit:
            return 0

    def _prepare(self, ways_in: Access) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if seed():
            self.stdout.write(f"The source {SOURCE} was filled with example data.")
        access.renew(ways_in)
        connections.close_all()

    def _tell(self, address: Address, ways_in: Access) -> None:
        url, key = address.url, ways_in.api_key
        for line in (
            f"API: {url}",
            f"API key: {key}",
            f"Admin: {url}/admin/ (user {ways_in.user}, password {ways_in.password})",
            f"Docs: {url}/docs",
            f"curl -H 'Authorization: Bearer {key}' {url}/sources/{SOURCE}/v1/resources/provider",
        ):
            self.stdout.write(line)
        self.stdout.flush()


def _environment(address: Address, listener: Address, secret_key: str) -> dict[str, str]:
    hosts = {*settings.ALLOWED_HOSTS, address.reached_at}
    return {
        "SECRET_KEY": secret_key,
        "ALLOWED_HOSTS": ",".join(sorted(hosts)),
        "LISTENER_URL": listener.url,
        **{name: value for name, value in os.environ.items() if value},
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
