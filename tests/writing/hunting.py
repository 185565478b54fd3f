"""Writers and definers who do whatever comes to their mind, over few ids, and note what they heard.

All that they ask is told by a seed; when they meet is not quite, since they are threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from msgspec.structs import replace

from ingestion.models import Resource
from ingestion.operations import Action, Operation, Target
from ingestion.records import Receipt
from ingestion.writing import write
from profiles.definitions import profiles
from profiles.exact import Json
from profiles.models import Source
from profiles.preconditions import Preconditions
from relationships.definitions import relationship_definitions
from relationships.models import Relationship
from tests.factories import ACTOR
from tests.writing.asking import (
    ask,
    create,
    delete,
    etag,
    link,
    patch,
    patch_link,
    put,
    put_link,
    retire,
    save,
    unlink,
)
from tests.writing.pausing import Moments, Pauses, pausing

SETUP = "setup"
IDS = "ab"
TYPES = ("provider", "office", "thing")
RETIRED_AT_TIMES = ("thing", "few")
ENDS = {
    "many": ("provider", "office"),
    "few": ("provider", "office"),
    "pair": ("provider", "office"),
    "inner": ("provider", "provider"),
}
CARDINALITIES = ("0:*", "0:1", "1:1", "1:*")
T = TypeVar("T")

WORTHS: Mapping[str, tuple[Json, ...]] = {"symbol": ("x", "y"), "integer": (1, 2)}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A batch, what its writer was told, and when; `committed` is None if it was undone."""

    task_id: str
    operations: Sequence[Operation]
    all_or_nothing: bool
    receipts: Sequence[Receipt]
    moments: Moments
    committed: Moments | None


def prepare(source: Source) -> None:
    """Definitions of every sort, and one resource of each id."""
    for key in ENDS:
        _define_link(source, key, ("0:*", "0:*"), "symbol")
    save(profiles, source, "thing", _thing("symbol"))
    resources = [create(type, id) for type in TYPES for id in IDS]
    ask(source, *resources, link("many", "a.a"), task_id=SETUP)


class Writer:
    def __init__(self, source: Source, dice: Random, name: str) -> None:
        self._source = source
        self._dice = dice
        self._name = name

    def write(self, batches: int) -> list[Attempt]:
        with pausing(self._dice) as pauses:
            return [self._attempt(number, pauses) for number in range(batches)]

    def _attempt(self, number: int, pauses: Pauses) -> Attempt:
        operations = self._batch()
        task_id = f"{self._name}-{number}"
        all_or_nothing = self._dice.random() < 0.2
        pauses.committed = None
        began = time.monotonic()
        # Never "too many writers": who lost often is let write alone.
        receipts = write(
            self._source.key,
            operations,
            actor=ACTOR,
            task_id=task_id,
            all_or_nothing=all_or_nothing,
        ).receipts
        moments = Moments(began, time.monotonic())
        return Attempt(task_id, operations, all_or_nothing, receipts, moments, pauses.committed)

    def _batch(self) -> list[Operation]:
        dice = self._dice
        if dice.random() < 0.15:
            return self._remaking()
        length = 1 if dice.random() < 0.5 else dice.randint(2, 5)
        return [self._operation() for _ in range(length)]

    def _remaking(self) -> list[Operation]:
        """To everybody else, these records have been there all the time."""
        dice = self._dice
        if dice.random() < 0.5:
            key, ends = self._link()
            return [unlink(key, ends), link(key, ends)]
        type, id = dice.choice(TYPES), dice.choice(IDS)
        return [delete(type, id), create(type, id)]

    def _operation(self) -> Operation:
        make = self._on_resource if self._dice.random() < 0.5 else self._on_link
        return self._with_preconditions(make())

    def _on_resource(self) -> Operation:
        dice = self._dice
        type, id = dice.choice(TYPES), dice.choice(IDS)
        data: Json = {"number": _worth(dice)} if type == "thing" else {"name": dice.choice("xyz")}
        choices: list[tuple[Operation, int]] = [
            (create(type, id, data), 2),
            (put(type, id, data), 3),
            (patch(type, id, {"data": data}), 3),
            (delete(type, id), 1),
        ]
        return _chosen(dice, choices)

    def _on_link(self) -> Operation:
        dice = self._dice
        key, ends = self._link()
        data: Json = dice.choice([{}, {"note": _worth(dice)}])
        choices = [
            (link(key, ends, data), 3),
            (put_link(key, ends, data), 3),
            (patch_link(key, ends, {"data": {"note": _worth(dice)}}), 2),
            (unlink(key, ends), 2),
        ]
        return _chosen(dice, choices)

    def _link(self) -> tuple[str, str]:
        dice = self._dice
        return dice.choice(list(ENDS)), f"{dice.choice(IDS)}.{dice.choice(IDS)}"

    def _with_preconditions(self, operation: Operation) -> Operation:
        chance = self._dice.random()
        if chance < 0.1:
            return replace(operation, preconditions=Preconditions(if_match=("*",)))
        if chance < 0.15:
            return replace(operation, preconditions=Preconditions(must_be_new=True))
        if chance < 0.3 and (row := self._row(operation)) is not None:
            return replace(operation, preconditions=Preconditions(if_match=(etag(row),)))
        return operation

    def _row(self, operation: Operation) -> Resource | Relationship | None:
        key, id = operation.collection, _id(operation)
        if operation.target is Target.RESOURCE:
            resources = Resource.objects.filter(source=self._source, profile__key=key)
            return resources.filter(public_id=id).first()
        from_id, to_id = id.split(".")
        links = Relationship.objects.filter(source=self._source, definition__key=key)
        return links.filter(from_public_id=from_id, to_public_id=to_id).first()


class Definer:
    def __init__(self, source: Source, dice: Random) -> None:
        self._source = source
        self._dice = dice

    def define(self, times: int) -> list[str]:
        with pausing(self._dice):
            return [self._change_something() for _ in range(times)]

    def _change_something(self) -> str:
        choices: list[tuple[Callable[[], str], int]] = [
            (self._change_link, 5),
            (self._change_profile, 2),
            (self._retire, 1),
        ]
        return _chosen(self._dice, choices)()

    def _change_link(self) -> str:
        dice = self._dice
        key = dice.choice(list(ENDS))
        sides = (dice.choice(CARDINALITIES), dice.choice(CARDINALITIES))
        return _define_link(self._source, key, sides, dice.choice(list(WORTHS)))

    def _change_profile(self) -> str:
        return save(profiles, self._source, "thing", _thing(self._dice.choice(list(WORTHS))))

    def _retire(self) -> str:
        if self._dice.random() < 0.5:
            return retire(profiles, self._source, "thing")
        return retire(relationship_definitions, self._source, "few")


def _define_link(source: Source, key: str, sides: tuple[str, str], note: str) -> str:
    from_type, to_type = ENDS[key]
    body: Json = {
        "from": {"profileKey": from_type, "includeKey": f"{key}-to"},
        "to": {"profileKey": to_type, "includeKey": f"{key}-from"},
        "properties": {"note": {"type": note}},
    }
    for side, cardinality in zip(("from", "to"), sides, strict=True):
        body[side]["includeCardinality"] = cardinality
    return save(relationship_definitions, source, key, body)


def _thing(number: str) -> Json:
    return {"properties": {"number": {"type": number}}}


def _worth(dice: Random) -> Json:
    return dice.choice([worth for worths in WORTHS.values() for worth in worths])


def _chosen(dice: Random, choices: Sequence[tuple[T, int]]) -> T:
    return dice.choices([one for one, _ in choices], [weight for _, weight in choices])[0]


def _id(operation: Operation) -> str:
    """The one of the address; a CREATE of a resource names it in its body."""
    if operation.id is not None:
        return operation.id
    assert operation.action is Action.CREATE
    return str(operation.payload["id"].value)
