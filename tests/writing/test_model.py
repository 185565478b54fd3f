"""Any sequence of operations, in any grouping, does what a slow and obvious model does."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.bodies.members import read_payload
from ingestion.edits.patches import MergePatchEdit
from ingestion.models import Resource
from ingestion.operations import Action, Operation, Target
from ingestion.records import Outcome, Receipt, etag_of
from profiles.exact import Document, Json, canonical, encode
from profiles.models import Source
from profiles.preconditions import NONE, Preconditions
from relationships.models import Relationship
from tests import factories
from tests.writing.asking import ask, create, define_link, said
from tests.writing.model import Body, Change, Condition, Model, Name, Rule, Wish
from tests.writing.replaying import Key, check_history, live

MIXED = {
    "properties": {"name": {"type": "symbol"}, "fee": {"type": "decimal"}},
    "contained": {"parts": {"types": ["paymentMethod"], "cardinality": "0:*"}},
}
RULES = {
    "many": Rule("provider", "office", from_is_single=False, to_is_single=False),
    "few": Rule("provider", "office", from_is_single=True, to_is_single=False),
    "pair": Rule("provider", "office", from_is_single=True, to_is_single=True),
    "inner": Rule("provider", "provider", from_is_single=False, to_is_single=True),
}
IDS = ("1", "2")
PART = {"id": "a", "type": "paymentMethod", "data": {"value": "x"}}
IDENTIFIER = {"system": "urn:x", "value": "1"}

BODIES = [
    Body({}, {}, {}),
    Body({"data": {"name": "a"}}, {"name": "a"}, {}),
    Body({"data": {"name": "a", "fee": None}}, {"name": "a"}, {}),
    Body({"data": {"fee": Decimal("1.1")}}, {"fee": Decimal("1.1")}, {}),
    Body({"data": {"fee": Decimal("1.10")}}, {"fee": Decimal("1.10")}, {}),
    Body({"contained": {"parts": [PART]}}, {}, {"parts": [PART]}),
    Body({"meta": {"identifier": []}}, {}, {}, []),
    Body({"meta": {"identifier": [IDENTIFIER]}}, {}, {}, [IDENTIFIER]),
    Body({"data": {"fee": "1.1"}}, fault="/data/fee type"),
]
CHANGES = [
    Change({"data": {"name": "b"}}, {"name": "b"}),
    Change({"data": {"name": None}}, {"name": None}),
    Change({"data": {"fee": Decimal("1.10")}}, {"fee": Decimal("1.10")}),
    Change({"meta": {"identifier": [IDENTIFIER]}}, identifiers=[IDENTIFIER]),
    Change({"data": {"fee": "1.1"}}, fault="/data/fee type"),
]
LINK_BODIES = [
    Body({}, {}, {}),
    Body({"data": {"note": "a"}}, {"note": "a"}, {}),
    Body({"meta": {"identifier": [IDENTIFIER]}}, {}, {}, [IDENTIFIER]),
    Body({"data": {"note": 1}}, fault="/data/note type"),
]
LINK_CHANGES = [
    Change({"data": {"note": "b"}}, {"note": "b"}),
    Change({"data": {"note": 1}}, fault="/data/note type"),
]
CONDITIONS: list[Condition] = ["none", "none", "none", "current", "current", "any", "new"]

actions = st.sampled_from(Action)
conditions = st.sampled_from(CONDITIONS)
ids = st.sampled_from(IDS)
resource_wishes = st.builds(
    Wish,
    actions,
    st.builds(Name, st.sampled_from(["provider", "office"]), st.tuples(ids)),
    st.sampled_from(BODIES),
    st.sampled_from(CHANGES),
    conditions,
)
link_wishes = st.builds(
    Wish,
    actions,
    st.builds(Name, st.sampled_from(list(RULES)), st.tuples(ids, ids)),
    st.sampled_from(LINK_BODIES),
    st.sampled_from(LINK_CHANGES),
    conditions,
)
batches = st.lists(
    st.tuples(
        st.lists(resource_wishes | link_wishes, min_size=1, max_size=8),
        st.sampled_from([False, False, True]),
    ),
    min_size=1,
    max_size=5,
)


Shown = dict[Name, tuple[int, bytes, bytes, bytes]]


class Registry:
    """The write path, asked as the model is."""

    def __init__(self) -> None:
        self.source: Source = factories.clinic()
        for key in ("provider", "office"):
            factories.ProfileFactory.create(source=self.source, key=key, body=MIXED)
        for key, rule in RULES.items():
            from_side = "0:1" if rule.from_is_single else "0:*"
            to_side = "0:1" if rule.to_is_single else "0:*"
            define_link(self.source, key, from_side, to_side, to=rule.to_type)

    def write(self, wishes: Sequence[Wish], *, all_or_nothing: bool, one_by_one: bool) -> list[str]:
        operations = [self._operation(wish) for wish in wishes]
        if one_by_one and not all_or_nothing:
            return self._write_one_by_one(operations)
        receipts = ask(self.source, *operations, all_or_nothing=all_or_nothing)
        return [_told(receipt) for receipt in receipts]

    def _write_one_by_one(self, operations: Sequence[Operation]) -> list[str]:
        """Resources first, as a batch does them."""
        told = {}
        targets = list(Target)
        for place, operation in sorted(
            enumerate(operations), key=lambda item: targets.index(item[1].target)
        ):
            told[place] = _told(ask(self.source, operation)[0])
        return [told[place] for place in range(len(operations))]

    def _operation(self, wish: Wish) -> Operation:
        is_change = wish.action is Action.UPDATE
        has_body = wish.action in (Action.CREATE, Action.UPSERT)
        return Operation(
            wish.action,
            Target.RELATIONSHIP if wish.name.is_link else Target.RESOURCE,
            wish.name.collection,
            ".".join(wish.name.ids),
            read_payload(encode({"data": {}, **wish.body.sent})) if has_body else {},
            MergePatchEdit(wish.change.sent) if is_change else None,
            self._preconditions(wish),
        )

    def _preconditions(self, wish: Wish) -> Preconditions:
        match wish.condition:
            case "any":
                return Preconditions(if_match=("*",))
            case "new":
                return Preconditions(must_be_new=True)
            case "current":
                return Preconditions(if_match=(self._etag(wish.name),))
        return NONE

    def _etag(self, name: Name) -> str:
        row: Resource | Relationship | None
        if name.is_link:
            row = Relationship.objects.filter(
                source=self.source,
                definition__key=name.collection,
                from_public_id=name.ids[0],
                to_public_id=name.ids[1],
            ).first()
        else:
            row = Resource.objects.filter(
                source=self.source, profile__key=name.collection, public_id=name.ids[0]
            ).first()
        return etag_of(row.id, row.version) if row else '"none"'

    def state(self) -> Shown:
        return {
            _name(key): (
                state.version,
                _canonical(state.data),
                _canonical(state.contained),
                _canonical(state.identifiers),
            )
            for key, state in live(self.source).items()
        }


def _name(key: Key) -> Name:
    if key.target == "RESOURCE":
        return Name(key.collection, (key.public_id,))
    return Name(key.collection, tuple(end.partition(".")[2] for end in key.public_id.split(",")))


def _canonical(text: str) -> bytes:
    return canonical(Document.read(text).value)


def _told(receipt: Receipt) -> str:
    along = f" {receipt.deleted_relationships}" if receipt.outcome is Outcome.DELETED else ""
    return said(receipt) + along


def _state(model: Model) -> Shown:
    return {
        name: (
            kept.version,
            canonical(kept.data),
            canonical(_placed(kept.contained, name)),
            canonical(kept.identifiers),
        )
        for name, kept in model.records.items()
    }


def _placed(contained: Json, name: Name) -> Json:
    """Contained resources with their full ids."""
    root = f"{name.collection}/{name.ids[0]}"
    return {
        key: [{**row, "id": f"{root}/{key}/{row['id']}"} for row in rows]
        for key, rows in contained.items()
    }


@pytest.mark.django_db
@pytest.mark.parametrize("one_by_one", [False, True])
def test_the_write_path_does_what_the_model_does(source: Source, one_by_one: bool) -> None:
    registry = Registry()
    start = [create(type, id, {}) for type in ("provider", "office") for id in IDS]
    ask(registry.source, *start)

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(batches)
    def check(batches: list[tuple[list[Wish], bool]]) -> None:
        model = Model(RULES)
        for type in ("provider", "office"):
            for id in IDS:
                model.write(
                    [Wish(Action.CREATE, Name(type, (id,)), BODIES[0], CHANGES[0], "none")],
                    all_or_nothing=False,
                )
        with transaction.atomic():
            for wishes, all_or_nothing in batches:
                told = registry.write(wishes, all_or_nothing=all_or_nothing, one_by_one=one_by_one)
                assert told == model.write(wishes, all_or_nothing=all_or_nothing)
                assert registry.state() == _state(model)
            check_history(registry.source)
            transaction.set_rollback(True)

    check()
