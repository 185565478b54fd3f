"""A difference makes the one state of the other, to the last digit."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonpatch import JsonPatch

from profiles.exact import canonical
from profiles.json_patch import difference
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.history.past import one, operations
from tests.tasks.batches import CLERK

FEES = [Decimal("1.10"), Decimal("1.1"), Decimal("1"), 1, "1.1", True, None]
VALUES = st.recursive(
    st.sampled_from(FEES),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["a", "b", "/", "~1"]), inner, max_size=3)
    ),
    max_leaves=12,
)
DOCUMENTS = st.fixed_dictionaries({"data": VALUES, "contained": VALUES})


@given(DOCUMENTS, DOCUMENTS)
def test_a_difference_leads_from_one_to_the_other(before: Any, after: Any) -> None:
    steps = difference(before, after)
    patched = JsonPatch(steps).apply(deepcopy(before)) if steps else before
    assert canonical(patched) == canonical(after)


@given(DOCUMENTS)
def test_the_same_have_no_difference(state: Any) -> None:
    assert difference(state, deepcopy(state)) == []


def test_one_element_more_is_one_step() -> None:
    rows = [{"id": id} for id in "abc"]
    added = difference({"data": rows}, {"data": [rows[0], {"id": "x"}, *rows[1:]]})
    assert added == [{"op": "add", "path": "/data/1", "value": {"id": "x"}}]
    assert difference({"data": rows}, {"data": rows[1:]}) == [{"op": "remove", "path": "/data/0"}]


@pytest.mark.django_db
def test_a_difference_is_a_patch_that_the_api_takes(source: Source, api: Api) -> None:
    factories.ProfileFactory.create(source=source, key="clerk", body=CLERK)
    path = "resources/clerk/c"
    identifier = [{"system": "urn:x", "value": "1"}]
    api.put(path, {"data": {"fee": Decimal("1.10")}, "meta": {"identifier": identifier}})
    part = {"id": "a", "type": "paymentMethod", "data": {"value": "x"}}
    body = {"data": {"fee": Decimal("1.1"), "name": "a"}, "contained": {"parts": [part]}}
    api.put(path, {**body, "meta": {"identifier": []}})
    newer, older = (row["operationId"] for row in operations(api, path))
    back = api.get(f"{one(path, newer)}/diff/{older}")
    assert '"value":1.10' in back.text
    assert {step["path"] for step in back.json} == {
        *("/data/fee", "/data/name", "/contained/parts", "/meta/identifier/0")
    }
    assert api.patch(path, back.text).status == 200
    states = [
        api.get(f"{one(path, row['operationId'])}?withPayload=true").json["payload"]
        for row in operations(api, path)
    ]
    for member in ("data", "contained"):
        assert canonical(states[0][member]) == canonical(states[2][member])
    assert states[0]["meta"]["identifier"] == identifier
    assert api.get(f"{one(path, newer)}/diff/{newer}").json == []
