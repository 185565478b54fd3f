from typing import Any

import pytest

from profiles.consistency import check_profile
from profiles.exact import Json
from profiles.faults import Refused
from profiles.properties import Cardinality, Containment, ProfileDefinition
from tests.profiles.judging import contains, exact, profile, refused


def chain(length: int, limit: str = "1:1") -> dict[str, ProfileDefinition]:
    """`p1` contains `p2`, which contains `p3`, … up to `length`."""
    found: dict[str, ProfileDefinition] = {}
    for number in range(length, 0, -1):
        rows = contains(key=([f"p{number + 1}"], limit)) if number < length else {}
        found[f"p{number}"] = profile({}, rows, found, key=f"p{number}")
    return found


def body(**rows: tuple[list[str], str]) -> dict[str, Json]:
    return {"properties": {}, "contained": contains(**rows)}


CYCLE = [("/contained/key", "cycle")]


@pytest.mark.parametrize("limit", ["1:1", "1:*"])
def test_a_profile_that_requires_itself_is_refused(limit: str) -> None:
    assert refused(body(key=(["profile"], limit))) == CYCLE


@pytest.mark.parametrize("limit", ["0:1", "0:*"])
def test_a_profile_that_may_contain_itself_is_accepted(limit: str) -> None:
    assert profile({}, contains(key=(["profile"], limit)))


def test_two_profiles_that_require_each_other_are_refused() -> None:
    catalogue = {"profile": profile({})}
    catalogue["a"] = profile({}, contains(key=(["profile"], "1:1")), catalogue, key="a")
    assert sorted(refused(body(key=(["a"], "1:1")), catalogue)) == [("/contained", "cycle"), *CYCLE]


def test_a_cycle_through_a_chain_is_refused() -> None:
    catalogue = {"profile": profile({})}
    catalogue["b"] = profile({}, contains(key=(["profile"], "1:*")), catalogue, key="b")
    catalogue["a"] = profile({}, contains(key=(["b"], "1:1")), catalogue, key="a")
    assert ("/contained/key", "cycle") in refused(body(key=(["a"], "1:1")), catalogue)


def test_a_cycle_that_one_can_leave_is_accepted() -> None:
    catalogue = {"leaf": profile({}, key="leaf"), "profile": profile({})}
    catalogue["a"] = profile({}, contains(key=(["profile"], "0:1")), catalogue, key="a")
    assert profile({}, contains(key=(["a"], "1:1")), catalogue)
    assert profile({}, contains(key=(["profile", "leaf"], "1:1")), catalogue)


def test_a_required_chain_goes_5_deep_and_no_deeper() -> None:
    rows = contains(key=(["p1"], "1:1"))
    assert profile({}, rows, chain(5))
    assert refused({"properties": {}, "contained": rows}, chain(6)) == CYCLE


def test_an_optional_chain_may_be_longer() -> None:
    assert profile({}, contains(key=(["p1"], "1:1")), chain(9, "0:1"))
    assert profile({}, contains(key=(["p1"], "0:1")), chain(6))


def test_a_profile_that_makes_another_too_deep_is_refused() -> None:
    catalogue = chain(6)
    (fault,) = refusal_of("p6", body(key=(["leaf"], "1:1")), {**catalogue, "leaf": profile({})})
    assert (fault.path, fault.rule) == ("/contained", "cycle")
    assert "p1" in fault.message


def refusal_of(key: str, definition: Json, catalogue: dict[str, ProfileDefinition]) -> Any:
    with pytest.raises(Refused) as found:
        check_profile(key, exact(definition), catalogue)
    return found.value.faults


def test_cycles_are_sought_in_time_that_does_not_explode() -> None:
    keys = tuple(f"q{number}" for number in range(200))
    row = Containment(keys, Cardinality.EXACTLY_ONE)
    catalogue = {key: ProfileDefinition(contained={"key": row}) for key in keys}
    assert refused(body(key=(list(keys), "1:1")), catalogue) == CYCLE
    catalogue["q0"] = ProfileDefinition()
    assert profile({}, contains(key=(list(keys), "1:1")), catalogue)
