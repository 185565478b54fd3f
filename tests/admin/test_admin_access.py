from typing import Any

import pytest
from django.test import Client

from ingestion.models import Change, Receipt, Resource
from profiles.models import ApiKey, Profile, Source
from relationships.models import Relationship, RelationshipDefinition
from tests.admin.conftest import signed_in
from tests.admin.pages import SURE, Pages, address, change_page, delete_page
from tests.factories import ProfileFactory, ResourceFactory

MODELS: list[Any] = [
    *[Source, Profile, ApiKey, Resource, Change, Receipt, Relationship, RelationshipDefinition]
]


@pytest.mark.parametrize("model", MODELS)
def test_a_stranger_is_sent_to_the_login(db: None, model: Any) -> None:
    for page in ("changelist", "add"):
        answer = Client().get(address(model, page))
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("model", MODELS)
def test_a_user_who_is_no_staff_is_sent_to_the_login(db: None, model: Any) -> None:
    answer = signed_in(is_staff=False, is_superuser=True).get(address(model, "changelist"))
    assert answer.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("model", MODELS)
def test_staff_without_a_role_is_refused(db: None, model: Any) -> None:
    client = signed_in()
    for page in ("changelist", "add"):
        assert client.get(address(model, page)).status_code == 403


@pytest.mark.parametrize("model", [model for model in MODELS if model is not ApiKey])
def test_a_viewer_sees_lists_but_adds_nothing(viewer: Pages, source: Source, model: Any) -> None:
    assert viewer.list(model).status == 200
    assert viewer.client.get(address(model, "add")).status_code == 403


def test_a_viewer_neither_changes_nor_deletes(viewer: Pages, link: Relationship) -> None:
    rows = [link, link.from_resource, link.definition, link.source]
    for row in rows:
        assert viewer.client.post(change_page(row), {"data": "{}"}).status_code == 403
        assert viewer.client.post(delete_page(row), SURE).status_code == 403


def test_a_viewer_has_no_action_to_delete(viewer: Pages, link: Relationship) -> None:
    viewer.delete_selected(link.from_resource)
    assert Resource.objects.count() == 2


def test_a_viewer_sees_values_well_laid_out(viewer: Pages, office: Profile) -> None:
    rows = [{"id": "a", "type": "paymentMethod", "data": {}}]
    resource = ResourceFactory.create(
        profile=office,
        data={"note": "<b>", "name": ""},
        contained={"alternativePaymentMethods": rows},
    )
    page = viewer.open(change_page(resource))
    assert "<dt>Note</dt><dd><b></dd>" in page.text.replace("\n", "")
    assert "<dt>Alternative payment methods</dt>" in page.text
    assert "None" not in page.text
    assert "<textarea" not in page.text
    assert b"&lt;b&gt;" in page.response.content


def test_a_viewer_sees_no_none_anywhere(viewer: Pages, link: Relationship) -> None:
    retired = ProfileFactory.create(source=link.source)
    pages = [
        link,
        link.from_resource,
        link.definition,
        retired,
        link.source,
        Change.objects.first(),
    ]
    for row in pages:
        assert row is not None
        page = viewer.open(change_page(row))
        assert page.status == 200
        assert "None" not in page.text


def test_a_viewer_sees_the_body_and_versions_of_a_profile(viewer: Pages) -> None:
    profile = ProfileFactory.create()
    page = viewer.open(change_page(profile))
    assert page.text.count('"type": "symbol"') == 2


@pytest.mark.parametrize("model", [Change, Receipt])
def test_nobody_changes_history(steward: Pages, provider: Profile, model: Any) -> None:
    ResourceFactory.create(profile=provider)
    steward.add(Resource, profile=provider.pk, data="1")
    row = model.objects.first()
    assert steward.open(change_page(row)).status == 200
    assert steward.client.get(address(model, "add")).status_code == 403
    assert steward.client.post(change_page(row), {}).status_code == 403
    assert steward.client.post(delete_page(row), SURE).status_code == 403


def test_the_index_shows_every_model(steward: Pages) -> None:
    page = steward.open("/admin/")
    for model in MODELS:
        assert address(model, "changelist") in page.text
