from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.exact import Document, canonical, decode, encode, plain_number
from profiles.faults import Refused

NOT_JSON = [
    *[
        b"",
        b" ",
        b"tru",
        b"nan",
        b"undefined",
        b"'a'",
        b'"a',
        b"[1,]",
        b'{"a":1,}',
        b"{a:1}",
        b"1 2",
    ],
    *[b"NaN", b"Infinity", b"-Infinity", b"[NaN]", b"01", b"1.", b".5", b"+1", b"1e", b"-", b"0x1"],
    *[b'"\n"', b'"\x00"', b'"\\x41"', b"// a\n1", b"\xef\xbb\xbf1"],
]
BROKEN_TEXT = [
    *[b'"\xff"', b'"\xc0\x80"', b'"\xed\xa0\x80"', b'"\xe2\x82"', b'{"\xff":1}'],
    *[rb'"\ud800"', rb'"\udc00"', rb'"\ud800\u0041"', rb'"\ude00\ud83d"', rb'{"\ud800":1}'],
]
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
numbers = st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=30)
values = st.recursive(
    st.none() | st.booleans() | texts | numbers,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


def found(text: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        decode(text)
    assert refused.value.status == 400
    return [(fault.path, fault.rule) for fault in refused.value.faults]


@pytest.mark.parametrize("text", NOT_JSON)
def test_what_is_not_json_is_refused(text: bytes) -> None:
    assert found(text) == [("", "json")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"\xef\xbb\xbf{}", "it begins with a byte order mark; save it in UTF-8 without one"),
        (b"{'a': 1}", "key must be a string at line 1 column 2"),
    ],
)
def test_a_refusal_says_what_a_person_can_see(text: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=f"Is not valid JSON: {reason}."):
        decode(text)


@pytest.mark.parametrize("text", BROKEN_TEXT)
def test_broken_utf_8_and_lone_surrogates_are_refused(text: bytes) -> None:
    assert found(text) == [("", "json")]


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert decode(rb'"\ud83d\ude00"') == "😀"


@pytest.mark.parametrize(
    "text",
    [b'{"a":1,"a":1}', b'{"a":1,"\\u0061":2}', b'[{"b":{"a":1,"c":2,"a":3}}]', b'{"":1,"":2}'],
)
def test_a_key_that_occurs_twice_is_refused(text: bytes) -> None:
    assert found(text) == [("", "json")]


def test_the_same_key_may_occur_in_several_objects() -> None:
    assert decode(b'[{"a":1},{"a":{"a":2}}]') == [{"a": 1}, {"a": {"a": 2}}]


@pytest.mark.parametrize(
    "text",
    [
        b'{"secret \\" at":1,"secret \\" at":2}',
        b'{"secret":1,"secret":2}',
        b'{"a":secret}',
        b'["secret',
        b'"secret\\x"',
        b'{"secret":"\\u0000 secret"}',
    ],
)
def test_a_refusal_repeats_nothing_that_was_sent(text: bytes) -> None:
    with pytest.raises(Refused) as refused:
        decode(text)
    messages = [refused.value.message, *(fault.message for fault in refused.value.faults)]
    assert "secret" not in " ".join(messages)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (rb'"\u0000"', [""]),
        (rb'{"a":["x","a\u0000b"],"b":"\u0000"}', ["/a/1", "/b"]),
    ],
)
def test_nul_is_refused_at_its_place(text: bytes, places: list[str]) -> None:
    assert found(text) == [(place, "nul") for place in places]


def test_nul_in_a_key_is_refused_and_what_stands_under_it_too() -> None:
    text = rb'{"a/\u0000":{"b":"\u0000"}}'
    assert found(text) == [("/a~1\ufffd", "nul"), ("/a~1\ufffd/b", "nul")]


@pytest.mark.parametrize("text", [rb'"\\u0000"', rb'["\\\\u0000"]', rb'{"\\u0000":1}'])
def test_an_escaped_backslash_before_u0000_is_no_nul(text: bytes) -> None:
    assert encode(decode(text)) == text


def test_nesting_ends_at_some_depth() -> None:
    assert decode(b"[" * 200 + b"]" * 200)
    assert found(b"[" * 300 + b"]" * 300) == [("", "json")]
    assert found(b'{"a":' * 100_000) == [("", "json")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.10", Decimal("1.10")),
        ("1e3", Decimal("1e3")),
        ("0.1", Decimal("0.1")),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        (f"0.{'1' * 100}", Decimal(f"0.{'1' * 100}")),
    ],
)
def test_no_number_becomes_a_float(text: str, value: object) -> None:
    read = decode(text.encode())
    assert str(read) == str(value)
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1e3", "1000"),
        ("1.5e2", "150"),
        ("1.50e1", "15.0"),
        ("1.10", "1.10"),
        ("1E-2", "0.01"),
        ("-0", "0"),
        ("-0.0", "0.0"),
        ("-0.00e1", "0.0"),
        ("0e5", "0"),
        ("-0e5", "0"),
        ("0e-7", "0.0000000"),
        ("-1e-9", "-0.000000001"),
        ("18446744073709551616", "18446744073709551616"),
        ("1" + "0" * 1000, "1" + "0" * 1000),
        ("1e1000", "1" + "0" * 1000),
        ('{"a":[1e2]}', '{"a":[100]}'),
    ],
)
def test_a_number_is_written_without_exponent_and_minus_zero(text: str, written: str) -> None:
    assert encode(decode(text.encode())).decode() == written


@pytest.mark.parametrize("text", [b"1e999999999", b"1e-999999999", b"-1e100000"])
def test_an_enormous_exponent_is_not_written_out(text: bytes) -> None:
    assert len(encode(decode(text))) < 20


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1e3", 1000),
        ("-1.5E+2", -150),
        ("1.10", Decimal("1.10")),
        ("-0.0", Decimal("0.0")),
        ("-0", Decimal("0")),
        ("0e5", 0),
        ("1e2000", Decimal("1e2000")),
        ("1e999999999", Decimal("1e999999999")),
    ],
)
def test_a_plain_number_reads_as_the_database_gives_it_back(text: str, plain: object) -> None:
    found = plain_number(Decimal(text))
    assert (type(found), str(found)) == (type(plain), str(plain))


def test_a_plain_number_keeps_more_digits_than_the_context_of_decimal() -> None:
    digits = "1." + "1" * 200
    assert str(plain_number(Decimal(digits))) == digits


@settings(deadline=None)
@given(values)
def test_what_is_encoded_decodes_to_the_same(value: Any) -> None:
    assert decode(encode(value)) == value


@settings(deadline=None)
@given(values)
def test_what_was_encoded_once_never_changes_again(value: Any) -> None:
    text = encode(value)
    assert encode(decode(text)) == text


def test_encoding_keeps_the_order_of_members_and_elements() -> None:
    text = b'{"b":[2,1],"a":{"d":null,"c":false}}'
    assert encode(decode(text)) == text


def test_canonical_texts_do_not_differ_by_the_order_of_members() -> None:
    one, other = decode(b'{"b":{"d":1,"c":2},"a":[1]}'), decode(b'{"a":[1],"b":{"c":2,"d":1}}')
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.10", "1.1"),
        ("1", "1.0"),
        ("[1,2]", "[2,1]"),
        ("1", '"1"'),
        ('"a"', '"A"'),
        ("0", "false"),
    ],
)
def test_canonical_texts_differ_where_the_stored_texts_differ(one: str, other: str) -> None:
    assert canonical(decode(one.encode())) != canonical(decode(other.encode()))


def test_a_document_holds_a_value_and_its_text() -> None:
    made = Document.of({"a": Decimal("1.10")})
    assert made.text == b'{"a":1.10}'
    assert Document.read('{"a":1.10}') == made == Document.read(b'{"a":1.10}')
