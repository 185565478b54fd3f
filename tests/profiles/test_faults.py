import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.faults import MOST_FAULTS, ErrorType, Fault, Refused, faulty, not_found, pointer
from tests.datatypes import TABLE
from tests.profiles.judging import contains, exact, faults, judge, profile, validator

SECRET = "q7secret"
NUMBER = 700700700700700700700
MEMBERS = [
    "use",
    "system",
    "value",
    "start",
    "end",
    "line",
    "id",
    "type",
    "longitude",
    "size",
    "opens",
]
RULES: dict[str, list[dict[str, Any]]] = {
    "symbol": [{"max": 1, "pattern": "^a$", "enum": ["b"]}],
    "integer": [{"max": 1, "enum": [2]}],
    "array": [{"max": 0}, {"min": 9}],
}
PROPERTIES = {
    type: {**examples.definition, "rules": RULES.get(type, [])} for type, examples in TABLE.items()
}
DEFINED = validator(profile(PROPERTIES))

secrets = st.recursive(
    st.sampled_from([SECRET, f"{SECRET} {SECRET}\n", NUMBER, -NUMBER, True, None]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*MEMBERS, SECRET]), inner, max_size=4)
    ),
    max_leaves=8,
)


def told(found: list[Fault]) -> str:
    return " ".join(f"{fault.message} {fault.expected}" for fault in found)


def places(found: list[Fault]) -> list[str]:
    return [fault.path for fault in found]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*TABLE, SECRET]), secrets), st.sampled_from([*TABLE]))
def test_no_fault_of_a_record_tells_what_was_sent(data: dict[str, Any], type: str) -> None:
    found = DEFINED.faults(exact({"data": {**data, type: {SECRET: SECRET}}}))
    assert found
    assert SECRET not in told(found)
    assert str(NUMBER) not in told(found)


@pytest.mark.parametrize("member", ["id", "type", "data", "contained", SECRET])
def test_no_fault_of_a_contained_resource_tells_what_was_sent(member: str) -> None:
    catalogue = {"leaf": profile({}, key="leaf")}
    catalogue["profile"] = profile({}, contains(key=(["leaf"], "0:1")), catalogue)
    row = {"id": "a", "type": "leaf", "data": {}, member: f" {SECRET}"}
    found = validator(catalogue["profile"], catalogue).faults(
        {"data": {}, "contained": {"key": [row, row], SECRET: []}}
    )
    assert len(found) >= 3
    assert SECRET not in told(found)


def test_a_place_and_a_rule_have_one_fault() -> None:
    definition = {
        "type": "symbol",
        "rules": [{"min": 3}, {"min": 2}, {"pattern": "a"}, {"pattern": "b"}],
    }
    assert judge(definition, '""') == [("", "min"), ("", "pattern")]


def test_where_the_type_is_wrong_nothing_else_is_told() -> None:
    definition = {"type": "date", "rules": [{"min": 100, "pattern": "^x", "enum": ["2024"]}]}
    assert judge(definition, '"y"') == [("", "type")]


def test_a_wrong_type_hides_nothing_at_other_places() -> None:
    text = '{"start":1,"end":"24","id":"a b"}'
    assert judge({"type": "period"}, text) == [
        ("/end", "type"),
        ("/id", "type"),
        ("/start", "type"),
    ]


def test_all_faults_are_told_at_once() -> None:
    properties = {
        "name": {"type": "symbol", "rules": [{"required": True}]},
        "count": {"type": "integer", "rules": [{"max": 3}]},
    }
    found = faults(properties, {"count": 4, "more": 1})
    assert [(fault.path, fault.rule) for fault in found] == [
        ("/data/count", "max"),
        ("/data/more", "unknown"),
        ("/data/name", "required"),
    ]


def test_faults_stand_in_the_order_of_their_places_and_indices_count_as_numbers() -> None:
    definition = {"type": "array", "items": {"type": "integer"}}
    text = json.dumps([None if index in (0, 2, 9, 10, 11, 100) else 1 for index in range(101)])
    assert [place for place, _ in judge(definition, text)] == [
        f"/{index}" for index in (0, 2, 9, 10, 11, 100)
    ]


def test_a_place_stands_before_the_places_inside_it() -> None:
    definition = {"type": "array", "items": {"type": "period"}, "rules": [{"max": 1}]}
    text = '[{"start":"2024","end":"2023","id":""},{"x":1}]'
    assert judge(definition, text) == [
        ("", "max"),
        ("/0", "order"),
        ("/0/id", "type"),
        ("/1/x", "unknown"),
    ]


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ((), ""),
        (("a", 0, "b"), "/a/0/b"),
        (("a/b", "c~d", "~1"), "/a~1b/c~0d/~01"),
        (("", ""), "//"),
        (("é 😀",), "/é 😀"),
    ],
)
def test_a_pointer_escapes_tilde_and_slash(steps: tuple[str | int, ...], path: str) -> None:
    assert pointer(*steps) == path


def test_the_key_of_an_unknown_member_is_escaped_in_its_place() -> None:
    assert places(faults({}, {"a/b~c": 1})) == ["/data/a~1b~0c"]


@pytest.mark.parametrize("key", ["0", "01", "10", "-1", "00a"])
def test_a_key_of_digits_is_told_as_it_is_written(key: str) -> None:
    deep = {"type": "object", "properties": {key: {"type": "integer", "rules": [{"min": 1}]}}}
    properties = {key: {"type": "array", "items": deep}}
    assert places(faults(properties, {key: [{}, {key: 0}, {key: "x"}]})) == [
        f"/data/{key}/1/{key}",
        f"/data/{key}/2/{key}",
    ]


def test_a_contain_key_of_digits_is_told_as_it_is_written() -> None:
    catalogue = {"leaf": profile({}, key="leaf")}
    catalogue["profile"] = profile({}, contains(**{"01": (["leaf"], "0:1")}), catalogue)
    found = validator(catalogue["profile"], catalogue).faults(
        {"data": {}, "contained": {"01": [{"type": "leaf", "data": {}}, {"type": "leaf"}]}}
    )
    assert places(found) == ["/contained/01", "/contained/01/1/data"]


def test_of_keys_that_are_the_same_number_the_one_with_such_a_part_is_told() -> None:
    period = {"type": "period"}
    found = faults({"1": {"type": "symbol"}, "01": period}, {"1": "x", "01": {"start": "x"}})
    assert places(found) == ["/data/01/start"]


def test_an_unknown_member_is_answered_with_those_that_are_known() -> None:
    (found,) = faults({"b": {"type": "symbol"}, "a": {"type": "symbol"}}, {"c": 1})
    assert found.expected == ["a", "b"]
    assert found.message == "Is not known here. Known are: a, b."


def test_a_message_lists_the_first_of_many_names_and_expected_has_all() -> None:
    names = [f"code-{number:03}" for number in range(300)]
    (enum,) = faults({"a": {"type": "code", "rules": [{"enum": names}]}}, {"a": "x"})
    (unknown,) = faults({name: {"type": "symbol"} for name in names}, {"x": 1})
    for fault in (enum, unknown):
        assert fault.expected == names
        assert fault.message.endswith("code-058, code-059 … and 240 more.")


@pytest.mark.parametrize("data", [{f"x{number}": 1 for number in range(5_000)}, {"a": [1] * 5_000}])
def test_a_value_with_countless_faults_is_looked_at_until_there_are_enough(
    data: dict[str, Any],
) -> None:
    found = faults({"a": {"type": "array", "items": {"type": "symbol"}}}, data)
    assert MOST_FAULTS < len(found) < 5_000


@pytest.mark.parametrize(
    ("definition", "text", "expected", "message"),
    [
        ({"type": "integer"}, '"1"', "integer", "Must be a whole number."),
        ({"type": "array", "items": {"type": "symbol"}}, "1", "array", "Must be a list."),
        ({"type": "symbol", "rules": [{"min": 1}]}, '""', 1, "Must have at least 1 character."),
        ({"type": "symbol", "rules": [{"max": 2}]}, '"abc"', 2, "Must have at most 2 characters."),
        ({"type": "integer", "rules": [{"min": 0}]}, "-1", 0, "Must be at least 0."),
        ({"type": "integer", "rules": [{"max": 5}]}, "6", 5, "Must be at most 5."),
        (
            {"type": "symbol", "rules": [{"enum": ["a", "b"]}]},
            '"c"',
            ["a", "b"],
            "Must be one of: a, b.",
        ),
        (
            {"type": "symbol", "rules": [{"pattern": "^a"}]},
            '"b"',
            "^a",
            "Must match the pattern ^a",
        ),
        ({"type": "geopoint"}, '{"latitude":1}', True, "Is required."),
    ],
)
def test_a_fault_says_what_was_expected(
    definition: dict[str, Any], text: str, expected: object, message: str
) -> None:
    (fault,) = faults({"x": definition}, f'{{"x":{text}}}')
    assert (fault.expected, fault.message) == (expected, message)


@pytest.mark.parametrize("type", TABLE)
def test_a_wrong_type_is_expected_by_its_name(type: str) -> None:
    (fault,) = faults({"x": TABLE[type].definition}, {"x": None})
    assert fault.expected == type
    assert fault.message.startswith("Must be ")


def test_a_fault_is_shown_as_the_design_has_it() -> None:
    (fault,) = faults({"practiceNumber": {"type": "integer"}}, {"practiceNumber": "1"})
    assert faulty("resource", [fault]).as_json() == {
        "code": 400,
        "type": "INVALID_ARGUMENT",
        "message": "1 fault in the resource.",
        "details": [
            {
                "type": "INVALID_ARGUMENT",
                "path": "/data/practiceNumber",
                "rule": "type",
                "expected": "integer",
                "message": "Must be a whole number.",
            }
        ],
    }


def test_an_expected_zero_is_shown_and_an_absent_one_is_not() -> None:
    assert Fault("", "min", "…", 0).as_json()["expected"] == 0
    assert "expected" not in Fault("", "order", "…").as_json()


def test_a_scope_is_shown_only_if_there_is_one() -> None:
    assert Fault("", "type", "…", scope="root").as_json()["scope"] == "root"
    assert "scope" not in Fault("", "type", "…").as_json()


def test_a_fault_can_be_moved_under_a_prefix() -> None:
    assert Fault("/a", "type", "…").under("/data").path == "/data/a"


def test_a_refusal_counts_its_faults_and_takes_their_type() -> None:
    conflict = Fault("", "exists", "…", type=ErrorType.FAILED_PRECONDITION)
    refused = faulty("relationship", [conflict, conflict])
    assert refused.message == "2 faults in the relationship."
    assert (refused.type, refused.status) == (ErrorType.FAILED_PRECONDITION, 409)


def test_a_refusal_tells_the_first_faults_of_many() -> None:
    many = [Fault(f"/{number}", "type", "No.") for number in range(MOST_FAULTS + 1)]
    assert faulty("resource", many[1:]).message == "100 faults in the resource."
    refused = faulty("resource", many)
    assert refused.message == "More than 100 faults in the resource. These are the first."
    assert refused.as_json()["details"] == [fault.as_json() for fault in many[:-1]]
    assert len(refused.lines()) == MOST_FAULTS


def test_a_refusal_for_faults_of_several_types_is_an_invalid_argument() -> None:
    conflict = Fault("", "exists", "…", type=ErrorType.FAILED_PRECONDITION)
    assert faulty("relationship", [conflict, Fault("", "type", "…")]).status == 400


def test_a_refusal_may_have_a_status_of_its_own() -> None:
    assert Refused(ErrorType.FAILED_PRECONDITION, "…", status=412).as_json()["code"] == 412


def test_every_type_of_error_has_a_status() -> None:
    assert all(400 <= type.status < 600 for type in ErrorType)


def test_what_is_not_there_is_a_404() -> None:
    assert not_found("profile").status == 404


def test_a_refusal_that_is_told_anew_says_that_there_are_more() -> None:
    ill = Fault("/last", "type", "Must be text.")
    in_use = [
        Fault(f"/{n}", "unused", "Is used.", type=ErrorType.FAILED_PRECONDITION) for n in range(150)
    ]
    first = faulty("profile", [*in_use, ill])
    again = faulty("profile", first.faults)
    assert again.as_json() == first.as_json()
    assert again.message == "More than 100 faults in the profile. These are the first."
    assert (again.type, len(again.as_json()["details"])) == (ErrorType.INVALID_ARGUMENT, 100)
