"""Lists of the admin that are sorted, filtered by an index, and searched by words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import OperationalError
from psycopg.errors import QueryCanceled

from ingestion.models import DataIndex, IndexState, Resource
from profiles.models import Profile
from tests.admin.pages import Page, Pages, address
from tests.factories import ResourceFactory


def listed(pages: Pages, profile: Profile, **parameters: str) -> Page:
    return pages.list(Resource, profile=f"{profile.source.key}/{profile.key}", **parameters)


def heading(page: Page, text: str) -> str:
    found = re.search(rf"<th [^>]*><div class=\"text\">(?:(?!</th>).)*{text}.*?</th>", page.text)
    assert found, text
    return found[0]


# Sorting


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("data.name", ["north", "south", "west"]),
        ("-data.name", ["south", "north", "west"]),
        ("-data.beds", ["south", "north", "west"]),
        ("data.home.city", ["west", "north", "south"]),
        ("createdAt", ["north", "south", "west"]),
        ("-updatedAt", ["west", "south", "north"]),
        ("-id", ["west", "south", "north"]),
    ],
)
def test_a_list_is_sorted_and_what_is_absent_is_last(
    steward: Pages, clinic: Profile, sort: str, ids: list[str]
) -> None:
    page = listed(steward, clinic, sort=sort)
    assert page.rows == ids
    assert page.messages == []


def test_headings_sort_one_way_and_then_the_other(steward: Pages, clinic: Profile) -> None:
    page = listed(steward, clinic)
    assert "sort=data.beds" in heading(page, "Beds")
    assert "aria-sort" not in heading(page, "Beds")
    assert "sort=-updatedAt" in heading(page, "Updated at")
    assert "<a" not in heading(page, "Floors")
    page = listed(steward, clinic, sort="data.beds")
    assert "sort=-data.beds" in heading(page, "Beds")
    assert 'aria-sort="ascending"' in heading(page, "Beds")
    page = listed(steward, clinic, sort="-data.beds")
    assert 'aria-sort="descending"' in heading(page, "Beds")


@pytest.mark.parametrize("sort", ["data.beds", "-data.beds", "-id", "updatedAt"])
def test_pages_go_both_ways_under_a_sort(
    steward: Pages, clinic: Profile, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.admin.resources.ResourceAdmin.list_per_page", 2)
    for number in range(5):
        data = {"beds": number % 2} if number < 3 else {}
        ResourceFactory.create(profile=clinic, id=f"x{number}", data=data)
    path = address(Resource, "changelist")
    there = [listed(steward, clinic, sort=sort)]
    while link := there[-1].context["cl"].next_page:
        there.append(steward.open(path + link))
    back = [there[-1]]
    while link := back[-1].context["cl"].previous_page:
        back.append(steward.open(path + link))
    every = [id for page in there for id in page.rows]
    assert sorted(every) == ["north", "south", "west", "x0", "x1", "x2", "x3", "x4"]
    assert [page.rows for page in back] == [page.rows for page in reversed(there)]


def test_a_position_of_another_order_is_no_page(steward: Pages, clinic: Profile) -> None:
    for number in range(51):
        ResourceFactory.create(profile=clinic, id=f"x{number}")
    link = listed(steward, clinic, sort="id").context["cl"].next_page
    page = steward.open(address(Resource, "changelist") + link.replace("sort=id", "sort=-id"))
    assert page.messages == ["There is no such page: this is the first."]


@pytest.mark.parametrize("sort", ["data.floors", "data.at", "data.none", "name", "é", "-", "data."])
def test_a_sort_that_is_not_possible_is_told(steward: Pages, clinic: Profile, sort: str) -> None:
    page = listed(steward, clinic, sort=sort)
    assert page.rows == ["west", "south", "north"]
    (message,) = page.messages
    assert message.startswith(f"Not sorted by {sort}: ")


def test_what_is_not_ready_is_neither_sorted_by_nor_offered(
    steward: Pages, clinic: Profile
) -> None:
    DataIndex.objects.filter(path="beds").update(state=IndexState.BUILDING)
    page = listed(steward, clinic, sort="data.beds")
    assert page.messages == [
        "Not sorted by data.beds: The index of data.beds is being built: ask again later."
    ]
    assert "<a" not in heading(page, "Beds")
    assert '<option value="data.beds"' not in page.text
    assert '<option value="data.name"' in page.text


# Filters


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"data.beds__gte": "4"}, ["south"]),
        ({"data.beds__gte": "3", "data.beds__lte": "19"}, ["north"]),
        ({"data.opened__lte": "2005"}, ["north"]),
        ({"data.name__istartswith": "SOUTH"}, ["south"]),
        ({"data.home.city__istartswith": "tor"}, ["west"]),
        ({"data.at__near": "43.7,-79.4,1000"}, ["west"]),
        ({"data.beds__gte": "1", "sort": "data.name"}, ["north", "south"]),
    ],
)
def test_what_is_indexed_is_filtered_by_ranges_beginnings_and_distance(
    steward: Pages, clinic: Profile, asked: dict[str, str], ids: list[str]
) -> None:
    page = listed(steward, clinic, **asked)
    assert page.rows == ids
    for name, text in asked.items():
        if "near" not in name and name != "sort":
            assert f'name="{name}" value="{text}"' in page.text


def test_a_distance_is_typed_in_three_inputs(steward: Pages, clinic: Profile) -> None:
    typed = {"~latitude": "43.7", "~longitude": "-79.4", "~kilometres": "0.5"}
    page = listed(steward, clinic, **{f"data.at__near{end}": text for end, text in typed.items()})
    request: Any = page.context["request"]
    assert request.GET["data.at__near"] == "43.7,-79.4,500"
    assert page.rows == ["west"]
    for end, text in typed.items():
        assert f'name="data.at__near{end}" value="{text}"' in page.text


@pytest.mark.parametrize("end", ["~latitude", "~longitude", "~kilometres"])
def test_a_part_of_a_distance_is_a_fault_beside_its_inputs(
    steward: Pages, clinic: Profile, end: str
) -> None:
    page = listed(steward, clinic, **{f"data.at__near{end}": "1,5"})
    assert page.rows == []
    assert "Must be a latitude, a longitude and so many kilometres" in page.text


def test_inputs_are_offered_for_what_is_ready_only(steward: Pages, clinic: Profile) -> None:
    text = listed(steward, clinic).text
    for name in ("beds__gte", "opened__lte", "name__istartswith", "at__near~latitude"):
        assert f'name="data.{name}"' in text
    assert 'name="data.floors__gte"' not in text
    DataIndex.objects.update(state=IndexState.FAILED)
    assert "__gte" not in listed(steward, clinic).text


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("data.floors__gte", 'Needs an index. Mark data.floors "indexed": true in clinic.'),
        ("data.beds__gte", "The index of data.beds is being built: ask again later."),
    ],
)
def test_what_would_scan_is_refused_with_the_remedy(
    steward: Pages, clinic: Profile, name: str, message: str
) -> None:
    DataIndex.objects.filter(path="beds").update(state=IndexState.BUILDING)
    page = listed(steward, clinic, **{name: "1"})
    assert page.rows == []
    assert message in page.text
    assert f'name="{name}" value="1"' in page.text


@pytest.mark.parametrize("name", ["version", "version__gt", "xdata.name", "from.data.name"])
def test_a_filter_that_there_is_not_is_told(steward: Pages, clinic: Profile, name: str) -> None:
    page = listed(steward, clinic, **{name: "1"})
    assert page.rows == []
    assert f"There is no filter {name}." in page.text


# Search


def test_words_of_indexed_texts_are_found_in_any_case(steward: Pages, clinic: Profile) -> None:
    assert listed(steward, clinic, q="star").rows == ["north"]
    assert listed(steward, clinic, q="CROSS sou").rows == ["south"]
    assert listed(steward, clinic, q="toron").rows == ["west"]
    assert listed(steward, clinic, q="north cross").rows == []
    assert listed(steward, clinic, q="star", **{"data.beds__gte": "4"}).rows == []


@pytest.mark.parametrize("text", ["%", "((", "a:*", "& |", "x " * 40, "'", "é"])
def test_a_search_for_anything_finds_nothing(steward: Pages, clinic: Profile, text: str) -> None:
    assert listed(steward, clinic, q=text).rows == []


# Who asks too much


def test_who_asks_too_much_reads_it_on_the_page(
    steward: Pages, clinic: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_long(*_: object, **__: object) -> None:
        raise OperationalError("canceling statement") from QueryCanceled()

    monkeypatch.setattr("ingestion.admin.keyset.find", too_long)
    page = listed(steward, clinic, q="north")
    assert page.status == 200
    assert page.rows == []
    (message,) = page.messages
    assert message.startswith("The search took longer than")
