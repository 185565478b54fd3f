"""Doing what a guide says, step by step, as its reader would; and a worker's part between them."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable
from contextlib import suppress
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

from tests.clients import Answer, Api
from tests.guides.comparing import Names, read_json
from tests.guides.reading import Command, Exchange, Part, Program, Step
from tests.tasks.doing import NDJSON, work

RATE = re.compile(r"in \d+\.\d s \([\d,]+ a second\)")


class Walk:
    """`meanwhile` is done after each request: what others do that a guide counts on."""

    def __init__(
        self,
        api: Api,
        folder: Path,
        names: Names,
        meanwhile: Callable[[], None] = lambda: None,
        run: Callable[[Program], None] | None = None,
    ) -> None:
        self._api = api
        self._folder = folder
        self.names = names
        self._meanwhile = meanwhile
        self._run = run

    def go(self, steps: Iterable[Step]) -> None:
        for step in steps:
            match step:
                case Exchange():
                    self._exchange(step)
                case Command():
                    self._command(step)
                case Program():
                    assert self._run, f"nobody runs {step.name}"
                    self._run(step)

    def _exchange(self, exchange: Exchange) -> None:
        answer = self._send(exchange)
        place = f"{exchange.method} {exchange.path}"
        assert answer.status == exchange.status, f"{place}: {answer.text}"
        for name, value in exchange.answer.headers.items():
            self.names.compare(value, answer.headers[name], f"{place}: {name}")
        self._compare(exchange.answer, answer, place)
        if answer.status == 202 and "taskId" in answer.json:
            work(answer.json["taskId"])
        self._meanwhile()

    def _send(self, exchange: Exchange) -> Answer:
        headers = {name: self.names.insert(text) for name, text in exchange.sent.headers.items()}
        return self._api.send(
            exchange.method,
            self.names.insert(exchange.path),
            self.names.insert(exchange.sent.body) or None,
            content_type=headers.pop("Content-Type", "application/json"),
            **headers,
        )

    def _compare(self, shown: Part, answer: Answer, place: str) -> None:
        if not shown.body:
            return
        if "json" not in answer.headers["Content-Type"]:
            assert answer.text.splitlines() == shown.body.splitlines(), f"{place}: {answer.text}"
        elif answer.headers["Content-Type"] == NDJSON:
            self.names.compare(
                [read_json(line) for line in shown.body.splitlines()],
                [_exactly(line) for line in answer.text.splitlines()],
                place,
            )
        else:
            self.names.compare(read_json(shown.body), answer.json, place)

    def _command(self, command: Command) -> None:
        name, *arguments = shlex.split(command.line)
        if name == "cat":
            self._file(self._folder / arguments[0], command.output)
            return
        assert [name, arguments[0]] == ["python", "manage.py"], command.line
        said = StringIO()
        with suppress(CommandError):
            try:
                call_command(*arguments[1:], stdout=said, stderr=said, no_color=True)
            except CommandError as error:
                said.write(f"CommandError: {error}\n")
                raise
        assert _at_any_rate(said.getvalue()) == _at_any_rate(command.output), said.getvalue()

    def _file(self, file: Path, text: str) -> None:
        """What a guide shows of a file that is not there is what its reader writes."""
        if not file.exists():
            file.write_text(text)
        assert file.read_text() == text


def _exactly(line: str) -> Any:
    return json.loads(line, parse_float=Decimal)


def _at_any_rate(output: str) -> str:
    return RATE.sub("in 0.1 s (20 a second)", output)
