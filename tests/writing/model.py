"""The write path as it is meant, slow and obvious: dicts in Python, one operation after another."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from ingestion.operations import Action
from profiles.exact import Json

Condition = Literal["none", "current", "any", "new"]
"""What If-Match and If-None-Match ask; "current" is the ETag from before the batch."""


class Body(NamedTuple):
    """What is sent, and what is stored of it; or the fault that keeps it from being stored."""

    sent: dict[str, Json]
    data: Json = None
    contained: Json = None
    identifiers: Json = None
    """None keeps what there is."""
    fault: str | None = None


class Change(NamedTuple):
    """A merge patch of `data`, or of the identifiers."""

    sent: Json
    data: Json = None
    identifiers: Json = None
    fault: str | None = None


class Name(NamedTuple):
    """A resource by its type and id; a relationship by its definition and both ids."""

    collection: str
    ids: tuple[str, ...]

    @property
    def is_link(self) -> bool:
        return len(self.ids) == 2


@dataclass(frozen=True)
class Wish:
    """One operation, and what ought to come of its body."""

    action: Action
    name: Name
    body: Body
    change: Change
    condition: Condition


@dataclass
class Rule:
    """What the model knows of a relationship definition."""

    from_type: str
    to_type: str
    from_is_single: bool
    to_is_single: bool


@dataclass
class Kept:
    """What is kept of a record. `life` stands for what makes an ETag unique."""

    life: int
    version: int
    data: Json
    contained: Json
    identifiers: Json


Tag = tuple[int, int]


@dataclass
class Model:
    rules: dict[str, Rule]
    records: dict[Name, Kept] = field(default_factory=dict)
    lives: int = 0

    def tag(self, name: Name) -> Tag | None:
        kept = self.records.get(name)
        return None if kept is None else (kept.life, kept.version)

    def write(self, wishes: Sequence[Wish], *, all_or_nothing: bool) -> list[str]:
        """What is said of each wish, in the words of `asking.said`."""
        tags = {wish.name: self.tag(wish.name) for wish in wishes}
        before = deepcopy(self.records)
        said = [""] * len(wishes)
        for place in sorted(range(len(wishes)), key=lambda place: wishes[place].name.is_link):
            wish = wishes[place]
            said[place] = self._write_one(wish, tags[wish.name])
        if all_or_nothing and any(text[0].isdigit() for text in said):
            self.records = before
            said = [text if text[0].isdigit() else "409" for text in said]
        return said

    def _write_one(self, wish: Wish, tag: Tag | None) -> str:
        kept = self.records.get(wish.name)
        if wish.action in (Action.CREATE, Action.UPSERT) and wish.body.fault:
            return f"400 {wish.body.fault}"
        if not self._holds(wish, tag):
            return "412"
        if wish.action is Action.CREATE and kept is not None:
            return "409 /id unique"
        if wish.action in (Action.UPDATE, Action.DELETE) and kept is None:
            return "404"
        if wish.action is Action.DELETE:
            return f"DELETED {self._delete(wish.name)}"
        if kept is None:
            return self._make(wish)
        return self._change(wish, kept)

    def _holds(self, wish: Wish, tag: Tag | None) -> bool:
        now = self.tag(wish.name)
        match wish.condition:
            case "current":
                return now is not None and now == tag
            case "any":
                return now is not None
            case "new":
                return now is None
        return True

    def _make(self, wish: Wish) -> str:
        if wish.name.is_link and (faults := self._faults_of_ends(wish.name)):
            return " ".join(["409", *faults])
        self.lives += 1
        body = wish.body
        self.records[wish.name] = Kept(
            self.lives, 1, body.data, body.contained, body.identifiers or []
        )
        return "CREATED"

    def _change(self, wish: Wish, kept: Kept) -> str:
        new = deepcopy(kept)
        if wish.action is Action.UPDATE:
            if wish.change.fault:
                return f"400 {wish.change.fault}"
            if wish.change.data is not None:
                merged = {**kept.data, **wish.change.data}
                new.data = {key: value for key, value in merged.items() if value is not None}
            if wish.change.identifiers is not None:
                new.identifiers = wish.change.identifiers
        else:
            new.data, new.contained = wish.body.data, wish.body.contained
            if wish.body.identifiers is not None:
                new.identifiers = wish.body.identifiers
        # As text, since for Python too 1.10 equals 1.1.
        if repr(new) == repr(kept):
            return "UNCHANGED"
        new.version += 1
        self.records[wish.name] = new
        return "CHANGED"

    def _delete(self, name: Name) -> int:
        del self.records[name]
        along = [] if name.is_link else [one for one in self._links() if name in self._ends(one)]
        for link in along:
            del self.records[link]
        return len(along)

    def _links(self) -> list[Name]:
        return [name for name in self.records if name.is_link]

    def _ends(self, link: Name) -> tuple[Name, Name]:
        rule = self.rules[link.collection]
        return Name(rule.from_type, link.ids[:1]), Name(rule.to_type, link.ids[1:])

    def _faults_of_ends(self, link: Name) -> list[str]:
        rule = self.rules[link.collection]
        singles: Any = (rule.from_is_single, rule.to_is_single)
        others = [one for one in self._links() if one.collection == link.collection]
        faults = []
        for place, side in enumerate(("from", "to")):
            if self._ends(link)[place] not in self.records:
                faults.append(f"/{side}/id exists")
            elif singles[place] and any(one.ids[place] == link.ids[place] for one in others):
                faults.append(f"/{side}/id cardinality")
        return faults
