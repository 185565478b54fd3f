"""The history pages of the admin: timeline, comparison, and how an old version comes back."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from profiles.configuration import Subject, record_all
from profiles.definitions import profiles
from profiles.models import (
    ApiKey,
    ConfigurationChange,
    ConfigurationKind,
    Profile,
    ProfileVersion,
    Source,
)
from tests import examples
from tests.admin.conftest import signed_in
from tests.admin.every_page import Level
from tests.admin.pages import Page, Pages, address, change_page
from tests.admin.world import somebody
from tests.clients import Api
from tests.configuration.test_recording import give
from tests.factories import SourceFactory, UserFactory

pytestmark = pytest.mark.django_db

ROLE = ConfigurationKind.ROLE


@pytest.fixture
def steward(db: None) -> Pages:
    return Pages(signed_in(username="stella", is_superuser=True))


@pytest.fixture
def provider(source: Source, api: Api) -> Profile:
    """With three versions."""
    for text in ("two", "three"):
        api.put("profiles/provider", described(text), x_change_reason=f"Now {text}.")
    found: Profile = Profile.objects.get(source=source, key="provider")
    return found


def described(text: str) -> Any:
    return {**examples.PROVIDER, "description": text}


def history(pages: Pages, row: Model, **parameters: Any) -> Page:
    page = pages.open(address(type(row), "history", row.pk), **parameters)
    assert page.status == 200
    return page


def told(page: Page) -> list[list[tuple[str, str | None, str | None]]]:
    return [
        [(change.name, change.before, change.after) for change in entry.changes]
        for entry in page.context["page"].entries
    ]


def test_a_timeline_tells_who_why_and_what(steward: Pages, provider: Profile) -> None:
    page = history(steward, provider)
    assert told(page)[:2] == [[("description", "two", "three")], [("description", None, "two")]]
    for text in ("Now three.", "Now two.", "key:", "version 3, contract"):
        assert text in page.text


def test_any_two_versions_are_compared_line_by_line(steward: Pages, provider: Profile) -> None:
    one, two, three = ProfileVersion.objects.filter(definition=provider).order_by("pk")
    page = history(steward, provider, **{"from": two.pk, "to": three.pk})
    shown = [(line.sign, line.text.strip()) for line in page.context["compared"]["lines"]]
    assert [line for line in shown if line[0]] == [
        ("−", '"description": "two"'),
        ("+", '"description": "three"'),
    ]
    same = history(steward, provider, **{"from": one.pk, "to": one.pk})
    assert "They are the same." in same.text


def test_what_is_not_in_the_history_is_not_compared(steward: Pages, provider: Profile) -> None:
    for named in ("", "x", "-1", "0", "9" * 40, "²"):
        page = history(steward, provider, **{"from": named, "to": named, "before": named})
        assert page.context["compared"] is None


def test_versions_of_another_are_not_compared(steward: Pages, provider: Profile) -> None:
    other = ProfileVersion.objects.exclude(definition=provider).order_by("pk")[:1].get()
    page = history(steward, provider, **{"from": other.pk, "to": other.pk})
    assert page.context["compared"] is None


def test_older_entries_are_on_the_next_page(
    steward: Pages, provider: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("profiles.timelines.SHOWN", 2)
    page = history(steward, provider)
    assert len(told(page)) == 2
    older = history(steward, provider, before=page.context["page"].following)
    assert [entry.row.version for entry in older.context["page"].entries] == [1]
    assert older.context["page"].following is None


def test_an_old_version_is_restored_with_a_reason(steward: Pages, provider: Profile) -> None:
    path = address(Profile, "restore", provider.pk) + "?version=2"
    assert path in history(steward, provider).text
    page = steward.open(path)
    assert "There is no record yet." in page.text
    steward.send(path, {"etag": page.context["form"]["etag"].value(), "reason": "Better."})
    provider.refresh_from_db()
    assert (provider.version, provider.body) == (4, described("two"))
    last = ProfileVersion.objects.get(definition=provider, version=4)
    assert (last.actor, last.reason) == ("user:stella", "Better.")


def test_what_was_changed_meanwhile_is_not_overwritten(
    steward: Pages, provider: Profile, api: Api
) -> None:
    path = address(Profile, "restore", provider.pk) + "?version=1"
    etag = steward.open(path).context["form"]["etag"].value()
    api.put("profiles/provider", described("four"))
    page = steward.send(path, {"etag": etag, "reason": "Better."})
    assert "It was changed since it was read." in page.text
    provider.refresh_from_db()
    assert provider.body == described("four")


def test_a_deleted_profile_keeps_its_page_and_comes_back(
    steward: Pages, provider: Profile, api: Api
) -> None:
    api.delete("relationship-definitions/provider-office")
    steward.send(address(Profile, "delete", provider.pk), {"post": "yes", "reason": "Unused."})
    page = history(steward, provider)
    assert "It is deleted. Its history stays." in page.text
    assert "Unused." in page.text
    assert address(Profile, "history", provider.pk) in history(steward, provider.source).text
    path = address(Profile, "restore", provider.pk) + "?version=3"
    page = steward.send(path, {"etag": "", "reason": " "})
    assert "Nothing was restored" in page.text
    assert "Say why." in page.text
    steward.send(path, {"etag": "", "reason": "Used again."})
    provider.refresh_from_db()
    assert (provider.version, provider.retired_at) == (5, None)


def test_what_does_not_fit_any_more_cannot_be_restored(
    steward: Pages, source: Source, api: Api
) -> None:
    api.put("profiles/office", {**examples.OFFICE, "contained": {}})
    api.delete("profiles/paymentMethod")
    office = Profile.objects.get(source=source, key="office")
    path = address(Profile, "restore", office.pk) + "?version=1"
    page = steward.open(path)
    assert "It does not fit any more" in page.text
    assert "There is no such profile." in page.text
    assert "<button" not in page.text.partition('class="history-page"')[2]
    again = steward.send(path, {"etag": office.etag, "reason": "Better."})
    assert "There is no such profile." in again.text
    office.refresh_from_db()
    assert office.version == 2


def test_what_is_no_version_leads_back_to_the_history(steward: Pages, provider: Profile) -> None:
    for version in ("", "0", "9", "x", "²"):
        page = steward.open(address(Profile, "restore", provider.pk), version=version)
        assert page.messages == ["There is no such version."]
        assert "page" in page.context


def test_a_viewer_sees_the_history_and_restores_nothing(provider: Profile) -> None:
    viewer = Pages(somebody(Level.VIEWER, provider.source))
    assert "Restore" not in history(viewer, provider).text
    path = address(Profile, "restore", provider.pk) + "?version=1"
    assert viewer.client.post(path, {"etag": provider.etag}).status_code == 403


def test_a_source_tells_of_the_roles_in_it(steward: Pages) -> None:
    source = SourceFactory.create(key="clinics")
    steward.change(source, name="Clinics", reason="Named.")
    for name in ("vera", "anna"):
        UserFactory.create(username=name)
        give(steward, source, name, "reader")
    steward.change(source, **{"staff_roles-1-DELETE": "on"})
    page = history(steward, source)
    assert told(page) == [
        [("Roles › vera", "viewer", None)],
        [("Roles › anna", None, "viewer")],
        [("Roles › vera", None, "viewer")],
        [("Name", None, "Clinics")],
    ]
    first, *_, last = [entry.row.pk for entry in page.context["page"].entries]
    compared = history(steward, source, **{"from": last, "to": first}).context["compared"]
    assert [tuple(place) for place in compared["places"]] == [
        ("Roles › anna", "added", None, "viewer")
    ]


def test_who_has_which_role_is_told_to_owners(steward: Pages) -> None:
    source = SourceFactory.create(key="clinics")
    steward.change(source, name="Clinics")
    UserFactory.create(username="vera")
    give(steward, source, "vera", "reader")
    entry = ConfigurationChange.objects.get(kind=ROLE)
    for level in (Level.VIEWER, Level.STEWARD, Level.OWNER):
        page = history(
            Pages(somebody(level, source, level.name)), source, **{"from": entry.pk, "to": entry.pk}
        )
        is_owner = level is Level.OWNER
        assert ("vera" in page.text, page.context["compared"] is not None) == (is_owner, is_owner)
        assert told(page)[-1] == [("Name", None, "Clinics")]


def test_another_order_is_told(steward: Pages, provider: Profile, api: Api) -> None:
    api.put("profiles/provider", dict(reversed(described("three").items())))
    page = history(steward, provider)
    assert told(page)[0] == []
    assert "The order only" in page.text


def test_a_source_that_has_but_its_key_is_told(steward: Pages) -> None:
    steward.add(Source, key="clinics")
    page = history(steward, Source.objects.get())
    assert "Its key only" in page.text


def test_a_user_tells_of_roles_that_were_given_and_taken(steward: Pages) -> None:
    vera = UserFactory.create(username="vera")
    source = SourceFactory.create(key="clinics")
    give(steward, source, "vera", "admin")
    steward.change(source, **{"staff_roles-0-DELETE": "on"})
    page = history(steward, vera)
    assert told(page) == [
        [("Roles › clinics", "owner", None)],
        [("Roles › clinics", None, "owner")],
    ]
    assert "<strong>Deleted</strong>" not in page.text


def test_an_owner_sees_no_history_of_users_or_keys(source: Source, api: Api) -> None:
    owner = somebody(Level.OWNER, source)
    for row in (User.objects.get(), ApiKey.objects.get()):
        answer = owner.get(address(type(row), "history", row.pk))
        assert answer.headers["Location"] == "/admin/"


def test_a_key_tells_what_it_was_given(steward: Pages) -> None:
    steward.add(ApiKey, name="loader", role="reader")
    key = ApiKey.objects.get()
    steward.change(key, role="admin", rate_limit=7, reason="<b>More</b>")
    page = history(steward, key)
    assert told(page)[0] == [("Role", "reader", "admin"), ("Rate limit", None, "7")]
    assert b"&lt;b&gt;More" in page.response.content
    assert key.hashed_key not in page.text.replace(key.pk, "")


def test_what_became_of_a_deleted_key_is_listed(steward: Pages) -> None:
    steward.add(ApiKey, name="loader", role="reader")
    key = ApiKey.objects.get()
    steward.delete(key)
    page = steward.list(ConfigurationChange, q=key.prefix)
    assert [row.version for row in page.context["cl"].result_list] == [2, 1]
    assert "loader" in page.text
    body = steward.open(change_page(ConfigurationChange.objects.get(version=1)))
    assert '"role": "reader"' in body.text


def test_nothing_recorded_is_said_so(steward: Pages) -> None:
    source = SourceFactory.create()
    assert "Nothing was recorded yet." in history(steward, source).text


def test_a_form_asks_why(steward: Pages, provider: Profile) -> None:
    page = steward.open(change_page(provider))
    typed = {**page.inputs, "last": "json", "text": '{"properties":{}}', "reason": "Emptied."}
    steward.send(change_page(provider), typed)
    assert ProfileVersion.objects.get(definition=provider, version=4).reason == "Emptied."


def test_statements_do_not_grow_with_the_history(
    steward: Pages, source: Source, provider: Profile
) -> None:
    counts = []
    for number in (1, 10):
        given = {Subject(ROLE, str(n), source.pk): role(n) for n in range(number)}
        record_all(given, actor="test")
        record_all(dict.fromkeys(given), actor="test")
        profiles.save(source.key, "provider", described(str(number)), actor="test")
        for row in (source, provider):
            with CaptureQueriesContext(connection) as queries:
                history(steward, row)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 8


def role(number: int) -> Any:
    return {"user": f"user-{number}", "source": "clinics", "role": "viewer"}
