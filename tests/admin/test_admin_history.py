"""The history of a record: its timeline, two versions compared, one of them whole."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ingestion.models import Change, Resource
from profiles.access import Role
from profiles.models import Profile, SourceRole
from relationships.models import Relationship
from tests.admin.conftest import signed_in
from tests.admin.pages import Page, Pages, address, change_page
from tests.admin.past import comparison, erase, newest, page_of, put, remove
from tests.factories import ProfileFactory, TaskFactory, UserFactory

PLACE = {
    "properties": {
        "name": {"type": "symbol"},
        "beds": {"type": "integer"},
        "rating": {"type": "decimal"},
        "about": {"type": "markdown"},
        "tags": {"type": "array", "items": {"type": "symbol"}},
    }
}


@pytest.fixture
def place(source: Any) -> Profile:
    profile: Profile = ProfileFactory.create(source=source, key="place", body=PLACE)
    return profile


def told(page: Page) -> list[tuple[str, int, list[str]]]:
    return [
        (one.what, one.change.version, [f"{mark.sign} {mark.name}" for mark in one.marks])
        for one in page.context["rows"]
    ]


def lines(page: Page) -> list[str]:
    return [f"{line.sign} {line.name}" for line in page.context["lines"]]


def test_the_timeline_tells_what_was_changed_by_whom_and_why(
    steward: Pages, place: Profile
) -> None:
    User.objects.filter(username="stella").update(first_name="Stella", last_name="Marsh")
    put(place, "a", {"data": {"name": "A", "beds": 1}})
    last = put(place, "a", {"data": {"name": "B", "rating": 1}}, actor="user:stella", reason="Why")
    page = steward.open(page_of(last))
    assert told(page) == [
        ("Changed", 2, ["± Name", "− Beds", "+ Rating"]),
        ("Created", 1, []),
    ]
    assert [tuple(one.who) for one in page.context["rows"]] == [
        ("Stella Marsh", "stella"),
        ("nightly import", "key Ck3bVb5N"),
    ]
    assert "Why" in page.text


def test_a_record_leads_to_its_history(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {"name": "A"}})
    row = Resource.objects.get(public_id="a")
    history = address(Resource, "history", row.pk)
    assert history in steward.open(change_page(row)).text
    page = steward.open(history)
    assert page.status == 200
    assert change_page(row) in page.text


def test_of_one_version_there_is_nothing_to_choose(steward: Pages, place: Profile) -> None:
    only = put(place, "a", {"data": {"name": "A"}})
    assert "Compare the chosen versions" not in steward.open(page_of(only)).text
    put(place, "a", {"data": {"name": "B"}})
    page = steward.open(page_of(only))
    assert "Compare the chosen versions" in page.text
    assert page.text.count('type="radio"') == 4


def test_all_lives_of_an_id_are_one_history(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {"name": "A"}})
    remove(place, "a", reason="Closed")
    last = put(place, "a", {"data": {"name": "A"}})
    assert told(steward.open(page_of(last))) == [
        ("Created", 1, []),
        ("Deleted", 1, []),
        ("Created", 1, []),
    ]


def test_a_change_leads_to_its_task_as_long_as_there_is_one(steward: Pages, place: Profile) -> None:
    change = put(place, "a", {"data": {}})
    task = TaskFactory.create(source=place.source)
    for id, is_there in ((task.public_id, True), (f"bk_{'0' * 32}", False), ("s_1", False)):
        Change.objects.filter(pk=change.pk).update(task_id=id)
        page = steward.open(page_of(change))
        assert (change_page(task) in page.text) is is_there


def test_pages_go_on_and_keep_what_was_chosen(
    steward: Pages, place: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.admin.history.pages.SHOWN", 2)
    changes = [put(place, "a", {"data": {"beds": n}}) for n in range(5)]
    first = steward.open(page_of(changes[-1]))
    assert [one.change.version for one in first.context["rows"]] == [5, 4]
    asked = {"new": changes[-1].pk.hex, "before": first.context["following"]}
    second = steward.open(page_of(changes[-1]), **asked)
    assert told(second) == [("Changed", 3, ["± Beds"]), ("Changed", 2, ["± Beds"])]
    assert second.context["chosen"] == changes[-1]
    last = steward.open(page_of(changes[-1]), before=second.context["following"])
    assert [one.change.version for one in last.context["rows"]] == [1]
    assert last.context["following"] is None


def test_it_takes_as_many_statements_for_many_versions_as_for_one(
    steward: Pages, place: Profile
) -> None:
    counts = []
    for _ in range(2):
        last = put(place, "a", {"data": {"beds": 1}}, actor="user:stella")
        steward.open(page_of(last))  # Fills the caches.
        with CaptureQueriesContext(connection) as queries:
            steward.open(page_of(last))
        counts.append(len(queries))
        for n in range(8):
            put(place, "a", {"data": {"beds": n + 2}}, actor=f"user:u{n}")
    assert counts[0] == counts[1] <= 10


def test_any_two_versions_are_compared_the_older_first(steward: Pages, place: Profile) -> None:
    one = put(place, "a", {"data": {"name": "A", "beds": 1}})
    put(place, "a", {"data": {"name": "B", "beds": 1}})
    three = put(place, "a", {"data": {"name": "B", "beds": 2}})
    for path in (comparison(one, three), comparison(three, one)):
        page = steward.open(path)
        assert lines(page) == ["± Name", "± Beds"]
        assert (page.context["old"].change, page.context["new"].change) == (one, three)
    assert lines(steward.open(comparison(None, three))) == ["± Beds"]
    assert lines(steward.open(comparison(None, one))) == ["+ Name", "+ Beds"]
    assert lines(steward.open(comparison(three, three))) == []


def test_a_deletion_takes_all_away(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {"name": "A"}})
    assert lines(steward.open(comparison(None, remove(place, "a")))) == ["− Name"]


def test_values_are_shown_whole_and_to_the_last_digit(steward: Pages, place: Profile) -> None:
    text = "word " * 500
    put(place, "a", {"data": {"rating": Decimal("1.10"), "about": text}})
    last = put(place, "a", {"data": {"rating": Decimal("1.1"), "about": f"{text}end"}})
    page = steward.open(comparison(None, last))
    assert ">1.10</span>" in page.text
    assert ">1.1</span>" in page.text
    assert sum(len(piece.text) for piece in page.context["lines"][1].new.pieces) == len(text) + 3


def test_what_looks_alike_is_told_apart(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {"name": "A B"}})
    last = put(place, "a", {"data": {"name": "A\u00a0B"}})
    assert r'"A\u00a0B"' in steward.open(comparison(None, last)).text


def test_an_old_version_is_shown_whole(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"name": "As it was", "tags": ["x", "y"]}})
    put(place, "a", {"data": {"name": "As it is"}})
    page = steward.open(page_of(first, "version"))
    assert "As it was" in page.text
    assert "As it is" not in page.text
    assert page_of(first, "restore") in page.text


def test_what_is_not_kept_any_more_is_said(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"beds": 1}})
    second = put(place, "a", {"data": {"beds": 2}})
    assert "not kept" not in steward.open(page_of(second)).text
    first.delete()
    page = steward.open(page_of(second))
    assert "Older versions are not kept." in page.text
    assert told(page) == [("Changed", 2, [])]
    compared = steward.open(comparison(None, second))
    assert "what this one changed is not known" in compared.text
    assert not compared.context["lines"]


def test_what_was_erased_is_neither_shown_nor_compared(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"beds": 1}})
    second = put(place, "a", {"data": {"beds": 2}})
    erase(first)
    page = steward.open(page_of(second))
    assert "Erased: what it held is gone for good." in page.text
    assert "the version before was erased" in page.text
    assert [one.marks for one in page.context["rows"]] == [[], []]
    assert page_of(first, "version") not in page.text
    compared = steward.open(comparison(first, second))
    assert "was erased" in compared.text
    assert not compared.context["lines"]
    assert "Erased" in steward.open(page_of(first, "version")).text


def test_versions_of_another_record_are_none_of_this_one(steward: Pages, place: Profile) -> None:
    own, other = put(place, "a", {"data": {}}), put(place, "b", {"data": {}})
    for asked in (f"?new={other.pk.hex}", f"?old={other.pk.hex}", "?new=x", "?old="):
        page = steward.open(page_of(own, "compare") + asked)
        assert "rows" in page.context
    changed = page_of(own, "version").replace(own.pk.hex, other.pk.hex)
    assert "rows" in steward.open(changed).context


def test_a_record_that_never_was_is_not_there(steward: Pages, place: Profile) -> None:
    path = page_of(put(place, "a", {"data": {}}))
    for other in (path.replace("/a/", "/b/"), path.replace("/place/", "/nothing/")):
        assert "doesn’t exist" in steward.open(other).messages[0]


def test_history_outlives_the_profile(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {"name": "It was called so"}})
    last = remove(place, "a")
    steward.delete(place)
    page = steward.open(page_of(last))
    assert told(page)[0] == ("Deleted", 1, [])
    assert page_of(last, "restore") not in page.text
    assert "It was called so" in steward.open(page_of(last, "version")).text
    assert steward.client.get(page_of(last, "restore")).status_code == 403


def test_a_relationship_has_its_history_too(steward: Pages, link: Relationship) -> None:
    steward.change(link, data='{"effective": {"start": "2020"}}', reason="They told us.")
    last = newest("provider.han,office.falcon")
    page = steward.open(address(Relationship, "history", link.pk))
    assert told(page) == [("Changed", 2, ["+ Effective"]), ("Created", 1, [])]
    assert "They told us." in page.text
    assert lines(steward.open(comparison(None, last))) == ["+ Effective"]


def test_who_may_not_see_a_source_learns_nothing_of_its_records(place: Profile) -> None:
    """A guess is answered as what never was."""
    last = put(place, "a", {"data": {"name": "Secret"}})
    elsewhere = ProfileFactory.create()
    user = UserFactory.create(username="nosy")
    SourceRole.objects.create(user=user, source=elsewhere.source, role=Role.ADMIN)
    client = signed_in(username="other", is_superuser=True)
    client.force_login(user)
    for page in ("past", "compare", "version", "restore"):
        path = page_of(last, page)
        made_up = path.replace(f"/{place.source.key}/", "/nowhere/")
        answers = [client.get(one, follow=True) for one in (path, made_up)]
        assert [answer.redirect_chain for answer in answers] == [[("/admin/", 302)]] * 2
        assert answers[0].content.decode().count("Secret") == 0
