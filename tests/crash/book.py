"""What one writer knows: what was acknowledged to it, and what may have been done or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.crash.line import Answer
from tests.writing.replaying import Key

UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a record should say after a write."""

    version: int
    data: Any
    contained: Any

    def is_said_by(self, body: Any) -> bool:
        said = (body["meta"]["version"], body["data"], body.get("contained", {}))
        return said == (self.version, self.data, self.contained)


@dataclass(frozen=True, slots=True)
class Kept:
    """A record, all of it, as the server showed it."""

    etag: str
    body: Any

    @property
    def version(self) -> int:
        return int(self.body["meta"]["version"])


@dataclass(frozen=True, slots=True)
class Attempt:
    """A write: what history calls it, how it is sent, and what is there once it is done."""

    action: str
    method: str
    path: str
    key: Key
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    effects: Mapping[Key, Wanted | None] = field(default_factory=dict)
    """None where a record is gone. Empty for an attempt that has to be refused."""
    refusal: int | None = None


Trace = tuple[str, frozenset[tuple[Key, int]]]
"""What an attempt leaves in history: its action, and the records with their versions."""


@dataclass
class Book:
    kept: dict[Key, Kept] = field(default_factory=dict)
    doubts: list[Attempt] = field(default_factory=list)
    done: dict[str, Trace] = field(default_factory=dict)
    """By task."""
    settled: list[Trace] = field(default_factory=list)
    """Doubts that turned out to be done. Nobody was told their task."""
    refused: int = 0
    complaints: list[str] = field(default_factory=list)

    @property
    def in_doubt(self) -> set[Key]:
        return {key for attempt in self.doubts for key in attempt.effects}

    def links_of(self, key: Key) -> list[Key]:
        """The relationships that go along with a resource."""
        end = {"id": key.public_id, "type": key.collection}
        return [one for one, kept in self.kept.items() if end in _ends(kept.body)]

    def doubt(self, attempt: Attempt) -> None:
        if attempt.effects:
            self.doubts.append(attempt)

    def take(self, attempt: Attempt, answer: Answer) -> None:
        if answer.status == UNAVAILABLE:
            self.doubt(attempt)
        elif attempt.refusal is not None:
            self._take_refusal(attempt, answer)
        elif answer.status not in (200, 201):
            self._complain(attempt, answer)
        else:
            self._take_written(attempt, answer)

    def _take_refusal(self, attempt: Attempt, answer: Answer) -> None:
        if answer.status == attempt.refusal:
            self.refused += 1
        else:
            self._complain(attempt, answer)

    def _take_written(self, attempt: Attempt, answer: Answer) -> None:
        self.done[answer.body["taskId"]] = self._trace(attempt)
        wanted = attempt.effects[attempt.key]
        if wanted is None:
            if answer.body["deletedRelationships"] != len(attempt.effects) - 1:
                self._complain(attempt, answer)
            for key in attempt.effects:
                del self.kept[key]
            return
        body = answer.body[attempt.key.target.lower()]
        if not wanted.is_said_by(body):
            self._complain(attempt, answer)
        self.kept[attempt.key] = Kept(answer.etag, body)

    def settle(self, there: Mapping[Key, Kept]) -> Iterator[str]:
        """Let what is there decide each doubt; tells of those that are neither done nor undone."""
        for attempt in self.doubts:
            if all(there.get(key) == self.kept.get(key) for key in attempt.effects):
                continue
            if not all(
                _is_as_wanted(there.get(key), want) for key, want in attempt.effects.items()
            ):
                found = {key: there.get(key) for key in attempt.effects}
                yield f"{attempt} was done by halves: {found}"
            self.settled.append(self._trace(attempt))
            for key in attempt.effects:
                self.kept.pop(key, None)
                if key in there:
                    self.kept[key] = there[key]
        self.doubts.clear()

    def _trace(self, attempt: Attempt) -> Trace:
        """A deletion tells the last state."""
        versions = {
            (key, self.kept[key].version if wanted is None else wanted.version)
            for key, wanted in attempt.effects.items()
        }
        return attempt.action, frozenset(versions)

    def _complain(self, attempt: Attempt, answer: Answer) -> None:
        self.complaints.append(f"{attempt} was answered {answer.status}: {answer.body}")


def _ends(body: Any) -> list[Any]:
    return [body.get("from"), body.get("to")]


def _is_as_wanted(found: Kept | None, wanted: Wanted | None) -> bool:
    if wanted is None:
        return found is None
    return found is not None and wanted.is_said_by(found.body)
