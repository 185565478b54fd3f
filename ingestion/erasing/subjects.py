"""What is erased, and how to recognise what is about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingestion.models import ErasureScope
from ingestion.operations import Action, Target
from ingestion.past.changes import PastRecord
from ingestion.records import RecordKey
from profiles.exact import Json, decode
from profiles.faults import Refused

UNREADABLE = b'{"line":'
"""How a reject begins that is no JSON, or was a row of a table."""

Erased = dict[str, int]
"""How many of what."""


@dataclass(frozen=True)
class Subject:
    """A record, with the records that hang on it."""

    record: PastRecord
    scope: ErasureScope
    along: Sequence[RecordKey]
    """The relationships that ever had it as an end."""

    @property
    def source_id(self) -> int:
        return self.record.contract.source_id

    @cached_property
    def words(self) -> Sequence[str]:
        """The ids that anything about it must mention: its own, or those of both its ends."""
        id = self.record.key.public_id
        if self.record.target is Target.RESOURCE:
            return (id,)
        return [end.partition(".")[2] for end in id.split(",")]

    def is_named(self, target: str, type: str, id: str) -> bool:
        """Whether an operation with this address was on it, or on what hangs on it."""
        own = self.record
        if target == own.target and type == own.key.collection:
            is_short = target == Target.RELATIONSHIP and id.split(".") == list(self.words)
            return id == own.key.public_id or is_short
        if target == Target.RESOURCE or own.target is Target.RELATIONSHIP:
            return False
        ends = id.split(",") if "," in id else id.split(".")
        return self._as_end in ends or own.key.public_id in ends

    @property
    def _as_end(self) -> str:
        return f"{self.record.key.collection}.{self.record.key.public_id}"

    def is_mentioned(self, text: bytes) -> bool:
        """Whether JSON, even if malformed, mentions it: rather too often than too seldom."""
        return self._are_all_in(text, self.in_json)

    def _are_all_in(self, text: bytes, patterns: Sequence[re.Pattern[bytes]]) -> bool:
        return all(pattern.search(text) for pattern in patterns)

    @cached_property
    def in_json(self) -> Sequence[re.Pattern[bytes]]:
        """Patterns that find each id in JSON: whole, or as a part of a longer id; also escaped."""
        return [
            re.compile(rb'(?:["./]|\\/)%b(?:["./,]|\\)' % _spelled(word)) for word in self.words
        ]

    @cached_property
    def in_tables(self) -> Sequence[re.Pattern[bytes]]:
        edge = rb"[A-Za-z0-9_-]"
        words = (re.escape(word).encode() for word in self.words)
        return [re.compile(rb"(?<!%b)%b(?!%b)" % (edge, word, edge)) for word in words]

    def is_about(self, target: str, type: str, id: str, line: bytes) -> bool:
        """Whether a refused operation is, by its address, or where that is unknown by its text."""
        if id:
            return self.is_named(target, type, id)
        if line.startswith(UNREADABLE):
            return any(self._are_all_in(line, each) for each in (self.in_json, self.in_tables))
        return self.is_mentioned(line) and not self._names_another(line)

    def _names_another(self, line: bytes) -> bool:
        """A resource with an id of its own, which only mentions this one."""
        payload = _payload(line)
        id = payload.get("id")
        is_link = "from" in payload or "to" in payload
        return isinstance(id, str) and not is_link and id not in self.words

    def is_told(self, text: bytes) -> bool:
        """Whether an answer of ours shows it, by the order that members have in our answers."""
        source = b'"source":"%b"' % self.record.contract.source_key.encode()
        is_here = source in text or b'"source":"' not in text
        return is_here and bool(self._shown.search(text))

    @cached_property
    def _shown(self) -> re.Pattern[bytes]:
        key = self.record.key
        id, type = re.escape(key.public_id).encode(), re.escape(key.collection).encode()
        own = rb'"id":"%b","type":"%b"' % (id, type)
        if self.record.target is not Target.RESOURCE:
            return re.compile(own)
        end = re.escape(self._as_end).encode()
        return re.compile(rb'%b|"%b,|,%b"' % (own, end, end))


def _spelled(word: str) -> bytes:
    return b"".join(
        b"(?:%b|\\\\u00(?i:%02x))" % (re.escape(letter).encode(), ord(letter)) for letter in word
    )


def _payload(line: bytes) -> Mapping[str, Json]:
    try:
        sent = decode(line)
    except Refused:
        return {}
    found = (sent.get(action.lower()) for action in Action) if isinstance(sent, dict) else ()
    return next((payload for payload in found if isinstance(payload, dict)), {})
