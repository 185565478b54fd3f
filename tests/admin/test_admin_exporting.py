"""Exporting what is listed in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from ingestion.models import Resource
from profiles.models import Profile, Source
from relationships.models import Relationship
from tests.admin.pages import Page, Pages, address
from tests.factories import ResourceFactory, UserFactory

Rows = list[str]


def file(answer: Any) -> Rows:
    """The lines of a file, which is named."""
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    lines: Rows = answer.getvalue().decode().splitlines()
    return lines


def export(pages: Pages, model: type[Model], **asked: str) -> Rows:
    return file(pages.client.get(address(model, "changelist"), asked))


def act(pages: Pages, action: str, *rows: Model, **asked: str) -> Any:
    path = address(type(rows[0]), "changelist")
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    selected = {"_selected_action": [str(row.pk) for row in rows]}
    return pages.client.post(f"{path}?{query}", {"action": action, **selected})


@pytest.fixture
def clinics(clinic: Profile) -> str:
    return f"{clinic.source.key}/{clinic.key}"


@pytest.fixture
def works(link: Relationship) -> str:
    return f"{link.source.key}/{link.definition.key}"


def test_all_that_is_listed_is_exported(viewer: Pages, clinics: str) -> None:
    head, *rows = export(viewer, Resource, profile=clinics, export="csv")
    columns = "at.longitude,at.latitude,home.city,floors"
    assert head == f"id,name,beds,opened,{columns}"
    assert [row.partition(",")[0] for row in rows] == ["north", "south", "west"]
    assert len(export(viewer, Resource, profile=clinics, export="ndjson")) == 3


def test_filters_searches_and_orders_of_the_list_hold(viewer: Pages, clinics: str) -> None:
    asked = {"profile": clinics, "export": "ndjson"}
    assert len(export(viewer, Resource, **asked, **{"data.beds__gte": "10"})) == 1
    assert len(export(viewer, Resource, **asked, q="southern")) == 1
    assert len(export(viewer, Resource, **asked, q="nowhere")) == 0
    assert len(export(viewer, Resource, **asked, sort="-data.beds")) == 3


def test_a_page_exports_no_less_than_the_whole_list(viewer: Pages, clinics: str) -> None:
    page = viewer.list(Resource, profile=clinics, count="1")
    links = page.context["cl"].exports
    profile = clinics.replace("/", "%2F")
    assert links == {
        "NDJSON": f"?export=ndjson&profile={profile}",
        "CSV": f"?export=csv&profile={profile}",
    }
    assert all(f'href="{link}"' in page.text for link in links.values())
    answer = viewer.client.get(address(Resource, "changelist") + links["CSV"] + "&count=1")
    assert len(file(answer)) == 4


def test_selected_resources_are_exported(viewer: Pages, clinics: str) -> None:
    rows = Resource.objects.filter(public_id__in=["west", "north"])
    lines = file(act(viewer, "export_csv", *rows, profile=clinics))
    assert [line.partition(",")[0] for line in lines] == ["id", "north", "west"]
    assert len(file(act(viewer, "export_ndjson", *rows, profile=clinics))) == 2


def test_selected_relationships_are_exported(viewer: Pages, link: Relationship, works: str) -> None:
    lines = file(act(viewer, "export_csv", link, definition=works))
    assert lines == ["from.id,to.id", "han,falcon"]


def test_all_relationships_of_a_definition_are_exported(viewer: Pages, works: str) -> None:
    assert export(viewer, Relationship, definition=works, export="csv") == [
        "from.id,to.id",
        "han,falcon",
    ]
    asked = {"definition": works, "export": "csv"}
    assert len(export(viewer, Relationship, **asked, **{"from": "leia"})) == 1


def test_several_definitions_are_not_one_file(viewer: Pages, link: Relationship) -> None:
    page = viewer.list(Relationship)
    assert page.context["cl"].exports == {}
    assert "Export" not in page.text
    page = viewer.list(Relationship, export="csv")
    assert page.messages == ["There is no such export."]
    assert page.rows


def offered(page: Page) -> set[str]:
    form = page.context["action_form"]
    return {name for name, _ in form.fields["action"].choices} if form else set()


def test_who_may_look_may_export(
    viewer: Pages, steward: Pages, clinics: str, link: Relationship
) -> None:
    exports = {"export_csv", "export_ndjson"}
    assert offered(viewer.list(Resource, profile=clinics)) == {"", *exports}
    assert exports < offered(steward.list(Resource, profile=clinics))
    assert not exports & offered(steward.list(Relationship))


def test_who_may_not_look_exports_nothing(clinics: str, source: Source) -> None:
    client = Client()
    client.force_login(UserFactory.create())
    asked = {"profile": clinics, "export": "csv"}
    answer = client.get(address(Resource, "changelist"), asked)
    assert answer.status_code == 403
    row = Resource.objects.first()
    assert row is not None
    answer = act(Pages(client), "export_csv", row, profile=clinics)
    assert answer.status_code == 403


def test_an_unknown_format_is_told(viewer: Pages, clinics: str) -> None:
    page = viewer.list(Resource, profile=clinics, export="xml")
    assert page.messages == ["There is no such export."]


def test_a_faulty_filter_exports_nothing(viewer: Pages, clinics: str) -> None:
    page = viewer.list(Resource, **{"profile": clinics, "export": "csv", "data.beds": "many"})
    assert page.rows == []
    assert page.context["cl"].is_refused


def test_nothing_of_another_profile_is_exported(
    viewer: Pages, clinics: str, provider: Profile
) -> None:
    other = ResourceFactory.create(profile=provider, id="han")
    assert len(file(act(viewer, "export_ndjson", other, profile=clinics))) == 0


def test_too_many_exports_are_told_on_the_list(viewer: Pages, clinics: str, settings: Any) -> None:
    settings.EXPORTS_AT_ONCE = 0
    page = viewer.list(Resource, profile=clinics, export="csv")
    assert page.rows
    assert page.messages == [
        "Too many exports are on the way: try again when one of them has ended."
    ]
