"""What was deleted is found again: in a list, by its id, and from where it was deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from ingestion.models import Resource
from profiles.models import Profile
from relationships.models import Relationship
from tests.admin.pages import Page, Pages, address
from tests.admin.past import newest, page_of, put, remove
from tests.factories import ProfileFactory


@pytest.fixture
def place(source: Any) -> Profile:
    profile: Profile = ProfileFactory.create(source=source, key="place")
    return profile


def deleted(pages: Pages, profile: Profile, **asked: Any) -> Page:
    name = f"{profile.source.key}/{profile.key}"
    return pages.open(address(Resource, "deleted"), profile=name, **asked)


def ids(page: Page) -> list[str]:
    return [row["deletion"].public_id for row in page.context["rows"]]


def test_the_newest_deletions_come_first(steward: Pages, place: Profile, provider: Profile) -> None:
    for profile, id in ((place, "a"), (provider, "other"), (place, "b"), (place, "kept")):
        put(profile, id, {"data": {}})
        if id != "kept":
            remove(profile, id, reason=f"No {id}.")
    put(place, "a", {"data": {}})
    page = deleted(steward, place)
    assert ids(page) == ["b", "a"]
    assert [row["deletion"].is_there for row in page.context["rows"]] == [False, True]
    assert "No b." in page.text
    assert page_of(newest("b")) in page.text


def test_pages_of_deletions_go_on(
    steward: Pages, place: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.admin.history.deleted.SHOWN", 2)
    for id in ("a", "b", "c"):
        put(place, id, {"data": {}})
        remove(place, id)
    first = deleted(steward, place)
    assert ids(first) == ["c", "b"]
    second = deleted(steward, place, before=first.context["following"])
    assert ids(second) == ["a"]
    assert second.context["following"] is None


def test_a_page_looks_at_so_many_changes_and_says_how_far_it_looked(
    steward: Pages, place: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.past.deletions.LOOKED_AT", 3)
    put(place, "a", {"data": {}})
    remove(place, "a")
    for n in range(4):
        put(place, "b", {"data": {"name": str(n)}})
    first = deleted(steward, place)
    assert ids(first) == []
    assert "Nothing was deleted since" in first.text
    assert ids(deleted(steward, place, before=first.context["following"])) == ["a"]


def test_an_id_leads_to_its_history(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {}})
    gone = remove(place, "a")
    assert deleted(steward, place, id="a").context["past"].last == gone
    assert "never was" in deleted(steward, place, id="nothing").messages[0]


def test_without_a_profile_it_asks_for_one(steward: Pages, place: Profile) -> None:
    page = steward.open(address(Resource, "deleted"))
    assert f"?profile={place.source.key}/place" in page.text
    assert deleted(steward, place).text != page.text


def test_what_was_deleted_elsewhere_is_not_told(viewer: Pages, place: Profile) -> None:
    put(place, "a-place", {"data": {}})
    remove(place, "a-place")
    stranger = viewer._client  # type: ignore[attr-defined]
    for asked in ("", "&id=a-place"):
        path = f"{address(Resource, 'deleted')}?profile={place.source.key}/place{asked}"
        answer = stranger.get(path, follow=True)
        assert "a-place" not in answer.content.decode().replace(f"place{asked}", "")
    assert ids(deleted(viewer, place)) == ["a-place"]


def test_a_deletion_leads_to_the_history(steward: Pages, link: Relationship) -> None:
    resource = link.from_resource
    page = steward.delete(resource)
    assert any(page_of(newest("han")) in message for message in page.messages)
    page = steward.delete(link.to_resource)
    assert any(page_of(newest("falcon")) in message for message in page.messages)


def test_the_deletion_of_several_leads_to_the_list(steward: Pages, place: Profile) -> None:
    for id in ("a", "b"):
        put(place, id, {"data": {}})
    page = steward.delete_selected(*Resource.objects.filter(profile=place))
    expected = f"{address(Resource, 'deleted')}?profile="
    assert any(expected in message for message in page.messages)


def test_lists_lead_to_what_was_deleted(steward: Pages, place: Profile) -> None:
    name = f"{place.source.key}/{place.key}"
    page = steward.list(Resource, profile=name, q="gone")
    path = address(Resource, "deleted")
    assert f"{path}?profile={name}&id=gone" in page.text
    assert address(Relationship, "deleted") in steward.list(Relationship).text


def test_the_search_finds_what_is_gone(steward: Pages, place: Profile) -> None:
    search = reverse("admin:search")
    put(place, "a-place", {"data": {}})
    assert page_of(newest("a-place")) not in steward.open(search, q="a-place").text
    gone = remove(place, "a-place")
    assert page_of(gone) in steward.open(search, q="a-place").text
    assert "No resource has" in steward.open(search, q="b-place").text


def test_the_search_finds_nothing_gone_where_one_has_no_role(viewer: Pages, place: Profile) -> None:
    put(place, "a-place", {"data": {}})
    gone = remove(place, "a-place")
    search = reverse("admin:search")
    stranger = viewer._client.get(search, {"q": "a-place"})  # type: ignore[attr-defined]
    assert page_of(gone) not in stranger.content.decode()
    assert page_of(gone) in viewer.open(search, q="a-place").text
