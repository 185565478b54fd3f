"""Where searches of text might end too early: at what indexes cut, and between words."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote

import pytest

from tests.clients import Api
from tests.search.conftest import Indexed

LAST = "\U0010ffff"


@pytest.fixture
def named(api: Api, indexed: Indexed) -> str:
    return indexed(
        {
            "name": {"type": "symbol", "indexed": True},
            "tags": {"type": "array", "items": {"type": "symbol", "indexed": True}},
        }
    )


def ids(api: Api, profile: str, query: str) -> set[str]:
    answer = api.get(f"resources/{profile}?{query}")
    assert answer.status == 200, answer.text
    return {row["id"] for row in answer.json["data"]}


@pytest.mark.parametrize("key", ["name", "tags"])
def test_texts_that_differ_behind_what_an_index_holds_are_told_apart(
    api: Api, named: str, key: str
) -> None:
    start = "Ab " * 100
    for id, text in (("one", f"{start}1"), ("two", f"{start}2")):
        data = {key: text if key == "name" else [text]}
        api.put(f"resources/{named}/{id}", {"data": data})
    for lookup in ("iexact", "istartswith", "startswith"):
        assert ids(api, named, f"data.{key}__{lookup}={quote(start)}1") == {"one"}
    assert ids(api, named, f"data.{key}__istartswith={quote(start.lower())}") == {"one", "two"}
    assert ids(api, named, f"data.{key}__iexact={quote(start)}") == set()


def test_the_last_character_of_all_hides_nothing(api: Api, named: str) -> None:
    for id, text in (("one", f"a{LAST}"), ("two", f"a{LAST * 3}b"), ("other", LAST)):
        api.put(f"resources/{named}/{id}", {"data": {"name": text}})
    assert ids(api, named, "data.name__startswith=a") == {"one", "two"}
    assert ids(api, named, f"data.name__istartswith=A{quote(LAST * 2)}") == {"two"}


def test_what_stands_between_words_is_passed_over(api: Api, named: str) -> None:
    data = {"name": "O'Neil & Sons", "tags": ["ear-nose-throat"]}
    api.put(f"resources/{named}/a", {"data": data})
    for words in ("sons & neil", "O'Ne", "-- sons", "ear-no", "throat, (sons)", "o & nose-thr"):
        assert ids(api, named, f"q={quote(words)}") == {"a"}, words
    for words in ("onei", "nose-x", "sons x", "ons"):
        assert ids(api, named, f"q={quote(words)}") == set(), words


def test_long_words_are_found_by_their_beginning(api: Api, named: str) -> None:
    api.put(f"resources/{named}/a", {"data": {"name": "x" * 100}})
    assert ids(api, named, f"q={'x' * 100}") == {"a"}
    assert ids(api, named, f"q={'x' * 63}y") == set()


def test_a_text_of_many_words_can_be_stored_and_found(api: Api, named: str) -> None:
    """A tsvector of all of them would be too large to be written."""
    text = " ".join(f"word{'x' * 50}{number}" for number in range(15_000))
    assert api.put(f"resources/{named}/a", {"data": {"name": text}}).status == 201
    assert ids(api, named, f"data.name__istartswith=WORD{'x' * 50}0") == {"a"}
    assert ids(api, named, f"q=word{'x' * 50}7") == {"a"}


@pytest.mark.parametrize("longitude", ["179.99", "-179.99", "180", "-180"])
def test_a_circle_goes_on_behind_the_180th_meridian(
    api: Api, indexed: Indexed, longitude: str
) -> None:
    profile = indexed({"at": {"type": "geopoint", "indexed": True}})
    for id, east in (("west", -179.99), ("east", 179.99), ("line", 180), ("far", 179)):
        data = {"at": {"longitude": Decimal(str(east)), "latitude": 0}}
        api.put(f"resources/{profile}/{id}", {"data": data})
    near = ids(api, profile, f"data.at__near=0,{longitude},2500")
    assert near == {"west", "east", "line"}


def test_signs_of_patterns_are_letters_like_others(api: Api, named: str) -> None:
    for id, text in (("percent", "a%c"), ("line", "a_c"), ("slash", "a\\c"), ("other", "abc")):
        api.put(f"resources/{named}/{id}", {"data": {"name": text}})
    for pattern, right in (("a%*", {"percent"}), ("a_c*", {"line"}), ("a\\*", {"slash"})):
        body = {"collectionKey": named, "filter": {"eq": {"name": pattern}}}
        hits = api.post("query", body).json["hits"]
        assert {hit["resource"]["id"] for hit in hits} == right, pattern
