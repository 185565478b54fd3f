"""Setting one property of many resources."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ingestion.models import Change, Resource
from profiles.access import Role
from profiles.models import Profile, Source
from tests.admin.pages import SURE, Page, Pages, address
from tests.factories import ProfileFactory, ResourceFactory, SourceRoleFactory, UserFactory

BODY: dict[str, Any] = {
    "properties": {
        "name": {"type": "symbol"},
        "rank": {"type": "integer", "rules": [{"max": 9}]},
        "home": {"type": "address"},
        "tags": {"type": "array", "items": {"type": "symbol"}},
        "code": {"type": "symbol", "rules": [{"required": True, "when": {"eq": {"name": "x"}}}]},
    }
}


@pytest.fixture
def person(source: Source) -> Profile:
    profile: Profile = ProfileFactory.create(source=source, key="person", body=BODY)
    return profile


def people(profile: Profile, count: int = 2, **data: Any) -> list[Resource]:
    made = [ResourceFactory.create(profile=profile, data=data) for _ in range(count)]
    return sorted(made, key=lambda row: str(row.public_id))


def act(pages: Pages, profile: Profile, rows: list[Resource], **typed: str) -> Page:
    path = f"{address(Resource, 'changelist')}?profile={profile.source.key}/{profile.key}"
    selected = {"_selected_action": [str(row.pk) for row in rows]}
    return pages.send(path, {"action": "set_property", **selected, **typed})


def set_all(pages: Pages, profile: Profile, rows: list[Resource], **typed: str) -> Page:
    return act(pages, profile, rows, apply="yes", **typed)


def stored(rows: list[Resource]) -> list[Any]:
    found = {row.pk: row.data for row in Resource.objects.filter(pk__in=[r.pk for r in rows])}
    return [found[row.pk] for row in rows]


@pytest.mark.parametrize(
    ("path", "value", "data"),
    [
        ("name", "Ada", {"name": "Ada"}),
        ("rank", "7", {"rank": 7}),
        ("home.city", "Toronto", {"home": {"city": "Toronto"}}),
        ("home.period.start", "2024", {"home": {"period": {"start": "2024"}}}),
        ("home", '{"city":"Toronto"}', {"home": {"city": "Toronto"}}),
        ("tags", '["a","b"]', {"tags": ["a", "b"]}),
    ],
)
def test_a_property_is_set_on_all(
    steward: Pages, person: Profile, path: str, value: str, data: Any
) -> None:
    rows = people(person)
    page = set_all(steward, person, rows, path=path, value=value)
    assert page.messages == ["2 changed, 0 as before."]
    assert stored(rows) == [data, data]


def test_the_rest_of_a_resource_stays(steward: Pages, person: Profile) -> None:
    rows = people(person, name="Ada", home={"city": "Toronto", "country": "CA"})
    set_all(steward, person, rows, path="home.city", value="Ottawa")
    assert stored(rows)[0] == {"name": "Ada", "home": {"city": "Ottawa", "country": "CA"}}


def test_a_property_is_removed_from_all(steward: Pages, person: Profile) -> None:
    rows = people(person, 1, name="Ada", home={"city": "Toronto"}) + people(person, 1)
    page = set_all(steward, person, rows, path="home.city", is_removed="on")
    assert page.messages == ["1 changed, 1 as before."]
    assert stored(rows) == [{"name": "Ada", "home": {}}, {}]


def test_it_is_one_task_of_history(steward: Pages, person: Profile) -> None:
    rows = people(person, 3)
    set_all(steward, person, rows, path="name", value="Ada")
    changes = Change.objects.filter(action="UPDATE")
    assert changes.count() == 3
    assert {change.actor for change in changes} == {"user:stella"}
    assert len({change.task_id for change in changes}) == 1


def test_it_may_have_a_reason(steward: Pages, person: Profile) -> None:
    set_all(steward, person, people(person, 1), path="name", value="Ada", reason="She said so.")
    assert Change.objects.get(action="UPDATE").reason == "She said so."


def test_the_question_comes_first(steward: Pages, person: Profile) -> None:
    rows = people(person)
    page = act(steward, person, rows)
    assert "Sets one property of 2 resources" in page.text
    assert stored(rows) == [{}, {}]
    assert '<option value="home.period.start">' in page.text


def test_those_that_are_refused_are_told_and_the_others_set(
    steward: Pages, person: Profile
) -> None:
    good, bad = people(person, 1), people(person, 1, name="x", code="1")
    page = set_all(steward, person, good + bad, path="code", is_removed="on")
    assert page.messages == ["0 changed, 1 as before. 1 refused."]
    assert [one.row.pk for one in page.context["refused"]] == [bad[0].pk]
    assert "/data/code Is required." in page.text
    assert [row.pk for row in page.context["rows"]] == [bad[0].pk]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("rank", "seven", "Must be a whole number."),
        ("rank", "10", "Must be at most 9."),
        ("tags", "a", "Must be a list."),
        ("home.use", "x", "Must be one of:"),
    ],
)
def test_faults_are_those_of_the_api(
    steward: Pages, person: Profile, path: str, value: str, message: str
) -> None:
    rows = people(person)
    page = set_all(steward, person, rows, path=path, value=value)
    assert page.text.count(message) == 2
    assert stored(rows) == [{}, {}]
    assert f">\n{value}</textarea>" in page.text


@pytest.mark.parametrize(
    "typed", [{}, {"path": "name"}, {"path": "gone", "value": "x"}, {"path": "name", "value": "\0"}]
)
def test_what_was_not_said_is_asked_again(
    steward: Pages, person: Profile, typed: dict[str, str]
) -> None:
    rows = people(person)
    page = set_all(steward, person, rows, **typed)
    assert page.context["form"].errors
    assert not Change.objects.filter(action="UPDATE").exists()


def test_a_group_of_another_kind_is_a_fault(steward: Pages, person: Profile) -> None:
    """A profile that changed leaves its records as they are."""
    rows = people(person)
    Resource.objects.filter(pk=rows[0].pk).update(data={"home": "x"})
    page = set_all(steward, person, rows, path="home.city", value="Toronto")
    assert "/data/home Must be a group." in page.text
    assert stored(rows) == [{"home": "x"}, {"home": {"city": "Toronto"}}]


def test_those_of_another_profile_are_left_alone(
    steward: Pages, person: Profile, provider: Profile
) -> None:
    other = ResourceFactory.create(profile=provider)
    set_all(steward, person, [other, *people(person, 1)], path="name", value="Ada")
    assert stored([other]) == [{}]


def test_without_a_profile_there_is_no_such_action(steward: Pages, provider: Profile) -> None:
    row = ResourceFactory.create(profile=provider, id="han")
    assert "set_property" not in steward.list(Resource, q="han").text
    typed = {"action": "set_property", "_selected_action": str(row.pk), "apply": "yes"}
    steward.send(address(Resource, "changelist"), {**typed, "path": "name", "value": "x"})
    assert stored([row]) == [{}]


def test_a_viewer_sets_nothing(viewer: Pages, person: Profile) -> None:
    rows = people(person)
    set_all(viewer, person, rows, path="name", value="Ada")
    assert stored(rows) == [{}, {}]


def test_who_writes_elsewhere_sets_nothing_here(person: Profile) -> None:
    user = UserFactory.create()
    SourceRoleFactory.create(user=user, role=Role.WRITER)
    SourceRoleFactory.create(user=user, source=person.source, role=Role.READER)
    client = Client()
    client.force_login(user)
    rows = people(person)
    set_all(Pages(client), person, rows, path="name", value="Ada")
    assert stored(rows) == [{}, {}]


def test_all_across_pages_are_too_many(
    steward: Pages, person: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.admin.actions.MOST_SELECTED", 2)
    rows = people(person, 3)
    page = set_all(steward, person, rows, select_across="1", path="name", value="Ada")
    assert page.messages == ["Select up to 2."]
    assert stored(rows) == [{}, {}, {}]


def test_it_takes_as_many_statements_for_many_as_for_one(steward: Pages, person: Profile) -> None:
    counts = []
    for count in (1, 10):
        rows = people(person, count)
        with CaptureQueriesContext(connection) as queries:
            set_all(steward, person, rows, path="name", value="Ada")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_deleting_those_of_a_profile_tells_what_goes_along(
    steward: Pages, link: Any, provider: Profile
) -> None:
    path = f"{address(Resource, 'changelist')}?profile={provider.source.key}/provider"
    selected = {"_selected_action": str(link.from_resource_id), "action": "delete_selected"}
    page = steward.send(path, selected)
    assert "Relationships: 1" in page.text
    page = steward.send(path, {**selected, **SURE})
    assert "1 relationship went along." in page.messages
    assert page.rows == []
