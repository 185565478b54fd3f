"""A cursor leads on in the list and the order that it was made for, and nowhere else."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.clients import Api
from tests.search.attacked import PROPERTIES, is_in_shape
from tests.search.conftest import Indexed


@pytest.fixture
def lists(api: Api, profile: str, indexed: Indexed) -> str:
    """Three records, so that there are second pages."""
    other = indexed(PROPERTIES)
    for key in (profile, other):
        for id in ("b", "c"):
            api.put(f"resources/{key}/{id}", {"data": {"name": id}})
    return other


def test_a_cursor_of_something_else_is_refused(
    subtests: pytest.Subtests, api: Api, profile: str, lists: str
) -> None:
    first = f"resources/{profile}?perPage=1"
    cursors = {
        "another list": api.get(f"resources/{lists}?perPage=1"),
        "another order": api.get(f"{first}&sort=data.name"),
        "the other way": api.get(f"{first}&sort=createdAt"),
        "browse": api.post("browse", {"collectionKeys": [profile], "params": {"perPage": 1}}),
    }
    for name, answer in cursors.items():
        with subtests.test(name):
            cursor = answer.json["meta"]["cursor"]
            assert is_in_shape(api.get(f"{first}&cursor={cursor}"))
            body = {"collectionKey": profile, "cursor": cursor}
            assert is_in_shape(api.post("query", body))


def test_browse_takes_only_its_own_cursors(
    subtests: pytest.Subtests, api: Api, profile: str, lists: str
) -> None:
    both = api.post("browse", {"collectionKeys": [profile, lists], "params": {"perPage": 1}})
    turned = api.post("browse", {"collectionKeys": [lists, profile], "params": {"perPage": 1}})
    cursors = {
        "a list": api.get(f"resources/{profile}?perPage=1&sort=id"),
        "a query": api.post("query", {"collectionKey": profile, "perPage": 1}),
        "several": both,
        "another order of collections": turned,
    }
    for name, answer in cursors.items():
        with subtests.test(name):
            params = {"cursor": answer.json["meta"]["cursor"]}
            keys = [profile] if name != "another order of collections" else [profile, lists]
            assert is_in_shape(api.post("browse", {"collectionKeys": keys, "params": params}))


def test_an_altered_cursor_is_refused(api: Api, profile: str, lists: str) -> None:
    path = f"resources/{profile}?perPage=1&sort=data.name"
    cursor = api.get(path).json["meta"]["cursor"]
    for place in range(len(cursor)):
        other = "A" if cursor[place] != "A" else "B"
        altered = cursor[:place] + other + cursor[place + 1 :]
        assert is_in_shape(api.get(f"{path}&cursor={altered}")), place
    for wrong in (cursor[:-1], cursor + "a", cursor.split(".")[0], cursor.upper(), f" {cursor}"):
        assert is_in_shape(api.get(f"{path}&cursor={quote(wrong)}"))
    assert api.get(f"{path}&cursor={cursor}").status == 200
