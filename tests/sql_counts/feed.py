"""The change feed, and who it is sent to."""

from __future__ import annotations

from ingestion.models import Change
from ingestion.webhooks.dead_letters import keep_letters
from ingestion.webhooks.messages import ChangeHead, Line
from ingestion.webhooks.saving import SavedSubscription, save_subscription
from tests.feed.seeing import own_changes_are_seen
from tests.sql_counts.cases import Cases, Measured, Prepare, asks
from tests.sql_counts.desk import Desk


def subscribe(desk: Desk, key: str, number: int = 0) -> SavedSubscription:
    body = {"url": f"https://example.org/{number}"}
    return save_subscription(desk.source.key, key, body, actor="test")


def reads_changes(query: str) -> Prepare:
    def prepare(desk: Desk, count: int) -> Measured:
        ask = asks(f"GET changes?limit=1000&{query}", after=Desk.providers)(desk, count)
        return own_changes_are_seen()(ask)

    return prepare


def subscriptions(desk: Desk, count: int) -> None:
    for key in desk.names(count):
        subscribe(desk, key)


def versions_of_one(desk: Desk, count: int) -> None:
    for number in range(count):
        subscribe(desk, desk.lot, number)


def dead_letters(desk: Desk, count: int) -> None:
    saved = subscribe(desk, desk.lot)
    desk.providers(count)
    for change in Change.objects.order_by("-seq")[:count]:
        names = (change.pk.hex, change.action, change.target, change.collection, change.public_id)
        line = Line("", ChangeHead(*names, change.version, f".{change.seq}"))
        keep_letters(saved.subscription, [line], "Answered 500.")


CASES: Cases = {
    "GET changes": reads_changes("types=provider"),
    "GET changes, as NDJSON": reads_changes("format=ndjson"),
    "GET metrics": asks("GET /metrics", after=subscriptions),
    "GET subscriptions": asks("GET subscriptions?perPage=1000", after=subscriptions),
    "GET versions of a subscription": asks(
        "GET subscriptions/{lot}/versions?perPage=1000", after=versions_of_one
    ),
    "PUT subscription, changed": asks(
        "PUT subscriptions/{lot}", {"url": "https://example.org/changed"}, after=versions_of_one
    ),
    "GET dead-letters": asks(
        "GET subscriptions/{lot}/dead-letters?perPage=1000", after=dead_letters
    ),
}
