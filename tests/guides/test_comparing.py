"""What a guide shows of an answer is compared with it, and nothing else passes."""

from __future__ import annotations

import pytest

from tests.guides.comparing import Names, read_json

ONE, OTHER = (f"s_{digit * 32}" for digit in "ab")
NOON = "2026-11-26T12:00:00.000000Z"


@pytest.mark.parametrize(
    ("shown", "answered"),
    [
        ('{"a": 1, …}', {"a": 1, "b": 2}),
        ('{"a": […]}', {"a": [1, 2]}),
        ('{"a": [1, …]}', {"a": [1, 2]}),
        ('[{"a": {…}}, …]', [{"a": {"b": 1}}, 2]),
        ('{"a": …}', {"a": [1]}),
        ('["s_1", "s_2", "s_1"]', [ONE, OTHER, ONE]),
        ('["2026-03-02T08:00:00Z", "whsec_1"]', [NOON, f"whsec_{'x' * 44}"]),
    ],
)
def test_what_is_left_out_may_be_anything(shown: str, answered: object) -> None:
    Names().compare(read_json(shown), answered)


@pytest.mark.parametrize(
    ("shown", "answered"),
    [
        ('{"a": 1}', {"a": 1, "b": 2}),
        ('{"a": 1, …}', {"a": 1}),
        ('{"a": 1, …}', {"b": 1}),
        ('{"a": 1}', {"a": True}),
        ('{"a": 1}', {"a": "1"}),
        ("[1, 2]", [1]),
        ("[1]", [1, 2]),
        ('["s_1", "s_1"]', [ONE, OTHER]),
        ('["s_1", "s_2"]', [ONE, ONE]),
        ('["bk_1"]', [ONE]),
        ('["noon"]', [NOON]),
        ('["text"]', ["another"]),
    ],
)
def test_what_differs_does_not_pass(shown: str, answered: object) -> None:
    with pytest.raises(AssertionError):
        Names().compare(read_json(shown), answered)


def test_a_name_is_sent_as_what_it_stands_for() -> None:
    names = Names()
    names.compare("s_1", ONE)
    assert names.insert("GET tasks/s_1?a=s_12") == f"GET tasks/{ONE}?a=s_12"
