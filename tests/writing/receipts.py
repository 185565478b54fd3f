"""Whether what writers were told agrees with history: every receipt, and every refusal."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

from django.db import connection

from ingestion.operations import Action, Operation, Target
from ingestion.records import Outcome, Receipt
from profiles.faults import Fault
from profiles.models import Source
from tests.writing.hunting import ENDS, IDS, RETIRED_AT_TIMES, SETUP, Attempt
from tests.writing.pausing import Moments
from tests.writing.replaying import Key

EFFECTS = (Outcome.CREATED, Outcome.CHANGED, Outcome.DELETED)
ALWAYS = Moments(-inf, -inf)


class Effect(NamedTuple):
    """A change, or what a receipt says of one."""

    action: str
    key: Key
    record_id: str
    version: int
    data: str


class State(NamedTuple):
    """Whether a record was there, from at the earliest until at the latest."""

    is_there: bool
    earliest: float
    latest: float


Changes = Sequence[tuple[str, Effect]]
"""In their order, each with its task."""

CHANGES = """
SELECT task_id, action, target, collection, public_id, record_id::text, version, data::text
FROM ingestion_change WHERE source_id = %s ORDER BY seq
"""


def check_receipts(source: Source, attempts: Sequence[Attempt]) -> None:
    """Each effect has its change, no refusal has one, and no change is without its receipt."""
    changes: dict[str, Counter[Effect]] = defaultdict(Counter)
    for task, effect in _changes(source):
        changes[task][effect] += 1
    assert changes.keys() <= {SETUP, *(attempt.task_id for attempt in attempts)}
    for attempt in attempts:
        refusals = sum(receipt.refused is not None for receipt in attempt.receipts)
        assert not attempt.all_or_nothing or refusals in (0, len(attempt.receipts)), attempt
        told = changes[attempt.task_id]
        said = Counter(_effect(receipt) for receipt in attempt.receipts if _has_effect(receipt))
        assert said - told == Counter(), attempt
        along = list((told - said).elements())
        assert all(one.action == "DELETE" and one.key.target == "RELATIONSHIP" for one in along)
        assert len(along) == sum(one.deleted_relationships for one in attempt.receipts), attempt


def check_refusals(source: Source, attempts: Sequence[Attempt]) -> int:
    """Each was true at a moment while its writer waited. Answers how many could be judged."""
    past = Past(_changes(source), attempts)
    judged = 0
    for attempt in attempts:
        for place, receipt in enumerate(attempt.receipts):
            others = [one for i, one in enumerate(attempt.receipts) if i != place]
            for text, is_true in past.judge(receipt, others, attempt.moments):
                judged += 1
                assert is_true, f"{text}: {receipt.operation}, {attempt.task_id}"
    return judged


class Past:
    """What was there when, as far as commits tell."""

    def __init__(self, changes: Changes, attempts: Sequence[Attempt]) -> None:
        commits = {one.task_id: one.committed for one in attempts} | {SETUP: ALWAYS}
        self._states: dict[Key, list[State]] = defaultdict(lambda: [State(False, -inf, inf)])
        last = {(effect.key, task): effect for task, effect in changes}
        for (key, task), effect in last.items():
            commit = commits[task]
            assert commit is not None, f"{task} has changes but no commit"
            states = self._states[key]
            assert states[-1].earliest <= commit.ended, f"{task} comes before the change before"
            states[-1] = states[-1]._replace(latest=commit.ended)
            states.append(State(effect.action != "DELETE", commit.began, inf))

    def judge(
        self, receipt: Receipt, others: Sequence[Receipt], when: Moments
    ) -> Iterator[tuple[str, bool]]:
        """What a refusal says of records that the rest of its batch does not touch."""
        operation, refused = receipt.operation, receipt.refused
        if refused is None:
            return
        key = _key(receipt)
        touched = {_key(one) for one in others}
        ends = _ends(key)
        if touched & {key, *ends}:
            return
        if refused.status == 404 and _must_be_there(operation):
            yield "is absent", self._could_be(key, False, when)
        if refused.status == 412 and operation.preconditions.if_match == ("*",):
            yield "is absent", self._could_be(key, False, when)
        if refused.status == 412 and operation.preconditions.must_be_new:
            yield "is there", self._could_be(key, True, when)
        for fault in refused.faults:
            if refused.status == 409:
                yield from self._judge_fault(fault, key, touched, when)

    def _judge_fault(
        self, fault: Fault, key: Key, touched: set[Key], when: Moments
    ) -> Iterator[tuple[str, bool]]:
        if fault.rule == "unique":
            yield "is there", self._could_be(key, True, when)
            return
        side = ("from", "to").index(fault.path.split("/")[1])
        if fault.rule == "exists":
            yield f"has no end {side}", self._could_be(_ends(key)[side], False, when)
        if fault.rule == "cardinality":
            rivals = [one for one in _links(key.collection) if _ends(one)[side] == _ends(key)[side]]
            if not touched & {end for one in rivals for end in (one, *_ends(one))}:
                found = any(self._could_be(one, True, when) for one in rivals if one != key)
                yield f"has a rival at end {side}", found

    def _could_be(self, key: Key, is_there: bool, when: Moments) -> bool:
        return any(
            state.is_there is is_there
            and state.earliest <= when.ended
            and when.began <= state.latest
            for state in self._states[key]
        )


def _changes(source: Source) -> Changes:
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, [source.pk])
        return [
            (task, Effect(action, Key(*key), record_id, version, _text(json.loads(data))))
            for task, action, *key, record_id, version, data in cursor.fetchall()
        ]


def _has_effect(receipt: Receipt) -> bool:
    return receipt.outcome in EFFECTS


def _effect(receipt: Receipt) -> Effect:
    record = receipt.record
    assert record is not None
    action, data = receipt.operation.action, _text(record.data.value)
    assert action is not None
    return Effect(action.value, _key(receipt), str(record.row_id), record.version, data)


def _key(receipt: Receipt) -> Key:
    operation, id = receipt.operation, receipt.id
    if operation.target is Target.RELATIONSHIP and "," not in id and "." in id:
        return _link(operation.collection, *id.split("."))
    return Key(operation.target.value, operation.collection, id)


def _link(definition: str, from_id: str, to_id: str) -> Key:
    from_type, to_type = ENDS[definition]
    return Key("RELATIONSHIP", definition, f"{from_type}.{from_id},{to_type}.{to_id}")


def _links(definition: str) -> list[Key]:
    return [_link(definition, from_id, to_id) for from_id in IDS for to_id in IDS]


def _ends(key: Key) -> list[Key]:
    if key.target == "RESOURCE":
        return []
    return [Key("RESOURCE", *end.split(".")) for end in key.public_id.split(",")]


def _must_be_there(operation: Operation) -> bool:
    is_about_one = operation.action in (Action.UPDATE, Action.DELETE)
    return is_about_one and operation.collection not in RETIRED_AT_TIMES


def _text(data: object) -> str:
    return json.dumps(data, sort_keys=True)
