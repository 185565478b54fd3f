"""Bulks with all that may stand in them, and what has to become of each operation."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from profiles.exact import encode
from tests.crash.writers import LINK
from tests.writing.replaying import Key

ENDS = 8
"""Providers and offices that links hang on; no bulk touches them again."""

Told = tuple[str, str]
"""The id and the outcome of an operation."""


def end(type: str, number: int) -> Any:
    return {"type": type, "id": f"end-{number}"}


def ends() -> Iterator[Any]:
    for type in ("provider", "office"):
        for number in range(ENDS):
            yield end(type, number)


@dataclass
class Bulks:
    """What is there, as far as operations that were given out have been done."""

    random: random.Random
    there: dict[Key, Any] = field(default_factory=dict)

    def resources(self, count: int) -> Iterator[tuple[bytes, Told]]:
        """Texts of operations, each with what has to become of it."""
        for number in range(count):
            id = f"id-{self.random.randrange(count // 3)}"
            key = Key("RESOURCE", "provider", id)
            action = self._action()
            name = {"type": "provider", "id": id}
            data = {"name": self.random.choice("abc"), "practiceNumber": number % 2}
            if self.random.random() < 0.05:
                told = "" if action == "CREATE" else id
                yield _text(action, {**name, "more": 1}), (told, "REFUSED")
            elif action == "DELETE":
                yield _text(action, name), self._delete(key)
            else:
                yield _text(action, {**name, "data": data}), self._put(action, key, data)

    def links(self, count: int) -> Iterator[tuple[bytes, Told]]:
        for number in range(count):
            sides = [end(type, self.random.randrange(ENDS)) for type in ("provider", "office")]
            id = ",".join(f"{side['type']}.{side['id']}" for side in sides)
            key = Key("RELATIONSHIP", LINK, id)
            action = self._action()
            both = {"type": LINK, "from": sides[0], "to": sides[1]}
            data = {"effective": {"start": f"{2000 + number % 2}-01-01"}}
            if self.random.random() < 0.05:
                nowhere = {**both, "to": {"type": "office", "id": f"none-{number}"}, "data": data}
                told = f"provider.{sides[0]['id']},office.none-{number}", "REFUSED"
                yield _text("UPSERT", nowhere), told
            elif action == "DELETE":
                yield _text(action, {"type": LINK, "id": id}), self._delete(key)
            else:
                yield _text(action, {**both, "data": data}), self._put(action, key, data)

    def _action(self) -> str:
        return self.random.choice(["CREATE", "UPSERT", "UPSERT", "UPSERT", "DELETE"])

    def _put(self, action: str, key: Key, data: Any) -> Told:
        before = self.there.get(key)
        if before is not None and action == "CREATE":
            return key.public_id, "REFUSED"
        self.there[key] = data
        if before is None:
            return key.public_id, "CREATED"
        return key.public_id, "UNCHANGED" if before == data else "CHANGED"

    def _delete(self, key: Key) -> Told:
        gone = self.there.pop(key, None)
        return key.public_id, "REFUSED" if gone is None else "DELETED"


def _text(action: str, payload: Any) -> bytes:
    return encode({"action": action, action.lower(): payload}) + b"\n"
