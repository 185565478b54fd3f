"""Choosing what lists show of a profile."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ingestion.models import Resource
from ingestion.titles import title_parts
from profiles.access import Role
from profiles.admin.display import display_of
from profiles.display import title_of
from profiles.models import Profile, ProfileDisplay
from relationships.models import Relationship
from tests.admin.pages import Page, Pages, change_page
from tests.factories import ProfileFactory, ResourceFactory, SourceRoleFactory, UserFactory


def display_page(profile: Profile) -> str:
    return reverse("admin:profiles_profile_display", args=[profile.pk])


def choose(pages: Pages, profile: Profile, **chosen: str) -> Page:
    inputs = {name.replace("_", "-"): text for name, text in chosen.items()}
    return pages.send(display_page(profile), inputs)


def test_what_is_chosen_is_shown(steward: Pages, provider: Profile) -> None:
    page = choose(
        steward, provider, titled_1="practiceNumber", listed_2="name", listed_5="specialities"
    )
    assert page.messages == ["Lists show what you chose."]
    marks = ProfileDisplay.objects.get()
    assert (marks.titled, marks.listed) == (["practiceNumber"], ["name", "specialities"])
    assert page.context["cl"].listing.name == f"{provider.source.key}/provider"


def test_the_page_shows_what_lists_show_now(steward: Pages, provider: Profile) -> None:
    form = steward.open(display_page(provider)).context["form"]
    assert form["titled-1"].value() == "name"
    assert form["listed-1"].value() == "practiceNumber"
    assert form["listed-2"].value() == ""


def test_the_way_there_is_shown_to_whoever_may_go_it(
    steward: Pages, viewer: Pages, provider: Profile
) -> None:
    assert display_page(provider) in steward.open(change_page(provider)).text
    assert display_page(provider) not in viewer.open(change_page(provider)).text


def test_what_is_chosen_twice_counts_once(steward: Pages, provider: Profile) -> None:
    choose(steward, provider, listed_1="name", listed_2="name")
    assert ProfileDisplay.objects.get().listed == ["name"]


def test_choosing_nothing_goes_back_to_what_is_likely(steward: Pages, provider: Profile) -> None:
    choose(steward, provider, titled_1="practiceNumber")
    choose(steward, provider)
    assert [path.text for path in display_of(provider).titled] == ["name"]


def test_what_the_profile_does_not_have_cannot_be_chosen(steward: Pages, provider: Profile) -> None:
    page = choose(steward, provider, titled_1="x'); DROP TABLE", listed_1="specialities.x")
    assert set(page.context["form"].errors) == {"titled-1", "listed-1"}
    assert not ProfileDisplay.objects.exists()


def test_it_changes_neither_profile_nor_contract(steward: Pages, provider: Profile) -> None:
    before = (provider.version, provider.source.contract_version)
    choose(steward, provider, titled_1="practiceNumber")
    provider.refresh_from_db()
    provider.source.refresh_from_db()
    assert (provider.version, provider.source.contract_version) == before


def test_the_page_of_a_profile_leads_there(steward: Pages, provider: Profile) -> None:
    page = steward.open(change_page(provider))
    assert "Title: name. Columns: practiceNumber." in page.text
    assert display_page(provider) in page.text


@pytest.mark.parametrize(
    ("role", "status"), [(None, 302), (Role.READER, 403), (Role.WRITER, 403), (Role.ADMIN, 200)]
)
def test_only_who_may_change_a_profile_chooses(
    db: None, provider: Profile, role: Role | None, status: int
) -> None:
    user = UserFactory.create()
    SourceRoleFactory.create(user=user, role=Role.ADMIN)
    if role is not None:
        SourceRoleFactory.create(user=user, source=provider.source, role=role)
    client = Client()
    client.force_login(user)
    assert client.get(display_page(provider)).status_code == status
    client.post(display_page(provider), {"titled-1": "practiceNumber"})
    assert ProfileDisplay.objects.exists() is (status == 200)
    assert Client().get(display_page(provider)).status_code == 302


@pytest.mark.parametrize("id", ["0", "x", "1/2"])
def test_a_profile_that_there_is_not_has_no_page(steward: Pages, id: str) -> None:
    path = reverse("admin:profiles_profile_display", args=[id])
    assert steward.client.get(path).headers["Location"] == "/admin/"


def test_titles_of_several_profiles_come_in_one_statement(
    link: Relationship, provider: Profile, office: Profile
) -> None:
    person = ProfileFactory.create(
        source=provider.source, body={"properties": {"name": {"type": "humanname"}}}
    )
    name = {"given": ["Ada"], "family": "Okafor"}
    ResourceFactory.create(profile=person, id="ada", data={"name": name})
    ResourceFactory.create(profile=office, id="west", data={"name": "West", "note": "x"})
    displays = {profile.pk: display_of(profile) for profile in (provider, office, person)}
    with CaptureQueriesContext(connection) as queries:
        rows = list(Resource.objects.annotate(parts=title_parts(displays)).defer("data"))
    assert len(queries) == 1
    titles = {row.public_id: title_of(displays[row.profile_id], row.parts) for row in rows}
    assert titles == {"han": "", "falcon": "", "ada": "Ada Okafor", "west": "West"}


def test_titles_of_both_ends_come_with_a_relationship(
    link: Relationship, provider: Profile, office: Profile
) -> None:
    Resource.objects.filter(public_id="falcon").update(data={"name": "Falcon"})
    displays = {profile.pk: display_of(profile) for profile in (provider, office)}
    row = Relationship.objects.annotate(parts=title_parts(displays, "to_resource__")).get()
    assert title_of(displays[office.pk], row.parts) == "Falcon"
