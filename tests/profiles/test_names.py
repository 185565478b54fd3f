import pytest

from profiles.names import PATH_WORDS, is_id, is_key, is_property_key

FIT = ["a", "A", "0", "-", "-a", "a-b_c", "payment-method", "primaryPaymentMethod", "ab9"]
UNFIT = [
    "",
    "_a",
    "a b",
    "a.b",
    "a/b",
    "a:b",
    "a@b",
    "é",
    "a\n",
    " a",
    "٣",
    "@rootId",
    None,
    5,
    ["a"],
]


@pytest.mark.parametrize("name", FIT)
def test_a_name_of_letters_digits_and_hyphens_fits_everywhere(name: str) -> None:
    assert is_key(name)
    assert is_id(name)
    assert is_property_key(name)


@pytest.mark.parametrize("name", UNFIT)
def test_a_name_with_other_characters_fits_nowhere(name: object) -> None:
    assert not is_key(name)
    assert not is_id(name)
    assert not is_property_key(name)


def test_a_key_has_at_most_62_characters() -> None:
    assert is_key("k" * 62)
    assert not is_key("k" * 63)
    assert is_property_key("k" * 62)
    assert not is_property_key("k" * 63)


def test_an_id_has_at_most_93_characters() -> None:
    assert is_id("i" * 93)
    assert not is_id("i" * 94)


@pytest.mark.parametrize("word", sorted(PATH_WORDS))
def test_a_word_of_the_paths_is_no_key_but_an_id_and_a_property(word: str) -> None:
    assert not is_key(word)
    assert is_id(word)
    assert is_property_key(word)


@pytest.mark.parametrize("name", ["a__b", "a_", "a__", "_a", "__"])
def test_a_property_neither_holds_two_underscores_nor_ends_with_one(name: str) -> None:
    assert not is_property_key(name)


def test_a_property_may_hold_single_underscores() -> None:
    assert is_property_key("a_b_c")
