"""What does not fit, and what a change would leave behind, in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from ingestion.models import Resource
from profiles.definitions import profiles
from profiles.exact import encode
from profiles.models import Profile, Source
from relationships.definitions import relationship_definitions
from relationships.models import Relationship, RelationshipDefinition
from tests import examples
from tests.admin.pages import Pages, change_page
from tests.admin.test_admin_editing import inputs, send
from tests.conformity.conftest import NEEDS_EMAIL
from tests.factories import RelationshipFactory, ResourceFactory


def list_page(profile: Profile) -> str:
    return reverse("admin:profiles_profile_nonconforming", args=[profile.pk])


def missing_page(definition: RelationshipDefinition) -> str:
    name = "admin:relationships_relationshipdefinition_missing"
    return reverse(name, args=[definition.pk])


@pytest.fixture
def left_behind(provider: Profile) -> list[Resource]:
    """Providers without the email that they should have by now."""
    rows = [ResourceFactory.create(profile=provider, id=id) for id in ("ada", "bob")]
    profiles.save(provider.source.key, provider.key, NEEDS_EMAIL, actor="test")
    return rows


def test_the_page_of_a_profile_tells_how_many_do_not_fit(
    viewer: Pages, steward: Pages, provider: Profile, left_behind: list[Resource]
) -> None:
    for pages in (viewer, steward):
        page = pages.open(change_page(provider))
        assert "2 of 2 resources do not fit" in page.text
        assert f'href="{list_page(provider)}"' in page.text


def test_where_all_fit_there_is_no_list_to_open(steward: Pages, provider: Profile) -> None:
    assert "There is no resource, as of" in steward.open(change_page(provider)).text
    ResourceFactory.create(profile=provider)
    assert "All resources fit: 1, as of" in steward.open(change_page(provider)).text


def test_a_contained_profile_has_no_such_panel(steward: Pages, source: Source) -> None:
    body = {**examples.PAYMENT_METHOD, "type": "CONTAINED"}
    row = profiles.save(source.key, "paymentMethod", body, actor="test").definition
    assert "What does not fit" not in steward.open(change_page(row)).text


def test_the_list_leads_to_the_form_of_each(
    viewer: Pages, provider: Profile, left_behind: list[Resource]
) -> None:
    page = viewer.open(list_page(provider))
    assert "2 of 2 did not fit as of" in page.text
    assert "<code>/data/email</code> Is required." in page.text
    for row in left_behind:
        assert f'<a href="{change_page(row)}">{row.public_id}</a>' in page.text


def test_the_list_has_pages(
    viewer: Pages, provider: Profile, left_behind: list[Resource], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.conformity.admin.SHOWN", 1)
    first = viewer.open(list_page(provider))
    assert ">ada</a>" in first.text
    assert 'href="?after=ada"' in first.text
    second = viewer.open(list_page(provider), after="ada")
    assert ">bob</a>" in second.text
    assert ">ada</a>" not in second.text
    assert "There is none further on." in viewer.open(list_page(provider), after="zed").text


@pytest.mark.parametrize("after", ["a b", "é", "x" * 94])
def test_a_page_that_there_is_not_is_the_first(
    viewer: Pages, provider: Profile, left_behind: list[Resource], after: str
) -> None:
    assert ">ada</a>" in viewer.open(list_page(provider), after=after).text


def test_many_are_counted_in_the_background(
    viewer: Pages, provider: Profile, left_behind: list[Resource], settings: Any
) -> None:
    settings.CHECK_AT_ONCE = 0
    assert "They are being counted." in viewer.open(change_page(provider)).text
    assert "They are being looked for: load" in viewer.open(list_page(provider)).text


# Before a definition is saved


def planned(pages: Pages, row: Any, body: Any) -> Any:
    data = inputs(pages.open(change_page(row)))
    data["last"], data["text"] = "json", encode(body).decode()
    return send(pages, change_page(row), data, _plan="1")


def test_the_editor_tells_what_a_change_would_leave_behind(
    steward: Pages, provider: Profile
) -> None:
    ResourceFactory.create(profile=provider, id="ada")
    page = planned(steward, provider, NEEDS_EMAIL)
    assert "<strong>1 of 1</strong> stored record would not fit." in page.text
    assert "provider <code>/data/email</code> required</dt><dd>1: ada</dd>" in page.text
    provider.refresh_from_db()
    assert provider.version == 1


def test_what_was_typed_stays_and_can_be_saved(steward: Pages, provider: Profile) -> None:
    page = planned(steward, provider, NEEDS_EMAIL)
    send(steward, change_page(provider), inputs(page))
    provider.refresh_from_db()
    assert provider.body == NEEDS_EMAIL


def test_a_faulty_definition_is_not_planned(steward: Pages, provider: Profile) -> None:
    page = planned(steward, provider, {"properties": {"x": {"type": "no"}}})
    assert "would not fit" not in page.text
    assert page.errors.keys() == {"text"}


def test_a_new_profile_can_be_asked_about(steward: Pages, source: Source) -> None:
    path = f"{reverse('admin:profiles_profile_add')}?source={source.key}"
    data = inputs(steward.open(path))
    data["key"] = "new"
    assert "There is no record yet." in send(steward, path, data, _plan="1").text
    assert not Profile.objects.filter(key="new").exists()


def test_a_plan_of_many_is_made_in_the_background(
    steward: Pages, provider: Profile, settings: Any
) -> None:
    ResourceFactory.create(profile=provider, id="ada")
    settings.CHECK_AT_ONCE = 0
    assert "Ask again in a moment." in planned(steward, provider, NEEDS_EMAIL).text


# Missing partners


def sided(**cardinalities: str) -> dict[str, Any]:
    body = dict(examples.PROVIDER_OFFICE)
    for name, cardinality in cardinalities.items():
        body[name] = {**body[name], "includeCardinality": cardinality}
    return body


def test_the_editor_tells_which_ends_would_be_left_alone(
    steward: Pages, link: Relationship, office: Profile
) -> None:
    ResourceFactory.create(profile=office, id="empty")
    page = planned(steward, link.definition, sided(to="1:*"))
    assert "office without the one that it should have</dt><dd>1: empty</dd>" in page.text


def test_the_editor_tells_which_ends_have_too_many(
    steward: Pages, source: Source, link: Relationship, office: Profile
) -> None:
    other = ResourceFactory.create(profile=office, id="other")
    RelationshipFactory.create(
        definition=link.definition, from_resource=link.from_resource, to_resource=other
    )
    page = planned(steward, link.definition, sided(**{"from": "0:1"}))
    assert "provider with more than one partner: this cannot be saved</dt><dd>1: han" in page.text
    assert "1 provider resource has more than one partner." in page.text


def test_a_definition_tells_who_lacks_a_partner(
    viewer: Pages, source: Source, link: Relationship, office: Profile
) -> None:
    definition = link.definition
    assert "Missing partners" not in viewer.open(change_page(definition)).text
    relationship_definitions.save(source.key, definition.key, sided(to="1:*"), actor="test")
    assert "Every resource has the one" in viewer.open(change_page(definition)).text
    empty = ResourceFactory.create(profile=office, id="empty")
    page = viewer.open(change_page(definition))
    assert "1 resource lacks the one that they should have" in page.text
    assert f'href="{missing_page(definition)}"' in page.text
    listed = viewer.open(missing_page(definition))
    assert f'<a href="{change_page(empty)}">empty</a>' in listed.text


def test_the_list_of_missing_partners_has_pages(
    viewer: Pages,
    source: Source,
    link: Relationship,
    office: Profile,
    provider: Profile,
    monkeypatch: Any,
) -> None:
    definition = link.definition
    both = sided(**{"from": "1:*", "to": "1:*"})
    relationship_definitions.save(source.key, definition.key, both, actor="test")
    ResourceFactory.create(profile=office, id="empty")
    ResourceFactory.create(profile=provider, id="leia")
    monkeypatch.setattr("relationships.missing_page.SHOWN", 1)
    assert 'href="?after=from/leia"' in viewer.open(missing_page(definition)).text
    second = viewer.open(missing_page(definition), after="from/leia").text
    assert ">empty</a>" in second
    assert ">leia</a>" not in second
    assert ">leia</a>" in viewer.open(missing_page(definition), after="no/leia").text
