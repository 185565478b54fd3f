import pytest

from profiles.exact import Json
from profiles.properties import Step
from tests.profiles.judging import Found, profile, refused

SYMBOL = {"type": "symbol"}

PROPERTIES = {
    "text": SYMBOL,
    "number": {"type": "integer"},
    "flag": {"type": "boolean"},
    "day": {"type": "date"},
    "home": {"type": "address"},
    "tags": {"type": "array", "items": SYMBOL},
}


def of_when(when: Json, **more: Json) -> Found:
    x = {"type": "symbol", "rules": [{"required": True, "when": when}]}
    found = refused({"properties": {**PROPERTIES, **more, "x": x}})
    return [(path.removeprefix("/properties/x/rules/0/when"), rule) for path, rule in found]


@pytest.mark.parametrize(
    "when",
    [
        {"eq": {"text": "a*"}},
        {"eq": {"number": 1}},
        {"eq": {"number": "*"}},
        {"lt": {"number": 1.5}},
        {"gt": {"number": 0}},
        {"eq": {"flag": False}},
        {"eq": {"day": "2024*"}},
        {"eq": {"home": "*"}},
        {"eq": {"home.city": "x"}},
        {"eq": {"home.period.start": "x"}},
        {"eq": {"home.id": "x"}},
        {"eq": {"tags": "a"}},
        {"eq": {"x": "a"}},
    ],
)
def test_a_condition_that_fits_is_accepted(when: Json) -> None:
    x = {"type": "symbol", "rules": [{"required": True, "when": when}]}
    assert profile({**PROPERTIES, "x": x})


@pytest.mark.parametrize(
    ("when", "found"),
    [
        (1, [("", "type")]),
        ({}, [("", "min")]),
        ({"ne": {"text": "a"}}, [("/ne", "unknown")]),
        ({"eq": {"text": "a"}, "lt": {"number": 1}}, [("", "max")]),
        ({"eq": 1}, [("/eq", "type")]),
        ({"eq": {}}, [("/eq", "min")]),
        ({"eq": {"text": "a", "day": "b"}}, [("/eq", "max")]),
        ({"eq": {"nope": "a"}}, [("/eq", "when")]),
        ({"eq": {"": "a"}}, [("/eq", "when")]),
        ({"eq": {"text.more": "a"}}, [("/eq", "when")]),
        ({"eq": {"home.nope": "a"}}, [("/eq", "when")]),
        ({"eq": {"home..city": "a"}}, [("/eq", "when")]),
        ({"eq": {"text": 1}}, [("/eq", "when")]),
        ({"eq": {"text": True}}, [("/eq", "when")]),
        ({"eq": {"text": None}}, [("/eq", "when")]),
        ({"eq": {"number": "1"}}, [("/eq", "when")]),
        ({"eq": {"number": True}}, [("/eq", "when")]),
        ({"eq": {"number": [1]}}, [("/eq", "when")]),
        ({"eq": {"number": {"a": 1}}}, [("/eq", "when")]),
        ({"lt": {"number": {}}}, [("/lt", "when")]),
        ({"eq": {"flag": 1}}, [("/eq", "when")]),
        ({"eq": {"home": "a"}}, [("/eq", "when")]),
        ({"eq": {"tags": 1}}, [("/eq", "when")]),
        ({"lt": {"text": "a"}}, [("/lt", "when")]),
        ({"lt": {"day": "2024"}}, [("/lt", "when")]),
        ({"gt": {"number": "*"}}, [("/gt", "when")]),
        ({"gt": {"flag": True}}, [("/gt", "when")]),
        ({"eq": {"text[current]": "a"}}, [("/eq", "when")]),
        ({"eq": {"tags[current]": "a"}}, [("/eq", "when")]),
        ({"eq": {"text": "a*" * 5_000}}, [("/eq", "when")]),
    ],
)
def test_a_condition_that_does_not_fit_is_refused(when: Json, found: Found) -> None:
    assert of_when(when) == found


def test_an_operand_that_cannot_be_kept_is_refused() -> None:
    rule = '{"required":true,"when":{"lt":{"x":1e999999}}}'
    body = f'{{"properties":{{"x":{{"type":"decimal","rules":[{rule}]}}}}}}'
    assert refused(body.encode()) == [("/properties/x/rules/0/when/lt/x", "range")]


def test_current_names_an_array_that_encloses_the_rule() -> None:
    def lists(path: str) -> dict[str, Json]:
        a = {"type": "symbol", "rules": [{"required": True, "when": {"eq": {path: "x"}}}]}
        group = {"type": "object", "properties": {"a": a, "b": SYMBOL}}
        return {
            "here": {"type": "array", "items": group},
            "there": {"type": "array", "items": {"type": "object", "properties": {"b": SYMBOL}}},
        }

    place = "/properties/here/items/properties/a/rules/0/when/eq"
    assert profile(lists("here[current].b"))
    assert profile(lists("there.b"))
    assert refused({"properties": lists("there[current].b")}) == [(place, "when")]
    assert refused({"properties": lists("here.b[current]")}) == [(place, "when")]
    assert refused({"properties": lists("here[current][current].b")}) == [(place, "when")]
    assert refused({"properties": lists("here[0].b")}) == [(place, "when")]


def test_a_rule_on_the_array_itself_has_no_current_element() -> None:
    rule = {"min": 1, "when": {"eq": {"tags[current]": "x"}}}
    tags = {"type": "array", "items": SYMBOL, "rules": [rule]}
    assert refused({"properties": {"tags": tags}}) == [("/properties/tags/rules/0/when/eq", "when")]


def test_a_condition_on_an_unsound_property_waits_until_that_is_mended() -> None:
    x = {"type": "symbol", "rules": [{"required": True, "when": {"eq": {"y": "a"}}}]}
    assert refused({"properties": {"x": x, "y": {"type": "nope"}}}) == [
        ("/properties/y/type", "enum")
    ]


def test_a_path_of_a_condition_is_read_step_by_step() -> None:
    rule = {"required": True, "when": {"eq": {"here[current].b": "x"}}}
    group = {"type": "object", "properties": {"a": {**SYMBOL, "rules": [rule]}, "b": SYMBOL}}
    read = profile({"here": {"type": "array", "items": group}}).properties["here"].items
    assert read is not None
    when = read.properties["a"].rules[0].when
    assert when is not None
    assert when.path == (Step("here", current=True), Step("b"))
