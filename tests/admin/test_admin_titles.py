"""Records are called what people call them, wherever one is shown; and times are written alike."""

from __future__ import annotations

import pytest

from ingestion.models import Resource
from profiles.models import Profile
from relationships.models import Relationship
from tests.admin.pages import Pages, as_json, change_page, delete_page
from tests.factories import ResourceFactory


@pytest.fixture
def han(provider: Profile) -> Resource:
    resource: Resource = ResourceFactory.create(profile=provider, id="han")
    return resource


def test_the_page_of_a_record_is_called_as_its_title(steward: Pages, provider: Profile) -> None:
    named = ResourceFactory.create(profile=provider, id="x1", data={"name": "Han Solo"})
    assert "<h1>Han Solo</h1>" in steward.open(change_page(named)).text
    assert "<h1>Han Solo</h1>" in steward.open(as_json(change_page(named))).text


def test_a_record_without_a_title_is_called_by_its_id(steward: Pages, link: Relationship) -> None:
    nameless = ResourceFactory.create(profile=link.from_resource.profile, id="x2", data={})
    assert "<h1>x2</h1>" in steward.open(change_page(nameless)).text
    assert "<h1>han → falcon</h1>" in steward.open(change_page(link)).text


def test_a_relationship_is_called_by_the_titles_of_its_ends(
    steward: Pages, link: Relationship
) -> None:
    steward.change(link.from_resource, data='{"name": "Han"}')
    assert "<h1>Han → falcon</h1>" in steward.open(change_page(link)).text


def test_a_record_leads_back_to_its_list_as_that_was_filtered(
    steward: Pages, han: Resource
) -> None:
    listed = f"profile={han.source.key}%2Fprovider&data.name=Han"
    page = steward.open(change_page(han), _changelist_filters=listed)
    assert page.context["record"]["list_url"].endswith(f"?{listed}")
    other = steward.open(change_page(han), _changelist_filters="profile=other%2Foffice")
    assert other.context["record"]["list_url"].endswith(f"?profile={han.source.key}%2Fprovider")


def test_a_search_tells_what_the_found_are_called(steward: Pages, provider: Profile) -> None:
    ResourceFactory.create(profile=provider, id="x1", data={"name": "Han Solo"})
    assert "<strong>Han Solo</strong>" in steward.open("/admin/search/", q="x1").text


def test_times_are_written_in_one_way_everywhere(steward: Pages, han: Resource) -> None:
    text = steward.open(change_page(han)).text
    assert f"{han.updated_at:%Y-%m-%d %H:%M}" in text
    assert "Times are UTC." in text


def test_the_question_whether_to_delete_tells_titles(steward: Pages, provider: Profile) -> None:
    named = ResourceFactory.create(profile=provider, id="x1", data={"name": "Han Solo"})
    assert "<li>Han Solo (provider/x1)</li>" in steward.open(delete_page(named)).text
