"""Whatever a parameter says, the answer is a 400 in the one shape, or right."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.clients import Api
from tests.search.attacked import NASTY, SQL, is_harmless, is_in_shape

PARAMETERS = [
    *("data.name", "data.name__in", "data.name__startswith", "data.name__istartswith"),
    *("data.name__iexact", "data.tags__iexact", "data.tags__istartswith", "data.tags"),
    *("data.n", "data.n__gte", "data.n__lte", "data.n__in", "data.i", "data.i__gte"),
    *("data.born__gte", "data.born", "data.at__near", "data.flag", "data.name__isnull"),
    *("q", "sort", "fields", "total", "explain", "cursor", "perPage"),
    *("createdAt__gte", "updatedAt__lte", "identifier"),
]


def test_no_value_of_a_parameter_breaks_a_list(
    subtests: pytest.Subtests, api: Api, profile: str
) -> None:
    for name in PARAMETERS:
        with subtests.test(name):
            for value in NASTY:
                query = urlencode({name: value})
                assert is_harmless(api.get(f"resources/{profile}?{query}")), query
    assert api.get(f"resources/{profile}/a").status == 200


WRONG_NAMES = [
    *(f"data.{text}" for text in SQL),
    *(f"data.name__{text}" for text in [*SQL, "regex", "contains", "gte", "near", "in__gte", ""]),
    *("data.", "data", "data..name", "data.name.", "data.name.x", "data.at", "data.at__gte"),
    *("data.flag__gte", "data.tags__gte", "data.nope__gte", "from.data.name", "to.data.name"),
    *("Data.name", "data.name__IN", "data.name\0", "data.\ufffd", "q__in", "sort__gte"),
]


def test_a_name_that_is_none_is_refused(subtests: pytest.Subtests, api: Api, profile: str) -> None:
    for name in WRONG_NAMES:
        with subtests.test(name):
            assert is_in_shape(api.get(f"resources/{profile}?{urlencode({name: 'a'})}"))


WRONG_VALUES = [
    *("data.n__gte=", "data.n__gte=a", "data.n__gte=NaN", "data.n__gte=1e400000", "data.i=1.5"),
    *("data.i__gte=9223372036854775808", "data.i__lte=1e400", "data.born__gte=2024-13"),
    *("data.born__lte=yesterday", "data.flag=1", "data.name__isnull=", "data.name__isnull=yes"),
    *("data.n__in=", "data.n__in=1,,2", "data.n__in=1,a", 'data.name__in="a', "q=", "q=+", "q=--"),
    *("q=" + "a+" * 11, "sort=", "sort=data.", "sort=data.nope", "sort=name", "sort=--id"),
    *("sort=data.at", "sort=data.flag", "sort=-data.plain", "sort=id,createdAt", "fields="),
    *("fields=nope", "fields=data.", "fields=data.nope", "fields=data.name,", "fields=data..name"),
    *("fields=data.name__in", "total=", "total=all", "total=EXACT", "explain=1", "explain="),
    *("perPage=0", "perPage=1001", "perPage=-1", "perPage=1e2", "perPage=%D9%A1", "cursor="),
    *("data.at__near=", "data.at__near=a,b,c", "data.at__near=1,2", "data.at__near=1,2,3,4"),
    *("data.at__near=91,0,1", "data.at__near=0,181,1", "data.at__near=0,0,-1"),
    *("data.at__near=NaN,0,1", "data.at__near=0,0,1e9", "data.at__near=0,0,999999999"),
    *("data.name=a&data.name=b", "sort=id&sort=id", "data.name=%FF", "data.name=%ED%A0%80"),
    *("data.name=%00", "q=a%00b", "q=%FF", "createdAt__gte=2024-02-30", "updatedAt__lte=NaN"),
    *("data.plain__startswith=a", "data.plain__iexact=a", "createdAt__gte=0000-01-01"),
]


def test_a_value_that_is_none_is_refused(subtests: pytest.Subtests, api: Api, profile: str) -> None:
    for query in WRONG_VALUES:
        with subtests.test(query[:40]):
            assert is_in_shape(api.get(f"resources/{profile}?{query}"))


def test_ten_thousand_values_are_refused(api: Api, profile: str) -> None:
    many = ",".join(map(str, range(10_000)))
    assert is_in_shape(api.get(f"resources/{profile}?data.n__in={many}"))
    body = {"collectionKey": profile, "filter": {"any": {"n": list(range(10_000))}}}
    assert is_in_shape(api.post("query", body))


def test_a_hundred_values_are_answered(api: Api, profile: str) -> None:
    many = ",".join(map(str, range(100)))
    assert api.get(f"resources/{profile}?data.n__in={many}").json["data"]


def test_a_lone_surrogate_in_a_parameter_is_refused(
    subtests: pytest.Subtests, api: Api, profile: str
) -> None:
    for name in PARAMETERS:
        with subtests.test(name):
            assert is_in_shape(api.get(f"resources/{profile}?{name}=%ED%A0%80"))
