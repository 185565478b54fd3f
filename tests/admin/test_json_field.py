"""The form field that keeps every digit, without a database."""

import pytest
from django.core.exceptions import ValidationError

from profiles.exact import Document, pretty
from profiles.form_fields import ExactJSONFormField

TEXTS = ["{}", "[]", '""', "0", "false", "1.10", "-0.00000000000000000001", '{"a":[1.0,{"b":"é"}]}']


def cleaned(text: str) -> Document:
    document = ExactJSONFormField().clean(text)
    assert isinstance(document, Document)
    return document


@pytest.mark.parametrize("text", TEXTS)
def test_a_value_survives_the_way_to_a_form_and_back(text: str) -> None:
    shown = ExactJSONFormField().prepare_value(cleaned(text).value)
    if shown != cleaned(text).value:  # A JSON text is taken for what was typed: it needs no form.
        assert pretty(cleaned(shown).value) == pretty(cleaned(text).value)


def test_what_was_typed_is_handed_on_without_the_space_around_it() -> None:
    assert cleaned(' {"a": 1.10}\r\n').text == b'{"a": 1.10}'


@pytest.mark.parametrize("text", ["", "  ", None])
def test_nothing_typed_is_a_fault_where_something_is_required(text: str | None) -> None:
    with pytest.raises(ValidationError):
        ExactJSONFormField().clean(text)
    assert ExactJSONFormField(required=False).clean(text) is None


@pytest.mark.parametrize("text", ["{", "{'a':1}", '{"a":1,"a":2}', '"\\u0000"', '"\0"', "1 2"])
def test_what_is_no_json_is_a_fault(text: str) -> None:
    with pytest.raises(ValidationError):
        ExactJSONFormField().clean(text)


@pytest.mark.parametrize(
    ("before", "typed", "has_changed"),
    [
        ({}, "{ }", False),
        ({}, "[]", True),
        ({"a": 1}, '{\r\n"a":1}', False),
        ({"a": 1}, '{"a":1.0}', True),
        ({"a": 1, "b": 2}, '{"b":2,"a":1}', False),
        ({}, "{", True),
        ({}, "", True),
    ],
)
def test_a_field_has_changed_if_its_value_has(
    before: object, typed: str, has_changed: bool
) -> None:
    assert ExactJSONFormField().has_changed(before, typed) is has_changed
