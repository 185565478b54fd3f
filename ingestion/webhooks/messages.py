"""Messages: what is sent, made from lines of the change feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex

import msgspec

from ingestion.models import Subscription
from profiles.exact import encode

CHANGES, TEST = "changes", "test"


class ChangeHead(msgspec.Struct, frozen=True, rename="camel"):
    """What a line of the feed says of its change, without the payload."""

    operation_id: str
    action: str
    target: str
    type: str
    id: str
    version: int
    cursor: str

    @property
    def seq(self) -> int:
        """A cursor ends with it."""
        return int(self.cursor.rpartition(".")[2])

    @property
    def record(self) -> tuple[str, str, str]:
        return self.target, self.type, self.id


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    told: ChangeHead

    @classmethod
    def read(cls, text: str) -> Line:
        return cls(text, msgspec.json.decode(text, type=ChangeHead))


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    body: bytes


def message_of(lines: Sequence[Line], subscription: Subscription) -> Message:
    """Its id is made of those of its changes: the same ones are the same message each time."""
    data = ",".join(line.text for line in lines)
    head = encode({"type": CHANGES, **_names(subscription)})
    body = head[:-1] + f',"data":[{data}]}}'.encode()
    named = [str(subscription.pk), *(line.told.operation_id for line in lines)]
    return Message(f"msg_{sha256(','.join(named).encode()).hexdigest()[:32]}", body)


def message_of_test(subscription: Subscription) -> Message:
    """One without changes, to try a receiver out."""
    body = encode({"type": TEST, **_names(subscription), "data": []})
    return Message(f"msg_{token_hex(16)}", body)


def _names(subscription: Subscription) -> dict[str, str]:
    return {"source": subscription.source.key, "subscription": subscription.key}
