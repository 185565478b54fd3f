"""Two texts side by side: the words that differ are marked, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.past import word_differences
from ingestion.past.word_differences import look_alike, side_by_side

TEXTS = st.text(alphabet="ab \n.é", max_size=60)


def marked(text: str, other: str) -> list[str]:
    return [piece.text for piece in side_by_side(other, text)[1] if piece.is_marked]


@given(TEXTS, TEXTS)
def test_the_pieces_are_the_texts(old: str, new: str) -> None:
    pieces = side_by_side(old, new)
    assert ["".join(piece.text for piece in side) for side in pieces] == [old, new]


@given(TEXTS, TEXTS)
def test_what_is_not_marked_is_the_same(old: str, new: str) -> None:
    one, other = side_by_side(old, new)
    if any(piece.is_marked for piece in (*one, *other)):
        kept = ["".join(p.text for p in side if not p.is_marked) for side in (one, other)]
        assert kept[0] == kept[1]


def test_only_the_words_that_differ_are_marked() -> None:
    old = "It has twelve beds and a garden by the river."
    assert marked("It has twenty beds and a garden by the river.", old) == ["twenty"]


def test_values_of_few_words_are_shown_whole() -> None:
    assert marked("20", "12") == []


def test_texts_with_little_in_common_are_shown_whole() -> None:
    assert marked("nothing of this was ever said before", "a wholly other text, with a comma") == []


def test_a_long_stretch_of_the_same_is_folded_and_still_there() -> None:
    same = "word " * 400
    _, pieces = side_by_side(f"one {same}", f"two {same}")
    assert [piece.is_folded for piece in pieces] == [False, False, True, False]
    assert "".join(piece.text for piece in pieces) == f"two {same}"


def test_very_long_texts_are_told_apart_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_differences, "MOST_WORDS", 4)
    assert marked("same start. x b y d z same end", "same start. a b c d e same end") == [
        "x b y d z"
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [("a b", "a\u00a0b"), ("é", "e\u0301"), ("a\r\nb", "a\nb"), ("ab", "a\u200bb"), ("", " ")],
)
def test_what_nobody_can_tell_apart_looks_alike(one: str, other: str) -> None:
    assert look_alike(one, other)


def test_digits_are_told_apart() -> None:
    assert not look_alike("1.10", "1.1")
