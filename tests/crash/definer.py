"""A client that changes a profile without pause, and sends what only the latest one allows.

A worker of the server that outlives the database must not go on with a contract that it lost.
"""

from __future__ import annotations

import threading
import time

from tests.crash.book import UNAVAILABLE
from tests.crash.line import Answer, Line, Lost, NotSent

ROOT = "/sources/definer/v1"
PAUSE = 0.05
"""It writes alone in its source, but the others need the processor too."""


class Definer:
    def __init__(self) -> None:
        self.acknowledged = self.sent = 0
        self.complaints: list[str] = []

    def write(self, line: Line, is_over: threading.Event) -> None:
        while not is_over.wait(PAUSE):
            line.close()  # The next connection may lead to another worker.
            try:
                self._change_profile(line)
            except Lost:
                continue
            except NotSent:
                break
            except TimeoutError:
                self.complaints.append("The definer got no answer.")
                break
        line.close()

    def _change_profile(self, line: Line) -> None:
        self.sent += 1
        body = {"properties": {_name(self.sent): {"type": "symbol"}}}
        if not self._is_done(line.send("PUT", f"{ROOT}/profiles/thing", body)):
            return
        self.acknowledged = self.sent
        line.close()
        fitting = {"data": {_name(self.sent): "a"}}
        self._is_done(line.send("PUT", f"{ROOT}/resources/thing/one", fitting))

    def _is_done(self, answer: Answer) -> bool:
        if answer.status in (200, 201):
            return True
        if answer.status != UNAVAILABLE:
            self.complaints.append(f"{answer.status} for {self.sent}: {answer.body}")
        time.sleep(PAUSE)
        return False

    def check(self, line: Line) -> None:
        """The profile is the last one that was acknowledged, or a later one that was sent."""
        assert self.complaints == []
        if self.acknowledged:
            (name,) = line.send("GET", f"{ROOT}/profiles/thing").body["properties"]
            assert self.acknowledged <= int(name[1:]) <= self.sent


def _name(number: int) -> str:
    return f"p{number}"
