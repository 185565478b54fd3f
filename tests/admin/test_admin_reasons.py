"""Why records are changed: asked for where they are deleted, and kept in history."""

from __future__ import annotations

import pytest

from ingestion.models import Change, Resource
from profiles.models import ApiKey, Profile
from relationships.models import Relationship
from tests.admin.pages import DELETE, Pages, address, change_page, delete_page
from tests.admin.past import newest
from tests.factories import ProfileFactory, ResourceFactory, UserFactory, make_key

NO_REASON = ["", "  ", "x" * 501]


@pytest.mark.parametrize("reason", NO_REASON)
def test_a_record_is_not_deleted_without_a_reason(
    steward: Pages, link: Relationship, reason: str
) -> None:
    for row in (link, link.from_resource):
        page = steward.send(delete_page(row), {"post": "yes", "reason": reason})
        assert page.context["reason_form"].errors.keys() == {"reason"}
    assert Relationship.objects.exists()
    assert Resource.objects.count() == 2


@pytest.mark.parametrize("reason", NO_REASON)
def test_selected_records_are_not_deleted_without_a_reason(
    steward: Pages, link: Relationship, reason: str
) -> None:
    for row in (link, link.from_resource):
        path = address(type(row), "changelist")
        page = steward.send(path, {**DELETE, "reason": reason, "_selected_action": [str(row.pk)]})
        assert page.context["reason_form"].errors.keys() == {"reason"}
    assert Relationship.objects.exists()


@pytest.mark.parametrize("reason", NO_REASON)
def test_configuration_is_not_deleted_without_a_reason(
    steward: Pages, provider: Profile, link: Relationship, reason: str
) -> None:
    make_key()
    unused = ProfileFactory.create()
    rows = [unused, link.definition, unused.source, ApiKey.objects.get(), UserFactory.create()]
    for row in rows:
        selected = {**DELETE, "reason": reason, "_selected_action": [str(row.pk)]}
        for path, inputs in (
            (delete_page(row), {"post": "yes", "reason": reason}),
            (address(type(row), "changelist"), selected),
        ):
            page = steward.send(path, inputs)
            assert page.context["reason_form"].errors.keys() == {"reason"}
            assert 'name="reason"' in page.text
            assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_what_the_page_would_not_send_deletes_nothing(steward: Pages, link: Relationship) -> None:
    for row in (link, ProfileFactory.create()):
        steward.send(delete_page(row), {"any": "thing"})
        assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_the_question_asks_for_a_reason(steward: Pages, link: Relationship) -> None:
    assert 'name="reason"' in steward.open(delete_page(link)).text
    asked = {"action": "delete_selected", "_selected_action": [str(link.from_resource_id)]}
    page = steward.send(address(Resource, "changelist"), asked)
    assert 'name="reason"' in page.text
    assert not page.context["reason_form"].is_bound


def test_the_reason_of_a_deletion_is_kept_for_all_that_goes(
    steward: Pages, link: Relationship
) -> None:
    steward.send(delete_page(link.from_resource), {"post": "yes", "reason": " He left. "})
    gone = Change.objects.filter(action="DELETE")
    assert {(one.target, one.reason) for one in gone} == {
        ("RESOURCE", "He left."),
        ("RELATIONSHIP", "He left."),
    }


def test_the_reason_of_many_deletions_is_kept(steward: Pages, link: Relationship) -> None:
    steward.delete_selected(link.from_resource, link.to_resource)
    assert {one.reason for one in Change.objects.filter(action="DELETE")} == {DELETE["reason"]}


def test_a_change_may_have_a_reason(steward: Pages, provider: Profile) -> None:
    row = ResourceFactory.create(profile=provider, id="han")
    steward.change(row, data='{"name":"Han"}', reason="He told us.")
    assert newest("han").reason == "He told us."
    steward.change(row, data='{"name":"Han Solo"}')
    assert newest("han").reason == ""


def test_the_form_takes_a_reason(steward: Pages, link: Relationship) -> None:
    opened = steward.open(change_page(link))
    typed = {"etag": opened.form["etag"].value(), "data/effective/start": "2020"}
    page = steward.send(change_page(link), {**typed, "reason": "two\u2028lines"})
    assert page.errors == {"reason": ["It takes 1 to 500 characters in one line."]}
    steward.send(change_page(link), {**typed, "reason": "They told us."})
    last = newest("provider.han,office.falcon")
    assert (last.data, last.reason) == ({"effective": {"start": "2020"}}, "They told us.")
