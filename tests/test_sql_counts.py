"""The number of SQL statements does not grow with the number of records (design.md, section 2, 8).

`sql_counts.json` has the number for each request and for each sort of batch. It is the same for
1, 10 and 100 records, lists of the admin are measured with 10, 1,000 and 30,000; whoever changes
it changes the table. Statements that only begin and end
transactions are not counted: in a test they are savepoints. Caches are warm.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from ingestion.conformity import check
from ingestion.edits import MergePatchEdit
from ingestion.models import Change, DataIndex, IndexState, Resource
from ingestion.operations import Action, Edit, Operation, Target
from ingestion.payloads import read_payload
from ingestion.records import Outcome, new_row_id
from ingestion.retention import sweep
from ingestion.search.orders import DEFAULT
from ingestion.sql import run
from ingestion.webhooks.letters import keep_letters
from ingestion.webhooks.messages import Line, Told
from ingestion.webhooks.saving import Saved, save_subscription
from ingestion.writing import write
from profiles.access import Role
from profiles.api.cursors import Cursor, write_cursor
from profiles.contract import current_contract
from profiles.definitions import profiles
from profiles.exact import encode
from profiles.models import Profile, Source
from relationships.models import Relationship, RelationshipDefinition
from tests import examples, factories
from tests.clients import Api
from tests.feed.seeing import own_changes_are_seen
from tests.retention.ageing import keeps, make_older
from tests.tasks.doing import work

TABLE_FILE = Path(__file__).with_name("sql_counts.json")
TABLE: dict[str, int] = json.loads(TABLE_FILE.read_text())
SIZES = (1, 10, 100)
LARGE = (10, 1_000, 30_000)
FULL = (1_000, 30_000)
"""A page is full: one that goes on among the absent values takes a statement more."""
MOST_OF_THE_ADMIN = 12
TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
PLAIN: dict[str, Any] = {"properties": {}}
LIMITS = ("0:*", "0:1")
NEEDED = {"includeCardinality": "1:1"}
NEEDS_EMAIL: dict[str, Any] = {
    **examples.PROVIDER,
    "properties": {"email": {"type": "symbol", "rules": [{"required": True}]}},
}


Measured = Callable[[], None]
"""What is measured, once everything is prepared for it."""


@dataclass
class Desk:
    """A source with records, and ways to make more of them. `lot` is new for each measurement."""

    api: Api
    source: Source
    lot: str = ""

    def providers(self, count: int) -> list[str]:
        return self.records("provider", count)

    def offices(self, count: int) -> list[str]:
        return self.records("office", count)

    def records(self, profile: str, count: int) -> list[str]:
        ids = [f"{self.lot}-{n}" for n in range(count)]
        self.write(operation(Action.CREATE, profile, None, {"id": id, "data": {}}) for id in ids)
        return ids

    def links(self, count: int) -> list[str]:
        """Relationships of one provider with as many offices."""
        self.providers(1)
        ids = [f"{self.lot}-0.{office}" for office in self.offices(count)]
        self.write(link(Action.UPSERT, id) for id in ids)
        return ids

    def cards(self, count: int) -> str:
        """The address of the contained resources of an office."""
        rows = [{"id": f"c{n}", "type": "paymentMethod", "data": {}} for n in range(count)]
        body = {"data": {}, "contained": {"alternativePaymentMethods": rows}}
        self.write([operation(Action.UPSERT, "office", self.lot, body)])
        return f"resources/office/{self.lot}/alternativePaymentMethods"

    def write(self, operations: Iterable[Operation]) -> None:
        written = write(self.source.key, list(operations), actor="test")
        assert not [receipt for receipt in written.receipts if receipt.refused]

    def profiles(self, count: int) -> list[str]:
        keys = [f"{self.lot}-{n}" for n in range(count)]
        for key in keys:
            factories.ProfileFactory.create(source=self.source, key=key, body=PLAIN)
        return keys

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Measured:
        def request() -> None:
            answer = self.api.send(method, path, body, **headers)
            assert answer.status in (200, 201, 202, 204), answer.text

        return request

    def carry_out(self, operations: Iterable[Operation], outcome: Outcome) -> Measured:
        ready = list(operations)

        def batch() -> None:
            written = write(self.source.key, ready, actor="test")
            assert {receipt.outcome for receipt in written.receipts} == {outcome}

        return batch


Scenario = Callable[[Desk, int], Measured]
scenarios: dict[str, Scenario] = {}
sizes_of: dict[str, Sequence[int]] = {}


def scenario(name: str, sizes: Sequence[int] = SIZES) -> Callable[[Scenario], Scenario]:
    def register(prepare: Scenario) -> Scenario:
        assert name not in scenarios
        scenarios[name], sizes_of[name] = prepare, sizes
        return prepare

    return register


def operation(
    action: Action, profile: str, id: str | None, body: Any = None, edit: Edit | None = None
) -> Operation:
    payload = {} if body is None else read_payload(encode(body))
    return Operation(action, Target.RESOURCE, profile, id, payload, edit)


def link(action: Action, id: str, body: Any = None, edit: Edit | None = None) -> Operation:
    payload = read_payload(encode(body or {}))
    return Operation(action, Target.RELATIONSHIP, "provider-office", id, payload, edit)


# Definitions


@scenario("GET sources")
def get_sources(desk: Desk, count: int) -> Measured:
    for n in range(count):
        factories.SourceFactory.create(key=f"{desk.lot}-{n}")
    return desk.ask("GET", "/catalog/v1/sources?perPage=1000")


@scenario("GET source")
def get_source(desk: Desk, count: int) -> Measured:
    return desk.ask("GET", f"/catalog/v1/sources/{desk.source.key}")


@scenario("PUT source")
def put_source(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    body = {"type": "registry", "name": desk.lot}
    return desk.ask("PUT", f"/catalog/v1/sources/{desk.source.key}", body)


@scenario("GET profiles")
def get_profiles(desk: Desk, count: int) -> Measured:
    desk.profiles(count)
    return desk.ask("GET", "profiles?perPage=1000")


@scenario("GET profile")
def get_profile(desk: Desk, count: int) -> Measured:
    desk.profiles(count)
    return desk.ask("GET", "profiles/provider")


@scenario("GET profile schema")
def get_schema(desk: Desk, count: int) -> Measured:
    desk.profiles(count)
    warm(desk)
    return desk.ask("GET", "profiles/office/schema")


@scenario("GET profile indexes")
def get_indexes(desk: Desk, count: int) -> Measured:
    marked = {"type": "symbol", "indexed": True}
    body = {"properties": {f"p{n}": marked for n in range(min(count, 16))}}
    factories.ProfileFactory.create(source=desk.source, key="other", body=body)
    warm(desk)
    return desk.ask("GET", "profiles/other/indexes")


@scenario("PUT profile, with indexes")
def put_indexes(desk: Desk, count: int) -> Measured:
    """Some are added, some dropped, some built anew, whatever their number."""

    def body(*types: str) -> Any:
        many = range(min(count, 5))
        return {
            "properties": {
                f"p{place}-{n}": {"type": type, **({} if type == "boolean" else {"indexed": True})}
                for place, type in enumerate(types)
                for n in many
            }
        }

    before = body("symbol", "symbol", "boolean", "integer")
    factories.ProfileFactory.create(source=desk.source, key=desk.lot, body=before)
    DataIndex.objects.filter(path__startswith="p3").update(state=IndexState.FAILED)
    warm(desk)
    return desk.ask("PUT", f"profiles/{desk.lot}", body("boolean", "integer", "symbol", "integer"))


@scenario("GET versions of a profile")
def get_versions(desk: Desk, count: int) -> Measured:
    described(desk, count)
    return desk.ask("GET", "profiles/provider/versions?perPage=1000")


@scenario("GET version of a profile")
def get_version(desk: Desk, count: int) -> Measured:
    described(desk, count)
    return desk.ask("GET", "profiles/provider/versions/2")


@scenario("GET difference of two versions")
def get_version_difference(desk: Desk, count: int) -> Measured:
    described(desk, count)
    return desk.ask("GET", "profiles/provider/versions/1/diff/2")


@scenario("POST restore of a version")
def restore_version(desk: Desk, count: int) -> Measured:
    described(desk, count)
    warm(desk)
    return desk.ask("POST", "profiles/provider/versions/1/restore")


@scenario("GET versions of a source")
def get_source_versions(desk: Desk, count: int) -> Measured:
    address = f"/catalog/v1/sources/{desk.source.key}"
    for n in range(count):
        desk.ask("PUT", address, {"type": "registry", "name": f"{desk.lot} {n}"})()
    return desk.ask("GET", f"{address}/versions?perPage=1000")


def described(desk: Desk, count: int) -> None:
    """So many versions of the provider, and one more."""
    for n in range(count):
        body = {**examples.PROVIDER, "description": f"{desk.lot} {n}"}
        profiles.save(desk.source.key, "provider", body, actor="test")


@scenario("GET source document")
def get_document(desk: Desk, count: int) -> Measured:
    desk.profiles(count)
    desk.api.get("openapi.json")
    return desk.ask("GET", "openapi.json")


@scenario("GET source document, after a change")
def get_new_document(desk: Desk, count: int) -> Measured:
    desk.profiles(count)
    return desk.ask("GET", "openapi.json")


@scenario("PUT profile, new")
def put_profile(desk: Desk, count: int) -> Measured:
    desk.profiles(count)
    warm(desk)
    return desk.ask("PUT", f"profiles/{desk.lot}", PLAIN)


@scenario("PUT profile, changed")
def change_profile(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    return desk.ask("PUT", "profiles/provider", {**examples.PROVIDER, "description": desk.lot})


@scenario("PUT profile, planned")
def plan_profile(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    warm(desk)
    return desk.ask("PUT", "profiles/provider?mode=plan", NEEDS_EMAIL)


def left_behind(desk: Desk, count: int) -> str:
    """The address of the providers that do not fit by now."""
    desk.ask("PUT", "profiles/provider", examples.PROVIDER)()
    desk.providers(count)
    desk.ask("PUT", "profiles/provider", NEEDS_EMAIL)()
    warm(desk)
    desk.api.get("profiles/provider/schema")
    return "profiles/provider/nonconforming?perPage=1000"


@scenario("GET profile nonconforming")
def get_nonconforming(desk: Desk, count: int) -> Measured:
    return desk.ask("GET", left_behind(desk, count))


@scenario("GET profile nonconforming, found before")
def get_nonconforming_found(desk: Desk, count: int) -> Measured:
    ask = desk.ask("GET", left_behind(desk, count))
    check(current_contract(desk.source.key), "provider")
    return override_settings(CHECK_AT_ONCE=0)(ask)


@scenario("DELETE profile")
def delete_profile(desk: Desk, count: int) -> Measured:
    key = desk.profiles(count)[0]
    warm(desk)
    return desk.ask("DELETE", f"profiles/{key}")


@scenario("GET relationship-definitions")
def get_definitions(desk: Desk, count: int) -> Measured:
    for n in range(count):
        sides = {
            side: {"profileKey": key, "includeKey": f"{desk.lot}-{n}", "includeCardinality": "0:*"}
            for side, key in (("from", "provider"), ("to", "office"))
        }
        factories.RelationshipDefinitionFactory.create(
            source=desk.source, key=f"{desk.lot}-{n}", body=sides
        )
    return desk.ask("GET", "relationship-definitions?perPage=1000")


@scenario("PUT relationship-definition, changed")
def change_definition(desk: Desk, count: int) -> Measured:
    desk.links(count)
    body = {**examples.PROVIDER_OFFICE, "description": desk.lot}
    return desk.ask("PUT", "relationship-definitions/provider-office", body)


@scenario("PUT relationship-definition, planned")
def plan_definition(desk: Desk, count: int) -> Measured:
    desk.links(count)
    warm(desk)
    sides = {side: {**examples.PROVIDER_OFFICE[side], **NEEDED} for side in ("from", "to")}
    body = {**examples.PROVIDER_OFFICE, **sides}
    return desk.ask("PUT", "relationship-definitions/provider-office?mode=plan", body)


@scenario("GET relationship-definition missing")
def get_missing(desk: Desk, count: int) -> Measured:
    sides = {
        side: {**examples.PROVIDER_OFFICE[side], **NEEDED, "includeKey": desk.lot}
        for side in ("from", "to")
    }
    address = f"relationship-definitions/{desk.lot}"
    desk.ask("PUT", address, sides)()
    desk.providers(count)
    warm(desk)
    return desk.ask("GET", f"{address}/missing?perPage=1000")


@scenario("PUT relationship-definition, tightened")
def tighten_definition(desk: Desk, count: int) -> Measured:
    desk.links(count)
    loose, tight = ({**examples.PROVIDER_OFFICE["to"], "includeCardinality": c} for c in LIMITS)
    address = "relationship-definitions/provider-office"
    desk.ask("PUT", address, {**examples.PROVIDER_OFFICE, "to": loose})()
    warm(desk)
    return desk.ask("PUT", address, {**examples.PROVIDER_OFFICE, "to": tight})


# Resources


@scenario("GET resources")
def get_resources(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    return desk.ask("GET", "resources/provider?perPage=1000")


@scenario("GET resources, second page")
def get_second_page(desk: Desk, count: int) -> Measured:
    desk.providers(count + 2)
    path = f"resources/provider?sort=id&perPage={count}"
    cursor = desk.api.get(path).json["meta"]["cursor"]
    return desk.ask("GET", f"{path}&cursor={cursor}")


@scenario("GET resources, as NDJSON")
def get_ndjson(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    return desk.ask("GET", "resources/provider?format=ndjson")


@scenario("GET resources, as CSV")
def get_csv(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    return desk.ask("GET", "resources/provider?format=csv&after=0")


@scenario("GET resources, by identifier")
def get_by_identifier(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    return desk.ask("GET", "resources/provider?identifier=a:b")


@scenario("GET resources, filtered by data")
def get_by_data(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    return desk.ask("GET", "resources/provider?data.name__in=a,b&data.practiceNumber__isnull=true")


def marked(desk: Desk, count: int) -> None:
    """Providers, and marks of their profile. What has no index yet is as right, and slower."""
    properties = {
        key: {**prop, "indexed": True} if key != "specialities" else prop
        for key, prop in examples.PROVIDER["properties"].items()
    }
    body = {**examples.PROVIDER, "properties": properties}
    desk.ask("PUT", "profiles/provider", body)()
    DataIndex.objects.update(state=IndexState.READY)
    desk.providers(count)
    warm(desk)


@scenario("GET resources, sorted by data")
def get_sorted_by_data(desk: Desk, count: int) -> Measured:
    marked(desk, count)
    return desk.ask("GET", "resources/provider?sort=data.name&perPage=1000")


@scenario("GET resources, with words")
def get_with_words(desk: Desk, count: int) -> Measured:
    marked(desk, count)
    return desk.ask("GET", "resources/provider?q=john")


@scenario("GET resources, filtered, counted and explained")
def get_counted(desk: Desk, count: int) -> Measured:
    marked(desk, count)
    path = "resources/provider?data.practiceNumber__gte=1&total=estimated&explain=true"
    return desk.ask("GET", path)


@scenario("POST query, with aggregations")
def post_query(desk: Desk, count: int) -> Measured:
    marked(desk, count)
    body = {
        "collectionKey": "provider",
        "filter": {"not": {"eq": {"name": "j*"}}},
        "aggregations": [{"path": "name"}, {"path": "specialities"}],
    }
    return desk.ask("POST", "query", body)


@scenario("POST browse")
def post_browse(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    desk.offices(count)
    return desk.ask(
        "POST", "browse", {"collectionKeys": ["provider", "office"], "params": {"perPage": 1000}}
    )


@scenario("GET resource")
def get_resource(desk: Desk, count: int) -> Measured:
    return desk.ask("GET", f"resources/provider/{desk.providers(count)[-1]}")


@scenario("POST resource")
def post_resource(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    return desk.ask("POST", "resources/provider", {"data": {}})


@scenario("POST resource, with an id")
def post_resource_with_id(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    return desk.ask("POST", "resources/provider", {"id": desk.lot, "data": {}})


@scenario("POST resource, with an Idempotency-Key")
def create_resource_once(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    return desk.ask("POST", "resources/provider", {"data": {}}, idempotency_key=desk.lot)


@scenario("POST resource, sent again")
def create_resource_again(desk: Desk, count: int) -> Measured:
    again = create_resource_once(desk, count)
    again()
    return again


@scenario("PUT resource, new")
def put_resource(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    return desk.ask("PUT", f"resources/provider/{desk.lot}", {"data": {}})


@scenario("PUT resource, changed")
def change_resource(desk: Desk, count: int) -> Measured:
    body = {"data": {"specialities": ["a"] * count}}
    return desk.ask("PUT", f"resources/provider/{desk.providers(count)[-1]}", body)


@scenario("PUT resource, unchanged")
def keep_resource(desk: Desk, count: int) -> Measured:
    return desk.ask("PUT", f"resources/provider/{desk.providers(count)[-1]}", {"data": {}})


@scenario("PATCH resource")
def patch_resource(desk: Desk, count: int) -> Measured:
    body = {"data": {"name": desk.lot}}
    return desk.ask("PATCH", f"resources/provider/{desk.providers(count)[-1]}", body)


@scenario("DELETE resource")
def delete_resource(desk: Desk, count: int) -> Measured:
    return desk.ask("DELETE", f"resources/provider/{desk.providers(count)[-1]}")


@scenario("DELETE resource, with relationships")
def delete_linked(desk: Desk, count: int) -> Measured:
    desk.links(count)
    return desk.ask("DELETE", f"resources/provider/{desk.lot}-0")


# History


def as_of(path: str) -> str:
    moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return f"{path}{'&' if '?' in path else '?'}at={moment}"


def operation_of(desk: Desk, record: str, place: int = 0) -> str:
    """The address of one of a record's operations, of which the newest is the first."""
    listed = f"history/{record}/operations"
    return f"{listed}/{desk.api.get(listed).json['data'][place]['operationId']}"


def rewritten(desk: Desk, count: int) -> str:
    """A provider with so many changes; its path."""
    path = f"resources/provider/{desk.providers(1)[0]}"
    for number in range(count):
        desk.api.put(path, {"data": {"practiceNumber": number}})
    return path


@scenario("GET operations of a resource")
def get_operations(desk: Desk, count: int) -> Measured:
    return desk.ask("GET", f"history/{rewritten(desk, count)}/operations")


@scenario("GET operation, with its payload")
def get_operation(desk: Desk, count: int) -> Measured:
    path = operation_of(desk, rewritten(desk, count))
    return desk.ask("GET", f"{path}?withPayload=true")


@scenario("GET difference of two operations")
def get_difference(desk: Desk, count: int) -> Measured:
    path = rewritten(desk, count)
    other = operation_of(desk, path, -1).rpartition("/")[2]
    return desk.ask("GET", f"{operation_of(desk, path)}/diff/{other}")


@scenario("POST restore")
def post_restore(desk: Desk, count: int) -> Measured:
    return desk.ask("POST", f"{operation_of(desk, rewritten(desk, count), -1)}/restore")


@scenario("POST restore, with relationships")
def post_restore_linked(desk: Desk, count: int) -> Measured:
    desk.links(count)
    path = f"resources/provider/{desk.lot}-0"
    desk.api.delete(path)
    return desk.ask("POST", f"{operation_of(desk, path)}/restore")


@scenario("POST erase")
def post_erase(desk: Desk, count: int) -> Measured:
    desk.links(count)
    path = f"history/resources/provider/{desk.lot}-0/erase"

    def request() -> None:
        assert desk.api.post(path, {"reason": "asked"}).status == 200

    return request


@scenario("remove what is not kept")
def sweep_changes(desk: Desk, count: int) -> Measured:
    rewritten(desk, count)
    rule = keeps(desk.source, days=1)
    make_older(desk.source, 2)

    def step() -> None:
        sweep(desk.source, rule)

    return own_changes_are_seen()(step)


@scenario("GET resource, as it was")
def get_resource_at(desk: Desk, count: int) -> Measured:
    return desk.ask("GET", as_of(rewritten(desk, count)))


@scenario("GET resources, as they were")
def get_resources_at(desk: Desk, count: int) -> Measured:
    desk.providers(count)
    return desk.ask("GET", as_of("resources/provider?perPage=1000"))


@scenario("GET resources, as they were, with what they were linked to")
def get_included_at(desk: Desk, count: int) -> Measured:
    desk.links(count)
    return desk.ask("GET", as_of("resources/provider?include=worksAt,worksAt.staff"))


@scenario("GET relationships, as they were, with their ends")
def get_ends_at(desk: Desk, count: int) -> Measured:
    desk.links(count)
    return desk.ask("GET", as_of("relationships/provider-office?include=from,to&perPage=1000"))


@scenario("PUT resource, refused")
def refuse_resource(desk: Desk, count: int) -> Measured:
    body = {"data": {"specialities": [0] * count}}

    def request() -> None:
        assert len(desk.api.put(f"resources/provider/{desk.lot}", body).faults) == count

    return request


def changes(desk: Desk, query: str, count: int) -> Measured:
    desk.providers(count)
    ask = desk.ask("GET", f"changes?limit=1000{query}")
    return own_changes_are_seen()(ask)


@scenario("GET changes")
def get_changes(desk: Desk, count: int) -> Measured:
    return changes(desk, "&types=provider", count)


def subscribe(desk: Desk, key: str, number: int = 0) -> Saved:
    body = {"url": f"https://example.org/{number}"}
    return save_subscription(desk.source.key, key, body, actor="test")


@scenario("GET subscriptions")
def get_subscriptions(desk: Desk, count: int) -> Measured:
    for n in range(count):
        subscribe(desk, f"{desk.lot}-{n}")
    return desk.ask("GET", "subscriptions?perPage=1000")


@scenario("GET versions of a subscription")
def get_subscription_versions(desk: Desk, count: int) -> Measured:
    for n in range(count):
        subscribe(desk, desk.lot, n)
    return desk.ask("GET", f"subscriptions/{desk.lot}/versions?perPage=1000")


@scenario("PUT subscription, changed")
def put_subscription(desk: Desk, count: int) -> Measured:
    for n in range(count):
        subscribe(desk, desk.lot, n)
    return desk.ask("PUT", f"subscriptions/{desk.lot}", {"url": "https://example.org/changed"})


@scenario("GET dead-letters")
def get_dead_letters(desk: Desk, count: int) -> Measured:
    saved = subscribe(desk, desk.lot)
    desk.providers(count)
    for change in Change.objects.order_by("-seq")[:count]:
        names = (change.pk.hex, change.action, change.target, change.collection, change.public_id)
        line = Line("", Told(*names, change.version, f".{change.seq}"))
        keep_letters(saved.subscription, [line], "Answered 500.")
    return desk.ask("GET", f"subscriptions/{desk.lot}/dead-letters?perPage=1000")


@scenario("GET changes, as NDJSON")
def get_changes_as_ndjson(desk: Desk, count: int) -> Measured:
    return changes(desk, "&format=ndjson", count)


@scenario("GET contained")
def get_contained(desk: Desk, count: int) -> Measured:
    return desk.ask("GET", f"{desk.cards(count)}/c0")


@scenario("POST contained")
def post_contained(desk: Desk, count: int) -> Measured:
    return desk.ask("POST", desk.cards(count), {"type": "paymentMethod", "data": {}})


@scenario("PUT contained")
def put_contained(desk: Desk, count: int) -> Measured:
    body = {"type": "paymentMethod", "data": {"value": "Visa"}}
    return desk.ask("PUT", f"{desk.cards(count)}/c0", body)


@scenario("DELETE contained")
def delete_contained(desk: Desk, count: int) -> Measured:
    return desk.ask("DELETE", f"{desk.cards(count)}/c0")


# Relationships

LINKS = "relationships/provider-office"


@scenario("GET relationships")
def get_links(desk: Desk, count: int) -> Measured:
    desk.links(count)
    return desk.ask("GET", f"{LINKS}?perPage=1000")


@scenario("GET relationships, as CSV")
def get_links_as_csv(desk: Desk, count: int) -> Measured:
    """Which columns it has is told by a first look."""
    desk.links(count)
    return desk.ask("GET", f"{LINKS}?format=csv")


@scenario("GET relationships, of one resource")
def get_links_of_one(desk: Desk, count: int) -> Measured:
    desk.links(count)
    return desk.ask("GET", f"{LINKS}?from={desk.lot}-0&perPage=1000")


@scenario("GET relationships, filtered by an end")
def get_links_by_end(desk: Desk, count: int) -> Measured:
    desk.links(count)
    return desk.ask("GET", "relationships/provider-office?from.data.name=John")


@scenario("GET relationship")
def get_link(desk: Desk, count: int) -> Measured:
    return desk.ask("GET", f"{LINKS}/{desk.links(count)[-1]}")


def ends(desk: Desk, count: int) -> str:
    """The short id of a relationship that there is not, beside those that there are."""
    desk.links(count)
    desk.write([operation(Action.CREATE, "office", None, {"id": desk.lot, "data": {}})])
    return f"{desk.lot}-0.{desk.lot}"


@scenario("POST relationship")
def post_link(desk: Desk, count: int) -> Measured:
    from_id, to_id = ends(desk, count).split(".")
    from_end, to_end = {"id": from_id, "type": "provider"}, {"id": to_id, "type": "office"}
    return desk.ask("POST", LINKS, {"from": from_end, "to": to_end})


@scenario("POST bundle")
def write_bundle(desk: Desk, count: int) -> Measured:
    made = [{"id": f"@rootId{n + 1}", "type": "office", "data": {}} for n in range(count)]
    (provider,) = desk.providers(1)
    start = {"id": provider, "type": "provider"}
    links = [
        {"type": "provider-office", "from": start, "to": {"id": office["id"], "type": "office"}}
        for office in made
    ]
    body = {
        "resourceOperations": [{"action": "CREATE", "create": office} for office in made],
        "relationshipOperations": [{"action": "CREATE", "create": link} for link in links],
    }
    return desk.ask("POST", "bundle", body)


@scenario("POST purge, planned")
def plan_purge(desk: Desk, count: int) -> Measured:
    desk.links(count)
    body = {"collectionType": "resources", "collectionKey": "office"}
    return desk.ask("POST", "purge?mode=plan", body)


@scenario("POST purge")
def start_purge(desk: Desk, count: int) -> Measured:
    desk.links(count)
    body = {"collectionType": "resources", "collectionKey": "office"}
    return desk.ask("POST", "purge", body)


def deletion(desk: Desk, count: int) -> str:
    """A task that deleted a provider, and with it so many relationships."""
    desk.links(count)
    id = f"s_{new_row_id().hex}"
    removal = operation(Action.DELETE, "provider", f"{desk.lot}-0")
    write(desk.source.key, [removal], actor="test", task_id=id)
    return id


def undo_of(desk: Desk, task_id: str, query: str = "") -> str:
    answer = desk.api.send("POST", f"tasks/{task_id}/undo{query}")
    assert answer.status == 202, answer.text
    return str(answer.json["taskId"])


def at_work(task_id: str) -> Measured:
    return lambda: work(task_id)


@scenario("POST undo")
def start_undo(desk: Desk, count: int) -> Measured:
    return desk.ask("POST", f"tasks/{deletion(desk, count)}/undo")


@scenario("work on an undo, of one chunk")
def work_on_undo(desk: Desk, count: int) -> Measured:
    return at_work(undo_of(desk, deletion(desk, count)))


@scenario("work on the plan of an undo, of one chunk")
def work_on_planned_undo(desk: Desk, count: int) -> Measured:
    return at_work(undo_of(desk, deletion(desk, count), "?mode=plan"))


@scenario("GET conflicts")
def get_conflicts(desk: Desk, count: int) -> Measured:
    undone = deletion(desk, count)
    desk.write([operation(Action.UPSERT, "provider", f"{desk.lot}-0", {"data": {"name": "B"}})])
    desk.write(link(Action.UPSERT, f"{desk.lot}-0.{desk.lot}-{n}") for n in range(count))
    undo = undo_of(desk, undone)
    work(undo)
    return desk.ask("GET", f"tasks/{undo}/conflicts?perPage=1000")


@scenario("PUT relationship, new")
def put_link(desk: Desk, count: int) -> Measured:
    return desk.ask("PUT", f"{LINKS}/{ends(desk, count)}", {})


@scenario("PUT relationship, changed")
def change_link(desk: Desk, count: int) -> Measured:
    return desk.ask("PUT", f"{LINKS}/{desk.links(count)[-1]}", {"data": {"effective": {}}})


@scenario("PATCH relationship")
def patch_link(desk: Desk, count: int) -> Measured:
    return desk.ask("PATCH", f"{LINKS}/{desk.links(count)[-1]}", {"data": {"effective": {}}})


@scenario("DELETE relationship")
def delete_link(desk: Desk, count: int) -> Measured:
    return desk.ask("DELETE", f"{LINKS}/{desk.links(count)[-1]}")


# Batches, straight through the write path


@scenario("write CREATE resources")
def create_resources(desk: Desk, count: int) -> Measured:
    batch = [operation(Action.CREATE, "provider", None, {"data": {}}) for _ in range(count)]
    return desk.carry_out(batch, Outcome.CREATED)


@scenario("write CREATE resources, with ids")
def create_resources_with_ids(desk: Desk, count: int) -> Measured:
    bodies = [{"id": f"{desk.lot}-{n}", "data": {}} for n in range(count)]
    batch = [operation(Action.CREATE, "provider", None, body) for body in bodies]
    return desk.carry_out(batch, Outcome.CREATED)


@scenario("write UPSERT resources, new")
def upsert_resources(desk: Desk, count: int) -> Measured:
    ids = [f"{desk.lot}-{n}" for n in range(count)]
    batch = [operation(Action.UPSERT, "provider", id, {"data": {}}) for id in ids]
    return desk.carry_out(batch, Outcome.CREATED)


@scenario("write UPSERT resources, changed")
def upsert_changed(desk: Desk, count: int) -> Measured:
    body = {"data": {"name": "B"}}
    batch = [operation(Action.UPSERT, "provider", id, body) for id in desk.providers(count)]
    return desk.carry_out(batch, Outcome.CHANGED)


@scenario("write UPSERT resources, unchanged")
def upsert_unchanged(desk: Desk, count: int) -> Measured:
    ids = desk.providers(count)
    batch = [operation(Action.UPSERT, "provider", id, {"data": {}}) for id in ids]
    return desk.carry_out(batch, Outcome.UNCHANGED)


@scenario("write UPDATE resources")
def update_resources(desk: Desk, count: int) -> Measured:
    edit = MergePatchEdit({"data": {"name": "B"}})
    ids = desk.providers(count)
    batch = [operation(Action.UPDATE, "provider", id, edit=edit) for id in ids]
    return desk.carry_out(batch, Outcome.CHANGED)


@scenario("write DELETE resources")
def delete_resources(desk: Desk, count: int) -> Measured:
    batch = [operation(Action.DELETE, "provider", id) for id in desk.providers(count)]
    return desk.carry_out(batch, Outcome.DELETED)


@scenario("write DELETE resources, with relationships")
def delete_linked_resources(desk: Desk, count: int) -> Measured:
    desk.links(count)
    ids = [f"{desk.lot}-{n}" for n in range(count)]
    return desk.carry_out([operation(Action.DELETE, "office", id) for id in ids], Outcome.DELETED)


@scenario("write resources, refused")
def refuse_resources(desk: Desk, count: int) -> Measured:
    body = {"data": {"name": 1}}
    ids = [f"{desk.lot}-{n}" for n in range(count)]
    batch = [operation(Action.UPSERT, "provider", id, body) for id in ids]
    return desk.carry_out(batch, Outcome.REFUSED)


@scenario("write UPSERT and DELETE of the same resources")
def pass_resources(desk: Desk, count: int) -> Measured:
    batch: list[Operation] = []
    for n in range(count):
        batch.append(operation(Action.UPSERT, "provider", f"{desk.lot}-{n}", {"data": {}}))
        batch.append(operation(Action.DELETE, "provider", f"{desk.lot}-{n}"))

    def pass_by() -> None:
        write(desk.source.key, batch, actor="test")

    return pass_by


def new_ends(desk: Desk, count: int) -> list[str]:
    desk.providers(1)
    return [f"{desk.lot}-0.{office}" for office in desk.offices(count)]


@scenario("write CREATE relationships")
def create_links(desk: Desk, count: int) -> Measured:
    batch = []
    for ends_ in new_ends(desk, count):
        from_id, to_id = ends_.split(".")
        body = {"from": {"id": from_id, "type": "provider"}, "to": {"id": to_id, "type": "office"}}
        payload = read_payload(encode(body))
        target = Target.RELATIONSHIP
        batch.append(Operation(Action.CREATE, target, "provider-office", None, payload))
    return desk.carry_out(batch, Outcome.CREATED)


@scenario("write UPSERT relationships, new")
def upsert_links(desk: Desk, count: int) -> Measured:
    batch = [link(Action.UPSERT, id) for id in new_ends(desk, count)]
    return desk.carry_out(batch, Outcome.CREATED)


@scenario("write UPSERT relationships, changed")
def upsert_changed_links(desk: Desk, count: int) -> Measured:
    body: Any = {"data": {"effective": {}}}
    batch = [link(Action.UPSERT, id, body) for id in desk.links(count)]
    return desk.carry_out(batch, Outcome.CHANGED)


@scenario("write UPSERT relationships, at most one each")
def upsert_single_links(desk: Desk, count: int) -> Measured:
    limited = {
        side: {"profileKey": key, "includeKey": f"{desk.lot}-{side}", "includeCardinality": "0:1"}
        for side, key in (("from", "provider"), ("to", "office"))
    }
    factories.RelationshipDefinitionFactory.create(source=desk.source, key=desk.lot, body=limited)
    pairs = list(zip(desk.providers(count), desk.offices(count), strict=True))
    target = Target.RELATIONSHIP
    batch = [Operation(Action.UPSERT, target, desk.lot, ".".join(pair)) for pair in pairs]
    warm(desk)
    return desk.carry_out(batch, Outcome.CREATED)


@scenario("write UPDATE relationships")
def update_links(desk: Desk, count: int) -> Measured:
    edit = MergePatchEdit({"data": {"effective": {}}})
    batch = [link(Action.UPDATE, id, edit=edit) for id in desk.links(count)]
    return desk.carry_out(batch, Outcome.CHANGED)


@scenario("write DELETE relationships")
def delete_links(desk: Desk, count: int) -> Measured:
    batch = [link(Action.DELETE, id) for id in desk.links(count)]
    return desk.carry_out(batch, Outcome.DELETED)


@scenario("write resources and relationships together")
def write_together(desk: Desk, count: int) -> Measured:
    batch = [operation(Action.UPSERT, "provider", desk.lot, {"data": {}})]
    for n in range(count):
        batch.append(operation(Action.UPSERT, "office", f"{desk.lot}-{n}", {"data": {}}))
        batch.append(link(Action.UPSERT, f"{desk.lot}.{desk.lot}-{n}"))
    return desk.carry_out(batch, Outcome.CREATED)


# Lists of the admin


INDEXED = {
    "properties": {
        "name": {"type": "symbol", "indexed": True},
        "rank": {"type": "integer", "indexed": True},
    }
}


def in_bulk(desk: Desk, count: int) -> str:
    """A profile of its own with so many resources, made by one statement; its name."""
    profile = factories.ProfileFactory.create(source=desk.source, key=desk.lot, body=INDEXED)
    DataIndex.objects.update(state=IndexState.READY)  # As if: it changes no number.
    run(
        """
        INSERT INTO ingestion_resource
            (id, source_id, profile_id, public_id, data, contained, identifiers, version,
             contract_version, created_at, updated_at)
        SELECT gen_random_uuid(), %s, %s, 'r' || n,
               jsonb_build_object('name', 'name ' || n, 'rank', n %% 7),
               '{}', '[]', 1, 1, now() - n * interval '1 second', now()
        FROM generate_series(1, %s) AS n
        """,
        [desk.source.pk, profile.pk, count],
    )
    run("ANALYZE ingestion_resource", [])  # Else a plan for a few rows reads all of them for each.
    return f"{desk.source.key}/{desk.lot}"


def admin_list(desk: Desk, size: int, **parameters: str) -> Measured:
    return opened_in_admin(
        desk, "/admin/ingestion/resource/", {"profile": in_bulk(desk, size), **parameters}
    )


def page_in_admin(desk: Desk, path: str, **wanted: str) -> Measured:
    client = signed_in(desk)
    warm(desk)

    def open_page() -> None:
        assert client.get(path, wanted).status_code == 200

    return open_page


def signed_in(desk: Desk) -> Client:
    """Somebody whose roles have to be asked for."""
    user = factories.UserFactory.create()
    factories.SourceRoleFactory.create(user=user, source=desk.source, role=Role.WRITER)
    client = Client()
    client.force_login(user)
    return client


def opened_in_admin(desk: Desk, path: str, wanted: dict[str, str]) -> Measured:
    client = signed_in(desk)
    warm(desk)

    def open_list() -> None:
        response = client.get(path, wanted)
        assert response.status_code == 200
        assert response.context["cl"].result_list

    return open_list


@scenario("admin list of a profile", LARGE)
def list_in_admin(desk: Desk, count: int) -> Measured:
    return admin_list(desk, count)


@scenario("admin list of a profile, a later page", LARGE)
def later_page_in_admin(desk: Desk, count: int) -> Measured:
    after = Cursor(DEFAULT, "timestamptz", datetime.now(UTC).isoformat(), ["z"])
    name = in_bulk(desk, count)
    profile = Profile.objects.get(source=desk.source, key=desk.lot)
    wanted = {"profile": name, "after": write_cursor(after, f"RESOURCE:{profile.pk}")}
    return opened_in_admin(desk, "/admin/ingestion/resource/", wanted)


@scenario("admin list of a profile, sorted", FULL)
def sorted_list_in_admin(desk: Desk, count: int) -> Measured:
    return admin_list(desk, count, sort="-data.rank")


@scenario("admin list of a profile, sorted and filtered", FULL)
def sorted_and_filtered_in_admin(desk: Desk, count: int) -> Measured:
    return admin_list(desk, count, sort="data.name", **{"data.rank__gte": "0"})


@scenario("admin list of a profile, filtered", LARGE)
def filter_in_admin(desk: Desk, count: int) -> Measured:
    return admin_list(desk, count, **{"data.rank": "1", "data.name__isnull": "false"})


@scenario("admin list of a profile, searched", LARGE)
def search_in_admin(desk: Desk, count: int) -> Measured:
    return admin_list(desk, count, q="name 1")


@scenario("admin list of a profile, counted", LARGE)
def count_in_admin(desk: Desk, count: int) -> Measured:
    return admin_list(desk, count, count="1")


def linked_in_bulk(desk: Desk, count: int) -> str:
    """A definition of its own with so many relationships, made by one statement; its name."""
    name = in_bulk(desk, count)
    side = {"profileKey": desk.lot, "includeCardinality": "0:*"}
    definition = factories.RelationshipDefinitionFactory.create(
        source=desk.source,
        key=desk.lot,
        body={
            "from": {**side, "includeKey": f"{desk.lot}-to"},
            "to": {**side, "includeKey": f"{desk.lot}-from"},
            "properties": {"rank": {"type": "integer"}},
        },
    )
    run(
        """
        INSERT INTO relationships_relationship
            (id, source_id, definition_id, from_resource_id, to_resource_id, from_public_id,
             to_public_id, data, identifiers, version, contract_version, created_at, updated_at)
        SELECT gen_random_uuid(), source_id, %s, id, id, public_id, public_id,
               jsonb_build_object('rank', data -> 'rank'), '[]', 1, 1, created_at, updated_at
        FROM ingestion_resource WHERE source_id = %s AND profile_id = %s
        """,
        [definition.pk, desk.source.pk, definition.from_profile_id],
    )
    run("ANALYZE relationships_relationship", [])
    return name


def admin_links(desk: Desk, size: int, **parameters: str) -> Measured:
    """Of the definition alone, where the parameters say `{}` for it."""
    name = linked_in_bulk(desk, size)
    wanted = {key: text.format(name) for key, text in parameters.items()}
    return opened_in_admin(desk, "/admin/relationships/relationship/", wanted)


@scenario("admin list of relationships", LARGE)
def links_in_admin(desk: Desk, count: int) -> Measured:
    return admin_links(desk, count)


@scenario("admin list of relationships, of a definition", LARGE)
def links_of_one_in_admin(desk: Desk, count: int) -> Measured:
    return admin_links(desk, count, definition="{}")


@scenario("admin list of relationships, a later page", LARGE)
def later_links_in_admin(desk: Desk, count: int) -> Measured:
    ids = [str(2**62), datetime.now(UTC).isoformat(), "z", "z"]
    after = Cursor(DEFAULT, "bigint", str(2**62), ids)
    return admin_links(desk, count, after=write_cursor(after, "relationships"))


@scenario("admin list of relationships, sorted", FULL)
def sorted_links_in_admin(desk: Desk, count: int) -> Measured:
    return admin_links(desk, count, definition="{}", sort="data.rank")


@scenario("admin list of relationships, by an end", LARGE)
def links_by_an_end_in_admin(desk: Desk, count: int) -> Measured:
    return admin_links(desk, count, definition="{}", **{"from.data.rank__gte": "0"})


@scenario("admin list of relationships, filtered", LARGE)
def filter_links_in_admin(desk: Desk, count: int) -> Measured:
    chosen = {"definition": "{}", "from_profile": "{}", "data.rank": "1"}
    return admin_links(desk, count, created="week", **chosen)


@scenario("admin list of relationships, searched", LARGE)
def search_links_in_admin(desk: Desk, count: int) -> Measured:
    return admin_links(desk, count, definition="{}", q="name 1")


def hub(desk: Desk, count: int) -> str:
    """A resource with so many relationships; its key."""
    linked_in_bulk(desk, count)
    one = Resource.objects.get(source=desk.source, profile__key=desk.lot, public_id="r1")
    definition = RelationshipDefinition.objects.get(source=desk.source, key=desk.lot)
    links = Relationship.objects.filter(source=desk.source, definition=definition)
    links.update(from_resource=one, from_public_id=one.public_id)
    return str(one.pk)


@scenario("admin page of a resource, with relationships", LARGE)
def linked_in_admin(desk: Desk, count: int) -> Measured:
    return page_in_admin(desk, f"/admin/ingestion/resource/{hub(desk, count)}/change/")


@scenario("admin neighbourhood of a resource", LARGE)
def neighbourhood_in_admin(desk: Desk, count: int) -> Measured:
    return page_in_admin(
        desk, f"/admin/ingestion/resource/{hub(desk, count)}/neighbourhood/", hops="2"
    )


# The measurement


def warm(desk: Desk) -> None:
    """Compile the contract as it is now, and what is judged by it."""
    desk.api.get("profiles/office/schema")
    desk.api.get("relationships/provider-office")


def statements(action: Measured) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        action()
    return [query["sql"] for query in queries if not query["sql"].startswith(TRANSACTIONS)]


def measure(desk: Desk, prepare: Scenario, sizes: Sequence[int] = SIZES) -> dict[int, int]:
    counts = {}
    desk.lot = "warm"
    prepare(desk, 1)()
    for size in sizes:
        desk.lot = f"n{size}"
        action = prepare(desk, size)
        counts[size] = len(statements(action))
    return counts


@pytest.fixture
def desk(api: Api, source: Source, settings: Any, uploads_folder: Path) -> Desk:
    """A search that is given up makes another number of statements, and so do uploads of others."""
    settings.SEARCH_SECONDS = 600
    cache.clear()
    return Desk(api, source)


@pytest.mark.parametrize("name", list(scenarios))
def test_the_number_of_statements_is_that_of_the_table(desk: Desk, name: str) -> None:
    sizes = sizes_of[name]
    assert measure(desk, scenarios[name], sizes) == dict.fromkeys(sizes, TABLE.get(name))


def test_a_list_of_the_admin_takes_few_statements() -> None:
    of_lists = [TABLE[name] for name in scenarios if name.startswith("admin")]
    assert max(of_lists) <= MOST_OF_THE_ADMIN


def test_the_table_has_what_is_measured() -> None:
    assert list(TABLE) == list(scenarios)


def test_a_loop_of_statements_would_be_found(desk: Desk) -> None:
    def prepare(desk: Desk, count: int) -> Measured:
        def loop() -> None:
            for _ in range(count):
                Resource.objects.exists()

        return loop

    assert measure(desk, prepare) == {1: 1, 10: 10, 100: 100}


def test_what_is_measured_has_an_effect(desk: Desk) -> None:
    """Batches of 1, 10 and 100, and the one that warms the caches."""
    before = Change.objects.count()
    measure(desk, scenarios["write CREATE resources"])
    assert Change.objects.count() == before + 1 + 1 + 10 + 100
