"""The start page: sources at a glance, what was refused today, one's own edits, a search."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config import home
from ingestion.models import Change, Receipt, Resource
from ingestion.records import first_row_id, new_row_id
from profiles.access import Caller, Role
from profiles.models import Profile, Source, SourceRole
from profiles.staff import Staff
from relationships.models import Relationship
from tests import factories
from tests.admin.pages import Pages
from tests.clients import Api
from tests.factories import ResourceFactory, UserFactory
from tests.tasks.doing import send, upsert, work

HOME = reverse("admin:index")
SEARCH = reverse("admin:search")


def card(pages: Pages, source: Source) -> home.SourceCard:
    cards: list[home.SourceCard] = pages.open(HOME).context["cards"]
    (found,) = (card for card in cards if card.source == source)
    return found


def test_what_is_used_most_stands_first(steward: Pages) -> None:
    apps = steward.open(HOME).context["app_list"]
    shown = {app["name"]: [row["object_name"] for row in app["models"]] for app in apps}
    assert [*shown][:3] == ["Records", "Relationships", "Configuration"]
    assert shown["Records"][:3] == ["Resource", "Task", "Change"]
    assert shown["Relationships"] == ["Relationship", "RelationshipDefinition"]
    assert "Failed logins" in shown


def test_a_source_is_shown_with_its_counts_and_its_last_write(
    steward: Pages, link: Relationship
) -> None:
    shown = card(steward, link.source)
    assert (str(shown.resources), str(shown.relationships), str(shown.today)) == ("2", "1", "3")
    assert shown.written_at == Change.objects.latest("seq").at


def test_a_source_without_a_record_was_never_written(steward: Pages, source: Source) -> None:
    shown = card(steward, source)
    assert (shown.resources.number, shown.written_at) == (0, None)
    assert "never" in steward.open(HOME).text


def test_what_was_refused_today_is_told(steward: Pages, api: Api, source: Source) -> None:
    api.post("resources/provider", {"data": {"x": 1}})
    assert card(steward, source).refused_today.number == 1
    assert "create by key:" in steward.open(HOME).text


@pytest.mark.usefixtures("uploads_folder")
def test_tasks_of_which_something_was_refused_today_are_told(steward: Pages, api: Api) -> None:
    assert "Nothing." in steward.open(HOME).text
    work(send(api, [upsert("one"), upsert("two", name=5)], "resources/bulk"))
    page = steward.open(HOME)
    assert "done, some refused (1)" in page.text
    assert "Nothing." not in page.text
    work(send(api, [upsert("three", name=5)], "resources/bulk?mode=plan"))
    assert len(steward.open(HOME).context["refused_tasks"]) == 1


def test_what_was_refused_yesterday_is_not(steward: Pages, api: Api, source: Source) -> None:
    api.post("resources/provider", {"data": {"x": 1}})
    yesterday = first_row_id(timezone.now() - timedelta(days=1))
    Receipt.objects.update(id=yesterday)
    assert card(steward, source).refused_today.number == 0


def test_the_first_id_of_a_time_is_smaller_than_those_made_since() -> None:
    now = timezone.now()
    assert first_row_id(now) < new_row_id() < first_row_id(now + timedelta(minutes=1))


def test_one_sees_ones_own_last_edits(steward: Pages, provider: Profile) -> None:
    ResourceFactory.create(profile=provider, id="of-another")
    steward.add(Resource, profile=provider.pk, public_id="of-mine", data="{}")
    text = steward.open(HOME).text
    assert "provider / of-mine" in text
    assert "provider / of-another" not in text


def test_own_edits_are_found_by_their_index(db: None) -> None:
    staff = Staff(Caller("user:x", Role.ADMIN), {})
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        plan = home.own_changes("user:x", staff).explain()
    assert "change_of_person" in plan


def test_many_rows_are_estimated(
    steward: Pages, provider: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "COUNTED", 3)
    for number in range(5):
        ResourceFactory.create(profile=provider, id=f"p{number}")
    assert str(card(steward, provider.source).resources) == "about 4"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ingestion_resource")
    assert str(card(steward, provider.source).resources) == "about 5"


def test_as_many_statements_for_many_sources_as_for_one(
    steward: Pages, source: Source, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    steward.open(HOME)
    with django_assert_num_queries(10):
        steward.open(HOME)
    for _ in range(3):
        factories.clinic()
    with django_assert_num_queries(10):
        steward.open(HOME)


# Search


def found(pages: Pages, text: str) -> list[str]:
    rows = pages.open(SEARCH, q=text).context["found"]
    return [f"{row.source.key}/{row.profile.key}/{row.public_id}" for row, _ in rows]


def test_a_resource_is_found_by_its_id_in_every_source(steward: Pages, provider: Profile) -> None:
    other = Profile.objects.get(source=factories.clinic(), key="office")
    for profile in (provider, other):
        ResourceFactory.create(profile=profile, id="han")
    expected = {f"{provider.source.key}/provider/han", f"{other.source.key}/office/han"}
    assert set(found(steward, " han ")) == expected


@pytest.mark.parametrize("text", ["urn:npi:77", "urn:npi:77:official"])
def test_a_resource_is_found_by_its_identifier(
    steward: Pages, provider: Profile, text: str
) -> None:
    identifier = {"system": "urn:npi", "value": "77", "use": "official"}
    ResourceFactory.create(profile=provider, id="han", meta={"identifier": [identifier]})
    assert found(steward, text) == [f"{provider.source.key}/provider/han"]


@pytest.mark.parametrize("text", ["an", "hann", "%", "Han Sol", "han' OR 1=1", "x" * 5_000])
def test_what_nothing_is_called_finds_nothing(steward: Pages, provider: Profile, text: str) -> None:
    ResourceFactory.create(profile=provider, id="han")
    assert found(steward, text) == []


@pytest.mark.parametrize("text", ["Han Solo", "x"])
def test_a_resource_is_found_by_its_title_or_the_beginning_of_its_id(
    steward: Pages, provider: Profile, text: str
) -> None:
    ResourceFactory.create(profile=provider, id="x1", data={"name": "Han Solo"})
    assert found(steward, text) == [f"{provider.source.key}/provider/x1"]


def test_a_search_that_takes_too_long_says_so(
    steward: Pages, provider: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waiting(*args: object) -> list[object]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        return []

    monkeypatch.setattr("config.search_box.found_by", waiting)
    monkeypatch.setattr("django.conf.settings.SEARCH_SECONDS", 0.01)
    (message,) = steward.open(SEARCH, q="x").messages
    assert message.startswith("The search took longer than 0.01 s.")


def test_a_search_for_nothing_asks_for_something(steward: Pages) -> None:
    page = steward.open(SEARCH)
    assert "No resource" not in page.text


def test_nothing_of_a_source_without_a_role_is_shown(provider: Profile) -> None:
    user = UserFactory.create()
    SourceRole.objects.create(user=user, source=provider.source, role=Role.READER.value)
    client = Client()
    client.force_login(user)
    pages = Pages(client)
    hidden = factories.clinic()
    ResourceFactory.create(profile=Profile.objects.get(source=hidden, key="office"), id="han")
    ResourceFactory.create(profile=provider, id="han")
    assert found(pages, "han") == [f"{provider.source.key}/provider/han"]
    assert hidden.key not in pages.open(HOME).text
