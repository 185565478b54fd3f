"""The history of subscriptions in the admin, and what leads to it once they are deleted."""

from __future__ import annotations

import pytest

from ingestion.models import Subscription
from ingestion.webhooks.saving import save_subscription
from profiles.configuration import Subject, record
from profiles.models import ConfigurationChange, ConfigurationKind, Source
from tests import factories
from tests.admin.every_page import Level
from tests.admin.pages import SURE, Page, Pages, address
from tests.admin.world import somebody
from tests.configuration.past import SUBSCRIBED, SUBSCRIPTION, told

pytestmark = pytest.mark.django_db


def steer(pages: Pages, row: Subscription, action: str, reason: str = "") -> Page:
    path = address(Subscription, "steer", row.pk)
    return pages.send(path, {"action": action, "reason": reason})


def history(pages: Pages, row: Subscription) -> list[list[tuple[str, str | None, str | None]]]:
    page = pages.open(address(Subscription, "history", row.pk))
    return [
        [(place.name, place.before, place.after) for place in entry.changes]
        for entry in page.context["page"].entries
    ]


def test_the_admin_tells_who_why_and_what(source: Source, owner: Pages) -> None:
    typed = {"source": source.pk, "key": "crm", "payload": "full", "begin": "now", **SUBSCRIBED}
    owner.add(Subscription, **typed, reason="For the CRM.")
    row = Subscription.objects.get()
    owner.change(row, batch=5, reason="Faster.")
    steer(owner, row, "pause", "It is moved.")
    steer(owner, row, "resume-beginning")
    steer(owner, row, "rotate", "Betrayed.")
    reasons = ["For the CRM.", "Faster.", "It is moved.", "", "Betrayed."]
    actor = "user:somebody"
    assert told(SUBSCRIPTION) == [(number, actor, why) for number, why in enumerate(reasons, 1)]
    rotated, resumed, paused, changed, created = history(owner, row)
    assert ("State › Status", None, "ACTIVE") in created
    assert {name for name, *_ in rotated} == {"State › Secret since", "State › Former secret until"}
    assert {name for name, *_ in resumed} == {"From", "State › Begun at", "State › Status"}
    assert paused == [("State › Status", "ACTIVE", "PAUSED")]
    assert changed == [("Batch", "1", "5")]


def test_a_reason_that_is_none_steers_nothing(row: Subscription, owner: Pages) -> None:
    page = steer(owner, row, "pause", "x" * 501)
    assert page.messages[0].startswith("Nothing was done.")
    row.refresh_from_db()
    assert not row.is_paused


def test_deleting_asks_why_and_the_history_stays(
    source: Source, row: Subscription, owner: Pages
) -> None:
    path = address(Subscription, "delete", row.pk)
    assert "Say why." in owner.send(path, {"post": "yes", "reason": ""}).text
    assert Subscription.objects.exists()
    owner.send(path, {"post": "yes", "reason": "The CRM is gone."})
    assert told(SUBSCRIPTION)[-1] == (2, "user:somebody", "The CRM is gone.")
    gone = address(ConfigurationChange, "history", ConfigurationChange.objects.latest("pk").pk)
    assert gone in owner.open(address(Source, "history", source.pk)).text
    page = owner.open(gone)
    for text in ("<strong>Deleted</strong>", "The CRM is gone.", SUBSCRIBED["url"]):
        assert text in page.text
    viewer = Pages(somebody(Level.VIEWER, source, "viewer"))
    assert gone not in viewer.open(address(Source, "history", source.pk)).text


def test_those_deleted_together_are_recorded_each(source: Source, owner: Pages) -> None:
    rows = [
        save_subscription(source.key, key, SUBSCRIBED, actor="test").subscription
        for key in ("a", "b")
    ]
    owner.delete_selected(*rows)
    assert told(SUBSCRIPTION)[2:] == [(2, "user:somebody", SURE["reason"])] * 2


def test_owners_see_the_changes_of_their_sources_only(source: Source, owner: Pages) -> None:
    other = factories.SourceFactory.create(key="other")
    for each in (source, other):
        save_subscription(each.key, f"of-{each.key}", SUBSCRIBED, actor="test")
    given = {"user": "vera", "source": other.key, "role": "viewer"}
    assert owner.list(ConfigurationChange).rows == [f"subscription of-{source.key}"]
    for asked in ({"q": "of-other"}, {"source": other.key}):
        assert owner.list(ConfigurationChange, **asked).rows == []
    hidden = ConfigurationChange.objects.get(subject="of-other")
    key = ConfigurationChange.objects.create(
        kind="key", subject="prefix", version=1, body=given, actor="test"
    )
    for change in (hidden, key):
        for page in ("change", "history"):
            path = address(ConfigurationChange, page, change.pk)
            assert owner.client.get(path).headers["Location"] == "/admin/"


def test_each_change_leads_to_the_history_of_what_it_changed(source: Source) -> None:
    superuser = Pages(somebody(Level.SUPERUSER, source))
    for subject, body, name in (
        (Subject(ConfigurationKind.ROLE, "7", source.pk), {"role": "viewer"}, "Role"),
        (Subject(ConfigurationKind.KEY, "prefix"), {"rateLimit": 5}, "Rate limit"),
    ):
        record(subject, body, actor="test")
        record(subject, None, actor="test", reason="Not needed.")
        change = ConfigurationChange.objects.latest("pk")
        page = superuser.open(address(ConfigurationChange, "history", change.pk))
        last, first = page.context["page"].entries
        assert [place.name for place in first.changes] == [name]
        assert last.row.reason == "Not needed."
