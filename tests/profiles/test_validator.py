"""How a compiled schema is asked."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest

from profiles.exact import Json
from profiles.explanation import SHOWN
from profiles.faults import MOST_FAULTS
from profiles.validator import MOST_EXPECTED, Validator

ALLOWED = [1, "1", None, 2.5, Decimal("0.10"), True, [1], {"a": 1}]
SENT = [*ALLOWED, 1.0, Decimal("1.00"), Decimal("2.50"), 0, False, "", "2.5", [1, 1], {}, 10**30]


@pytest.mark.parametrize("sent", SENT, ids=repr)
def test_what_is_told_of_an_enum_is_what_was_judged(sent: Json) -> None:
    validator = Validator({"enum": ALLOWED})
    told = [fault.rule for fault in validator.faults(sent)]
    assert told == ([] if validator.is_valid(sent) else ["enum"])
    # The engine itself finds the same: `faults` asks only where something is wrong.
    array = Validator({"prefixItems": [{"enum": ALLOWED}, {"type": "string"}]})
    assert len(array.faults([sent, 1])) == 1 + len(told)


def test_what_many_values_are_allowed_costs_nothing_for_each_wrong_one() -> None:
    few, many = ([f"code-{n}" for n in range(count)] for count in (2, 2_000))
    wrong = ["wrong"] * 5_000
    assert seconds(many, wrong) < 10 * seconds(few, wrong) + 0.2


def seconds(allowed: list[str], wrong: list[str]) -> float:
    schema: dict[str, Any] = {"items": {"type": "string", "enum": allowed}}
    validator = Validator(schema)
    began = time.process_time()
    assert len(validator.faults(wrong)) >= MOST_FAULTS
    return time.process_time() - began


def test_a_long_list_is_told_with_the_first_fault_that_it_is_of() -> None:
    codes = [f"code-{n}" for n in range(SHOWN + 1)]
    first, second = Validator({"items": {"enum": codes}}).faults(["a", "b"])
    assert (first.expected, second.expected) == (codes, None)
    assert first.message == second.message
    short = Validator({"items": {"enum": codes[1:]}}).faults(["a", "b"])
    assert [fault.expected for fault in short] == [codes[1:], codes[1:]]


def test_what_no_receipt_could_hold_is_left_to_the_schema() -> None:
    (fault,) = Validator({"enum": [str(n) for n in range(MOST_EXPECTED + 1)]}).faults("a")
    assert fault.expected is None
    assert "and 941 more" in fault.message
