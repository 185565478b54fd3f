"""Clients that write without pause, each to records of its own, and keep book of the answers."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from tests.crash.book import Attempt, Book, Wanted
from tests.crash.line import Line, Lost, NotSent
from tests.writing.replaying import Key

PROVIDERS, OFFICES = 6, 4
LINK = "provider-office"
PAUSE = 0.02
"""After an answer that the database is away, as a polite client would."""


class Writes(Protocol):
    def write(self, line: Line, is_over: threading.Event) -> None: ...


class Writer:
    def __init__(self, name: str) -> None:
        self.name = name
        self.book = Book()
        self._number = 0
        self._random = random.Random(name)  # A seed makes the same choices, not the same moments.

    def write(self, line: Line, is_over: threading.Event) -> None:
        """Until it is over, or there is no server any more."""
        try:
            while not is_over.is_set():
                self._write_one(line)
        except NotSent:
            pass
        except Exception as error:  # noqa: BLE001  A thread's would be seen by nobody.
            self.book.complaints.append(f"{self.name} failed: {error!r}")
        finally:
            line.close()

    def _write_one(self, line: Line) -> None:
        attempt = self._choose()
        if attempt is None:
            time.sleep(PAUSE)
            return
        try:
            answer = line.send(attempt.method, attempt.path, attempt.body, **attempt.headers)
        except Lost:
            self.book.doubt(attempt)
            return
        self.book.take(attempt, answer)
        if answer.status == 503:
            time.sleep(PAUSE)

    def _choose(self) -> Attempt | None:
        """None where all that was picked is in doubt."""
        self._number += 1
        pick = self._random.random()
        key = self._pick_link() if pick < 0.4 else self._pick_resource()
        if self._touched(key) & self.book.in_doubt:
            return None
        return self._link(key) if key.target == "RELATIONSHIP" else self._resource(key)

    def _touched(self, key: Key) -> set[Key]:
        """All that a write of a record depends on, or takes along."""
        if key.target == "RELATIONSHIP":
            ends = (end.split(".") for end in key.public_id.split(","))
            return {key, *(Key("RESOURCE", type, id) for type, id in ends)}
        return {key, *self.book.links_of(key), *self._possible_links(key)}

    def _possible_links(self, key: Key) -> Iterator[Key]:
        """Those in doubt, which may hang on a resource."""
        name = f"{key.collection}.{key.public_id}"
        for one in self.book.in_doubt:
            if one.target == "RELATIONSHIP" and name in one.public_id.split(","):
                yield one

    def _pick_resource(self) -> Key:
        type, count = self._random.choice([("provider", PROVIDERS), ("office", OFFICES)])
        return Key("RESOURCE", type, f"{self.name}-{self._random.randrange(count)}")

    def _pick_link(self) -> Key:
        provider = f"provider.{self.name}-{self._random.randrange(PROVIDERS)}"
        office = f"office.{self.name}-{self._random.randrange(OFFICES)}"
        return Key("RELATIONSHIP", LINK, f"{provider},{office}")

    def _resource(self, key: Key) -> Attempt:
        kept = self.book.kept.get(key)
        if kept is None:
            return self._random.choice([self._post, self._put, self._lacking])(key)
        changes = [self._put, self._put, self._patch, self._patch, self._clash, self._stale]
        return self._random.choice([*changes, self._delete])(key)

    def _link(self, key: Key) -> Attempt:
        if not all(end in self.book.kept for end in self._touched(key) - {key}):
            return self._put(key, refusal=409)
        if key not in self.book.kept:
            return self._put(key)
        return self._random.choice([self._put, self._patch, self._stale, self._delete])(key)

    def _post(self, key: Key, refusal: int | None = None) -> Attempt:
        body = {"id": key.public_id, **self._body(key)}
        path = f"resources/{key.collection}"
        return self._writing("CREATE", "POST", key, body, path=path, refusal=refusal)

    def _put(self, key: Key, refusal: int | None = None) -> Attempt:
        return self._writing("UPSERT", "PUT", key, self._body(key), refusal=refusal)

    def _patch(self, key: Key, refusal: int | None = None) -> Attempt:
        return self._writing("UPDATE", "PATCH", key, self._body(key), refusal=refusal)

    def _clash(self, key: Key) -> Attempt:
        return self._post(key, refusal=409)

    def _lacking(self, key: Key) -> Attempt:
        return self._patch(key, refusal=404)

    def _stale(self, key: Key) -> Attempt:
        headers = {"If_Match": '"of another time"'}
        return self._writing("UPSERT", "PUT", key, self._body(key), headers=headers, refusal=412)

    def _delete(self, key: Key) -> Attempt:
        effects = dict.fromkeys([key, *self.book.links_of(key)])
        return Attempt(
            "DELETE", "DELETE", _path(key), key, effects=effects, headers=self._match(key)
        )

    def _writing(
        self,
        action: str,
        method: str,
        key: Key,
        body: Any,
        *,
        path: str = "",
        headers: Mapping[str, str] | None = None,
        refusal: int | None = None,
    ) -> Attempt:
        effects = {key: self._wanted(key, body)} if refusal is None else {}
        headers = self._match(key) if headers is None else headers
        return Attempt(action, method, path or _path(key), key, body, headers, effects, refusal)

    def _match(self, key: Key) -> Mapping[str, str]:
        """Every second time, with the ETag that was acknowledged."""
        kept = self.book.kept.get(key)
        return {"If_Match": kept.etag} if kept and self._random.random() < 0.5 else {}

    def _body(self, key: Key) -> Any:
        """Never the same twice, so that each write has an effect."""
        if key.target == "RELATIONSHIP":
            return {"data": {"effective": {"start": f"{1000 + self._number % 9000}-01-01"}}}
        said = f"{self.name} {self._number}"
        if key.collection == "provider":
            return {"data": {"name": said, "practiceNumber": self._number}}
        part = {"id": "m", "type": "paymentMethod", "data": {"value": said}}
        return {"data": {"name": said}, "contained": {"primaryPaymentMethod": [part]}}

    def _wanted(self, key: Key, body: Any) -> Wanted:
        kept = self.book.kept.get(key)
        root = f"{key.collection}/{key.public_id}"
        contained = {
            name: [{**part, "id": f"{root}/{name}/{part['id']}"} for part in parts]
            for name, parts in body.get("contained", {}).items()
        }
        return Wanted(kept.version + 1 if kept else 1, body["data"], contained)


def _path(key: Key) -> str:
    return f"{key.target.lower()}s/{key.collection}/{key.public_id}"


@contextmanager
def writing(writers: Sequence[Writes], port: int, key: str) -> Iterator[None]:
    """Have them write while the block runs."""
    is_over = threading.Event()
    threads = [
        threading.Thread(target=writer.write, args=(Line(port, key), is_over)) for writer in writers
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
