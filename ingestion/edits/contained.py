"""Contained resources by path: edits of the root in whose row they live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ingestion.edits.patches import sendable
from ingestion.records import new_row_id
from profiles.exact import Json
from profiles.faults import ErrorType, Fault, Refused, faulty, not_found, pointer, unlike_path
from profiles.names import ROOT_ID, is_id
from profiles.preconditions import NONE, Preconditions


class Level(NamedTuple):
    """One step down: a contained resource under its key, by the last part of its id."""

    key: str
    id: str


@dataclass(frozen=True, slots=True)
class ContainedPath:
    """Where contained resources stand: the way to their parent, and their contain key."""

    parents: tuple[Level, ...]
    key: str

    @classmethod
    def read(cls, text: str) -> ContainedPath:
        """From `<key>` or `<key>/<id>/<key>`, and so on."""
        *steps, key = text.split("/")
        levels = zip(steps[::2], steps[1::2], strict=True)
        return cls(tuple(Level(*level) for level in levels), key)

    def rows(self, document: Mapping[str, Json]) -> tuple[list[Any], str]:
        """The list of contained resources, made if it is not there, and its JSON Pointer.

        Raises NOT_FOUND for a parent that is not there.
        """
        holder, place = document, ""
        for level in self.parents:
            siblings = holder.get("contained", {}).get(level.key, [])
            index = index_of(siblings, level.id)
            if index is None:
                raise not_found("contained resource")
            holder, place = siblings[index], place + pointer("contained", level.key, index)
        rows = holder.setdefault("contained", {}).setdefault(self.key, [])  # type: ignore[attr-defined]
        return rows, place + pointer("contained", self.key)


def index_of(rows: Sequence[Any], id: str) -> int | None:
    """The place of a contained resource among its siblings, by the last part of its id."""
    for index, row in enumerate(rows):
        if row["id"].rpartition("/")[2] == id:
            return index
    return None


@dataclass(slots=True)
class ContainedEdit:
    """What the edits of a contained resource share: where it stood when they were applied."""

    path: ContainedPath
    preconditions: Preconditions = field(default=NONE, kw_only=True)
    """What must be true of the contained resource; those of the root are the operation's."""
    place: str = field(default="", init=False)

    def find(self, rows: Sequence[Any], id: str) -> int | None:
        index = index_of(rows, id)
        self.preconditions.check(None if index is None else "")
        return index

    def locate(self, fault: Fault) -> Fault:
        """A fault inside the contained resource leads into its body; others are of the root."""
        if self.place and fault.path.startswith(f"{self.place}/"):
            return replace(fault, path=fault.path.removeprefix(self.place))
        return replace(fault, scope="root")


@dataclass(slots=True)
class AddContained(ContainedEdit):
    """POST: the new one goes last, with an id that is made where none is sent."""

    body: Mapping[str, Json] = field(default_factory=dict)
    id: Json = field(default=None, init=False)

    def apply(self, document: Json) -> Json:
        rows, place = self.path.rows(document)
        sent = self.body.get("id")
        self.id = str(new_row_id()) if sent in (None, ROOT_ID) else sent
        if isinstance(self.id, str) and index_of(rows, self.id.rpartition("/")[2]) is not None:
            message = "This contained resource exists already."
            fault = Fault("/id", "unique", message, type=ErrorType.ALREADY_EXISTS)
            raise Refused(ErrorType.ALREADY_EXISTS, message, [fault])
        self.place = place + pointer(len(rows))
        rows.append({**self.body, "id": self.id})
        return sendable(document)


@dataclass(slots=True)
class PutContained(ContainedEdit):
    """PUT: keeps the position; a new one goes last."""

    id: str = ""
    body: Mapping[str, Json] = field(default_factory=dict)
    is_new: bool = field(default=False, init=False)

    def apply(self, document: Json) -> Json:
        body = {member: value for member, value in self.body.items() if value is not None}
        sent = body.get("id", self.id)
        if isinstance(sent, str) and (sent.rpartition("/")[2] != self.id or not is_id(self.id)):
            fault = unlike_path("/id", self.id)
            raise faulty("contained resource", [fault])
        rows, place = self.path.rows(document)
        index = self.find(rows, self.id)
        self.is_new = index is None
        self.place = place + pointer(len(rows) if index is None else index)
        row = {"id": self.id, **body}
        if index is None:
            rows.append(row)
        else:
            rows[index] = row
        return sendable(document)


@dataclass(slots=True)
class RemoveContained(ContainedEdit):
    """DELETE: raises NOT_FOUND if it is not there."""

    id: str = ""

    def apply(self, document: Json) -> Json:
        rows, self.place = self.path.rows(document)
        index = self.find(rows, self.id)
        if index is None:
            raise not_found("contained resource")
        del rows[index]
        return document


def find_contained(contained: Json, path: ContainedPath, id: str) -> Json:
    """The contained resource at a path. Raises NOT_FOUND."""
    rows, _ = path.rows({"contained": contained})
    index = index_of(rows, id)
    if index is None:
        raise not_found("contained resource")
    return rows[index]
