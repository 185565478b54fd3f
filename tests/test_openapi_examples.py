"""The examples of the OpenAPI document, told as the story of the running example: each is true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from errno import ENOSPC
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.storage import FileSystemStorage
from django.test import override_settings
from django.utils import timezone

from ingestion import examples as records
from ingestion import history_examples as history
from ingestion import subscription_examples as subscriptions
from ingestion.feed.ticks import begin_epoch
from ingestion.models import Change, DataIndex, Horizon, IndexState, Subscription, Task
from ingestion.openapi_indexes import PROBLEM
from ingestion.tasks import uploads
from ingestion.webhooks.letters import keep_letters
from ingestion.webhooks.messages import Line, Told
from profiles import examples as definitions
from profiles.api.openapi.versions import REASON, REDESCRIPTION
from profiles.models import Source
from relationships import bundle_examples as bundles
from relationships import examples as links
from relationships import openapi_purge as purges
from tests import factories
from tests.clients import Answer, Api
from tests.describing import JSON, KEYED, OPERATIONS, same_each_time
from tests.feed.seeing import own_changes_are_seen
from tests.tasks.doing import work

SHARED = {"401", "403", "404", "406", "412", "413", "415", "429", "default"}
"""Statuses whose examples are proved by test_openapi_refusals, for every operation."""

PATCHES = (
    (JSON, "jsonPatch"),
    ("application/json-patch+json", "jsonPatch"),
    (JSON, "mergePatch"),
    ("application/merge-patch+json", "mergePatch"),
)


@dataclass
class Story:
    """Tells examples through the API, and keeps which were told."""

    api: Api
    sent: set[tuple[str, str, str]] = field(default_factory=set)
    """Operation, media type and name of the examples of bodies."""
    shown: set[tuple[str, str, str]] = field(default_factory=set)
    """Operation, status and name of the examples of answers."""

    def tell(
        self,
        id: str,
        status: int,
        *,
        sends: str = "",
        body: Any = None,
        shows: str = "",
        media_type: str = JSON,
        at: dict[str, str] | None = None,
        query: str = "",
        **headers: str,
    ) -> Answer:
        """Send an example (`sends`, or another `body`); the answer is the example `shows`."""
        operation = OPERATIONS[id]
        if sends:
            self.sent.add((id, media_type, sends))
            body = operation.bodies[media_type][sends]
        address = operation.address(**(at or {})) + query
        answer = operation.send(self.api, body, address, content_type=media_type, **headers)
        assert answer.status == status, (id, answer.text)
        if shows:
            self.shown.add((id, str(status), shows))
            example = operation.examples(str(status))[shows]
            assert same_each_time(answer.json) == same_each_time(example), id
        return answer


def tell_sources(story: Story) -> None:
    story.tell("putSource", 400, body={"name": "Clinic network"}, shows="noType")
    story.tell("putSource", 201, sends="clinic", shows="clinic", X_Change_Reason=REASON)
    tell_versions(story, "Source", definitions.SOURCE_BODY, {})
    story.tell("putSource", 200, sends="clinic", shows="clinic")
    story.tell("getSource", 200, shows="clinic")
    story.tell("listSources", 200, shows="clinic", query="?page=1&perPage=100")


def tell_profiles(story: Story) -> None:
    story.tell("putProfile", 400, body=definitions.FAULTY_PROFILE, shows="faulty")
    for key in definitions.PROFILES:
        story.tell("putProfile", 201, sends=key, shows=key, at={"profile": key})
        story.tell("putProfile", 200, sends=key, shows=key, at={"profile": key})
        story.tell("getProfile", 200, shows=key, at={"profile": key})
    story.tell("listProfiles", 200, shows="clinic")
    tell_restoring(story)
    story.tell("getProfileSchema", 200, shows="provider")
    tell_the_document(story)


def tell_versions(story: Story, name: str, body: Any, at: dict[str, str]) -> None:
    """Of what was just made; the second version has another description."""
    story.tell(f"list{name}Versions", 200, shows="created", at=at)
    story.tell(f"get{name}Version", 200, shows="created", at=at)
    story.tell(f"put{name}", 200, body={**body, "description": REDESCRIPTION}, at=at)
    story.tell(f"get{name}Difference", 200, shows="changed", at=at)


def tell_restoring(story: Story) -> None:
    """In a source of its own, where each version has the number of the example."""
    other = {"source": "other"}
    story.tell("putSource", 201, sends="clinic", at=other)
    for key in ("paymentMethod", "office"):
        story.tell("putProfile", 201, sends=key, at={**other, "profile": key})
    tell_restoring_of(story, "Profile", "provider", other)
    tell_restoring_of(story, "RelationshipDefinition", "provider-office", other)
    story.tell("deleteRelationshipDefinition", 204, at=other)
    story.tell("deleteProfile", 204, at=other)
    story.tell("restoreRelationshipDefinition", 400, shows="faulty", at=other)
    office = {**other, "profile": "office"}
    one = {"primaryPaymentMethod": definitions.OFFICE["contained"]["primaryPaymentMethod"]}
    for contained in (one, {}):
        story.tell(
            "putProfile", 200, body={**definitions.OFFICE, "contained": contained}, at=office
        )
    story.tell("deleteProfile", 204, at={**other, "profile": "paymentMethod"})
    story.tell("restoreProfile", 400, shows="faulty", at={**office, "version": "2"})


def tell_restoring_of(story: Story, name: str, sends: str, at: dict[str, str]) -> None:
    put, restore = f"put{name}", f"restore{name}"
    story.tell(put, 201, sends=sends, at=at, X_Change_Reason=REASON)
    tell_versions(story, name, OPERATIONS[put].bodies[JSON][sends], at)
    story.tell(restore, 200, shows="changed", at=at)
    story.tell(f"delete{name}", 204, at=at)
    story.tell(restore, 409, shows="deletion", at={**at, "version": "4"})
    story.tell(restore, 201, shows="back", at=at)


def tell_the_document(story: Story) -> None:
    """Of which the example is the beginning."""
    id, name = "getSourceDocument", "beginning"
    answer, example = story.tell(id, 200).json, OPERATIONS[id].examples("200")[name]
    assert answer["openapi"] == example["openapi"]
    assert answer["info"].items() >= example["info"].items()
    assert answer["paths"].keys() > example["paths"].keys()
    story.shown.add((id, "200", name))


def tell_relationship_definitions(story: Story) -> None:
    put, key = "putRelationshipDefinition", "provider-office"
    story.tell(put, 400, body=links.FAULTY_DEFINITION, shows="faulty")
    story.tell(put, 201, sends=key, shows=key)
    story.tell(put, 200, sends=key, shows=key)
    story.tell("getRelationshipDefinition", 200, shows=key)
    story.tell("listRelationshipDefinitions", 200, shows="clinic")


def tell_indexes(story: Story) -> None:
    effective = {**links.PROVIDER_OFFICE["properties"]["effective"], "indexed": ["start"]}
    number = {**definitions.PROVIDER["properties"]["practiceNumber"], "indexed": True}
    for name, body, marked in (
        ("Profile", definitions.PROVIDER, {"practiceNumber": number}),
        ("RelationshipDefinition", links.PROVIDER_OFFICE, {"effective": effective}),
    ):
        properties = {**body["properties"], **marked}
        story.tell(f"put{name}", 200, body={**body, "properties": properties})
        DataIndex.objects.update(state=IndexState.READY, problem="")
        story.tell(f"get{name}Indexes", 200, shows="ready")
        DataIndex.objects.update(state=IndexState.FAILED, problem=PROBLEM)
        story.tell(f"get{name}Indexes", 200, shows="failed")
        story.tell(f"put{name}", 200, body=body)


def tell_resources(story: Story) -> None:
    office = {"type": "office", "id": records.OFFICE_ID}
    story.tell("putResource", 201, sends="office", shows="office", at=office)
    faulty = records.FAULTY_OFFICE_BODY
    story.tell("createResource", 400, body=faulty, shows="faultyOffice", at=office)
    story.tell("putResource", 400, body=faulty, shows="faultyOffice", at=office)
    story.tell("createResource", 201, sends="providerWithId", shows="providerWithId")
    story.tell("createResource", 409, sends="providerWithId", shows="exists")
    tell_searches(story)
    story.tell("getResource", 200, shows="provider")
    story.tell("getResource", 400, shows="unknownStep", query="?include=offices")
    story.tell("listResources", 200, shows="provider", query="?sort=-createdAt&perPage=100")
    story.tell("listResources", 200, query="?identifier=http://hl7.org/fhir/sid/us-npi:1020993")
    tell_what_is_left_behind(story)
    story.tell("createResource", 201, sends="provider")
    story.tell("listResources", 400, shows="noIndex", query="?data.practiceNumber__gte=1")
    tell_changes_of_a_resource(story)
    tell_the_feed(story)


def tell_the_feed(story: Story) -> None:
    """Whose first change of a provider is the one of the example."""
    id, first = "listChanges", "?types=provider&limit=1"
    with own_changes_are_seen():
        cursor = story.tell(id, 200, shows="created", query=first).json["meta"]["cursor"]
        story.tell(id, 200, shows="withoutPayload", query=f"{first}&payload=none")
        story.tell(id, 200, shows="none", query="?cursor=now")
        with horizon():
            story.tell(id, 410, shows="tooOld", query=f"?cursor={cursor}")
        begin_epoch()
        story.tell(id, 410, shows="restored", query=f"?cursor={cursor}")


def tell_subscriptions(story: Story) -> None:
    faulty = subscriptions.FAULTY_BODY
    story.tell("createSubscription", 400, body={"key": "crm", **faulty}, shows="faulty")
    story.tell("putSubscription", 400, body=faulty, shows="faulty")
    tell_subscribing(story, {"source": "followed"})
    story.tell("putSubscription", 201, sends="crm", shows="created")
    story.tell("putSubscription", 200, sends="crm", shows="active")
    story.tell("getSubscription", 200, shows="active")
    story.tell("listSubscriptions", 200, shows="crm")
    story.tell("pauseSubscription", 200, shows="paused")
    story.tell("resumeSubscription", 200, shows="resumed")
    story.tell("resumeSubscription", 400, body={"from": "elsewhere"}, shows="noPlace")
    tell_dead_letters(story)
    story.tell("testSubscription", 202, shows="tested")
    Subscription.objects.update(test_asked_at=None)
    story.tell("rotateSubscriptionSecret", 200, sends="said", shows="rotated")
    begin_epoch()
    story.tell("resumeSubscription", 409, shows="stuck")
    story.tell("resumeSubscription", 200, sends="said")
    story.tell("deleteSubscription", 204)


def tell_subscribing(story: Story, at: dict[str, str]) -> None:
    """In a source of its own, where each version has the number of the example."""
    story.tell("putSource", 201, sends="clinic", at=at)
    story.tell("putProfile", 201, sends="provider", at={**at, "profile": "provider"})
    sent = {"sends": "crm", "X_Change_Reason": REASON}
    story.tell("createSubscription", 201, shows="created", at=at, **sent)
    tell_versions(story, "Subscription", subscriptions.BODY, at)
    story.tell("createSubscription", 409, sends="crm", shows="exists", at=at)
    story.tell("deleteSubscription", 204, at=at)


def tell_dead_letters(story: Story) -> None:
    change = Change.objects.filter(public_id="john-doe", action="CREATE").earliest("seq")
    names = (change.pk.hex, change.action, change.target, change.collection, change.public_id)
    line = Line("", Told(*names, change.version, f".{change.seq}"))
    keep_letters(Subscription.objects.get(), [line], "Answered 500.", 15)
    at = {"deadLetterId": change.pk.hex}
    story.tell("listDeadLetters", 200, shows="one")
    story.tell("replayDeadLetter", 202, shows="one", at=at)
    story.tell("replayDeadLetters", 202, shows="one")
    story.tell("deleteDeadLetter", 204, at=at)


def tell_searches(story: Story) -> None:
    """While there is one provider."""
    story.tell("queryRecords", 200, sends="pharmacists", shows="pharmacists")
    story.tell("browseRecords", 200, sends="providers", shows="providers")
    body = {"collectionKey": "provider", "filter": {"eq": {"nmae": "John"}}}
    story.tell("queryRecords", 400, body=body, shows="noProperty")
    browsed = {"collectionKeys": ["provider"], "params": {"filter": body["filter"]}}
    story.tell("browseRecords", 400, body=browsed, shows="noProperty")


def tell_changes_of_a_resource(story: Story) -> None:
    again = {**records.PROVIDER_WITH_ID, "data": {"name": "Jon Doe"}}
    story.tell("deleteResource", 200)
    story.tell("createResource", 201, body=again)
    story.tell("putResource", 200, sends="provider", shows="provider")
    for media_type, example in PATCHES:
        story.tell("deleteResource", 200)
        story.tell("createResource", 201, sends="providerWithId")
        story.tell("patchResource", 200, sends=example, shows=example, media_type=media_type)
    story.tell("patchResource", 400, body=records.FAILING_PATCH, shows="failedTest")
    story.tell("putResource", 201, sends="imported", at={"id": "imported"})


def tell_shared_identifiers(story: Story) -> None:
    twin = {**records.PROVIDER_WITH_ID, "id": "jane-roe"}
    story.tell("createResource", 201, body=twin)
    npi = {"id": "http://hl7.org/fhir/sid/us-npi:1020993:official"}
    for id, sends in (
        ("getResource", ""),
        ("putResource", "provider"),
        ("patchResource", "mergePatch"),
        ("deleteResource", ""),
    ):
        story.tell(id, 409, sends=sends, shows="sharedIdentifier", at=npi)
    story.tell("deleteResource", 200, at={"id": "jane-roe"})


def tell_contained_resources(story: Story) -> None:
    story.tell("getContainedResource", 200, shows="amex")
    story.tell("createContainedResource", 409, sends="amex", shows="exists")
    story.tell("createContainedResource", 400, body=records.FAULTY_AMEX, shows="faultyValue")
    story.tell("putContainedResource", 400, body=records.FAULTY_AMEX, shows="faultyValue")
    story.tell("deleteContainedResource", 200, shows="office")
    for id, body in (("createContainedResource", "amex"), ("putContainedResource", "amex")):
        put_office(story, alternatives=[records.MASTERCARD])
        story.tell(id, 201, sends=body, shows="office")
    put_office(story, alternatives=[records.MASTERCARD, {**records.AMEX, "data": {}}])
    story.tell("putContainedResource", 200, sends="amex", shows="office")
    tell_a_needed_contained_resource(story)


def tell_a_needed_contained_resource(story: Story) -> None:
    needed = {"types": ["paymentMethod"], "cardinality": "1:*"}
    contained = {**definitions.OFFICE["contained"], "alternativePaymentMethods": needed}
    body = {**definitions.OFFICE, "contained": contained}
    story.tell("putProfile", 200, body=body, at={"profile": "office"})
    put_office(story, alternatives=[records.AMEX])
    story.tell("deleteContainedResource", 400, shows="needed")
    story.tell("putProfile", 200, sends="office", at={"profile": "office"})


def put_office(story: Story, alternatives: list[Any]) -> None:
    """A new office, at its first version."""
    office = {"type": "office", "id": records.OFFICE_ID}
    contained = {**records.OFFICE_BODY["contained"], "alternativePaymentMethods": alternatives}
    story.tell("deleteResource", 200, at=office)
    story.tell("putResource", 201, body={**records.OFFICE_BODY, "contained": contained}, at=office)


def tell_traversal(story: Story) -> None:
    put_office(story, alternatives=[records.MASTERCARD, records.AMEX])
    story.tell("deleteResource", 200)
    story.tell("createResource", 201, sends="providerWithId")
    to = "?to=office/south-west-clinic"
    story.tell("getResourcePath", 200, shows="none", query=to)
    story.tell("createRelationship", 201, sends="worksAt")
    story.tell("getResourceGraph", 200, shows="worksAt")
    story.tell("getResourcePath", 200, shows="worksAt", query=to)
    story.tell("getResourcePath", 400, shows="noResource", query="?to=office/missing")
    for id, query in (("getResourceGraph", "?"), ("getResourcePath", f"{to}&")):
        story.tell(id, 400, shows="unknownDefinition", query=f"{query}definitions=missing")
    story.tell("deleteRelationship", 200)


def tell_relationships(story: Story) -> None:
    new = {"relationshipId": "john-doe.south-west-clinic"}
    story.tell("createRelationship", 400, body=links.FAULTY_BODY, shows="faulty")
    story.tell("putRelationship", 400, body=links.FAULTY_BODY, shows="faulty")
    story.tell("createRelationship", 201, sends="worksAt", shows="worksAt")
    story.tell("createRelationship", 409, sends="worksAt", shows="exists")
    story.tell("putRelationship", 200, sends="worksAt", shows="worksAt")
    story.tell("getRelationship", 200, shows="worksAt")
    story.tell("listRelationships", 200, shows="worksAt", query="?from=john-doe")
    since = "?data.effective.start__gte=2024"
    story.tell("listRelationships", 400, shows="noIndex", query=since)
    story.tell("listRelationships", 200, shows="withOffices", query="?include=to")
    story.tell("getRelationship", 200, shows="withOffice", query="?include=to")
    for media_type, example in PATCHES:
        story.tell("deleteRelationship", 200, shows="worksAt")
        story.tell("putRelationship", 201, sends="withoutEnds", shows="worksAt", at=new)
        story.tell("patchRelationship", 200, sends=example, shows="ended", media_type=media_type)
    story.tell("patchRelationship", 400, body=links.FAULTY_MERGE, shows="faultyResult")
    tell_ends(story)


def tell_history(story: Story) -> None:
    """Of john-doe, who works at the clinic, is renamed, goes and comes back."""
    story.tell("deleteResource", 200)
    story.tell("createResource", 201, sends="providerWithId", x_change_reason=history.REASON)
    created = tell_operations(story, "Resource", {})
    renamed = {"data": {**records.JOHN_DOE, "name": "Jon Doe"}}
    story.tell("putResource", 200, body=renamed)
    other = newest(story, "Resource", {})
    story.tell("getResourceDifference", 200, shows="changed", at={**created, "otherId": other})
    provider = {"profile": "provider"}
    story.tell("putProfile", 200, body=definitions.WITH_EMAIL, at=provider)
    story.tell("restoreResource", 400, shows="noEmail", at=created)
    story.tell("putProfile", 200, sends="provider", at=provider)
    story.tell("restoreResource", 200, shows="changed", at=created)
    story.tell("createRelationship", 201, sends="worksAt")
    story.tell("deleteResource", 200)
    story.tell("restoreResource", 201, shows="back", at=created)
    tell_history_of_a_relationship(story)
    tell_erasing(story, "Resource", created)
    with own_changes_are_seen():
        story.tell("listChanges", 200, shows="erased", query="?types=provider&limit=1")
    story.tell("createResource", 201, sends="providerWithId")
    story.tell("createRelationship", 201, sends="worksAt")


def tell_history_of_a_relationship(story: Story) -> None:
    story.tell("deleteRelationship", 200)
    story.tell("createRelationship", 201, sends="worksAt")
    created = tell_operations(story, "Relationship", {})
    story.tell("patchRelationship", 200, body=links.PATCH)
    at = {**created, "otherId": newest(story, "Relationship", {})}
    story.tell("getRelationshipDifference", 200, shows="changed", at=at)
    story.tell("restoreRelationship", 200, shows="changed", at=created)
    story.tell("deleteRelationship", 200)
    story.tell("restoreRelationship", 201, shows="back", at=created)
    clinic = {"type": "office", "id": records.OFFICE_ID}
    story.tell("deleteResource", 200, at=clinic)
    story.tell("restoreRelationship", 409, shows="noEnd", at=created)
    story.tell("putResource", 201, sends="office", at=clinic)
    elsewhere = {"relationshipId": "john-doe.second"}
    put = "putRelationshipDefinition"
    story.tell(put, 200, body=links.ONE_OFFICE)
    story.tell("putRelationship", 201, sends="withoutEnds", at=elsewhere)
    story.tell("restoreRelationship", 409, shows="placeTaken", at=created)
    story.tell("deleteRelationship", 200, at=elsewhere)
    story.tell(put, 200, sends="provider-office")
    story.tell("createRelationship", 201, sends="worksAt")
    tell_erasing(story, "Relationship", created)
    story.tell("createRelationship", 201, sends="worksAt")


def tell_erasing(story: Story, kind: str, created: dict[str, str]) -> None:
    """While it is there, and once no task may write it."""
    erase = f"erase{kind}"
    forget_uploads()
    story.tell(erase, 400, shows="noReason")
    link = {"action": "UPSERT", "upsert": {"type": "provider-office", **links.BODY}}
    task = story.tell("bulkRelationships", 202, body={"operations": [link]}).json["taskId"]
    story.tell(erase, 409, sends="asked", shows="busy")
    work(task)
    forget_uploads()
    story.tell(erase, 200, sends="asked", shows="erased")
    one = f"get{kind}Operation"
    gone = story.tell(one, 200, shows="erased", at=created, query="?withPayload=true")
    story.tell(f"get{kind}", 410, shows="erased", query=f"?at={gone.json['timestamp']}")
    at = {**created, "otherId": created["operationId"]}
    story.tell(f"get{kind}Difference", 410, shows="erased", at=at)
    story.tell(f"restore{kind}", 410, shows="erased", at=created)


def forget_uploads() -> None:
    """As if workers had done what was sent before, and their transactions had ended."""
    Task.objects.update(upload="")
    for name in uploads.names():
        uploads.discard(name)


@contextmanager
def horizon() -> Iterator[None]:
    """As if all changes so far were superfluous, and not kept."""
    now = timezone.now()
    source = Source.objects.get(key="clinic")
    made = Horizon.objects.create(source=source, seq=10**9, transaction=10**9, at=now)
    yield
    made.delete()


def tell_what_is_not_kept(story: Story, kind: str, at: dict[str, str], query: str) -> None:
    with horizon():
        story.tell(f"list{kind}Operations", 200, shows="olderAreGone", at=at, query=query)
        before = "?at=2001-01-01T00:00:00Z"
        story.tell(f"get{kind}", 410, shows="tooLongAgo", query=before)
        story.tell(f"list{kind}s", 410, shows="tooLongAgo", query=before)


def tell_operations(story: Story, kind: str, at: dict[str, str]) -> dict[str, str]:
    """The newest operation, as a place."""
    id = newest(story, kind, at)
    one = {**at, "operationId": id}
    change = story.tell(f"get{kind}Operation", 200, shows="created", at=one).json
    query = f"?from={change['timestamp']}"
    story.tell(f"list{kind}Operations", 200, shows="created", at=at, query=query)
    tell_what_is_not_kept(story, kind, at, query)
    payload = "?withPayload=true"
    story.tell(f"get{kind}Operation", 200, shows="withPayload", at=one, query=payload)
    return one


def newest(story: Story, kind: str, at: dict[str, str]) -> str:
    listed = story.tell(f"list{kind}Operations", 200, at=at, query="?perPage=1").json
    return str(listed["data"][0]["operationId"])


def tell_bundles(story: Story) -> None:
    write = "writeBundle"
    story.tell(write, 400, body=bundles.FAULTY_TEAM, shows="faultyTeam")
    story.tell(write, 409, body=bundles.LINK, shows="exists")
    story.tell(write, 200, sends="team", shows="team")
    story.tell("deleteResource", 200, at={"type": "office", "id": "north-clinic"})


def tell_ends(story: Story) -> None:
    """Ends that are not there, and ends with one place."""
    nowhere = {**links.BODY, "to": {"id": "missing", "type": "office"}}
    story.tell("createRelationship", 409, body=nowhere, shows="noEnd")
    missing = {"relationshipId": "john-doe.missing"}
    story.tell("putRelationship", 409, sends="withoutEnds", shows="noEnd", at=missing)
    second = {"id": "second", "type": "office"}
    story.tell("putResource", 201, sends="office", at=second)
    elsewhere = {"relationshipId": "john-doe.second"}
    story.tell("putRelationship", 201, sends="withoutEnds", at=elsewhere)
    put = "putRelationshipDefinition"
    story.tell(put, 409, body=links.ONE_OFFICE, shows="forbidden")
    story.tell("deleteRelationship", 200, at=elsewhere)
    story.tell(put, 200, body=links.ONE_OFFICE)
    story.tell("createRelationship", 409, body={**links.BODY, "to": second}, shows="placeTaken")
    story.tell("putRelationship", 409, sends="withoutEnds", shows="placeTaken", at=elsewhere)


def tell_what_is_left_behind(story: Story) -> None:
    """Of john-doe without an email, and of the clinic without staff."""
    put, provider, plan = "putRelationshipDefinition", {"profile": "provider"}, "?mode=plan"
    for status, shows, at_once in ((202, "computing", 0), (200, "plan", 10)):
        with override_settings(CHECK_AT_ONCE=at_once):
            body = definitions.WITH_EMAIL
            story.tell("putProfile", status, body=body, shows=shows, at=provider, query=plan)
            story.tell(put, status, body=links.NEEDED_STAFF, shows=shows, query=plan)
    story.tell(put, 200, body=links.NEEDED_STAFF)
    story.tell("listMissing", 200, shows="officeWithoutStaff", query="?side=to")
    story.tell(put, 200, sends="provider-office")
    story.tell("putProfile", 200, body=definitions.WITH_EMAIL, at=provider)
    story.tell("listNonconforming", 200, shows="namelessProvider")
    story.tell("putProfile", 200, sends="provider", at=provider)


def tell_bulks(story: Story) -> None:
    """From what is sent to what became of it, with a worker of our own."""
    story.tell("putRelationshipDefinition", 200, sends="provider-office")
    task = story.tell("bulkResources", 202, sends="operations", shows="kept").json["taskId"]
    story.tell("listTasks", 200, shows="waiting")
    story.tell("getTask", 200, shows="waiting", at={"id": task})
    story.tell("cancelTask", 200, shows="cancelled", at={"id": task})
    story.tell("cancelTask", 409, shows="ended", at={"id": task})
    story.tell("applyPlan", 409, shows="noPlan", at={"id": task})
    task = story.tell("bulkResources", 202, sends="operations").json["taskId"]
    work(task)
    story.tell("getTask", 200, shows="done", at={"id": task}, query="?withReceipts=true")
    story.tell("getRejects", 200, shows="reject", at={"id": task})
    plan = story.tell("bulkResources", 202, sends="operations", query="?mode=plan").json["taskId"]
    work(plan)
    story.tell("applyPlan", 202, shows="kept", at={"id": plan})
    delete = {"type": "provider", "id": "jane-roe"}
    story.tell("deleteResource", 200, at=delete)
    story.tell("deleteRelationship", 200)
    for id, query in (("bulkResources", "?type=provider"), ("bulkRelationships", "?type=x")):
        story.tell(id, 202, sends="operations", shows="kept")
        story.tell(id, 202, sends="line", media_type="application/x-ndjson")
        story.tell(id, 202, sends="table", media_type="text/csv", query=query)
        tell_a_wait(story, id)
        with patch.object(uploads, "LENGTH_IS_UNTOLD", "CONTENT_TYPE"):
            story.tell(id, 411, sends="line", shows="lines", media_type="application/x-ndjson")
        with patch.object(FileSystemStorage, "save", side_effect=OSError(ENOSPC, "Full")):
            story.tell(id, 507, sends="operations", shows="full")


def tell_a_wait(story: Story, id: str) -> None:
    def work_on_the_newest(_: float) -> None:
        work(story.tell("listTasks", 200).json["data"][0]["taskId"])

    waiting = patch("ingestion.task_waiting.time.sleep", work_on_the_newest)
    # The transaction of this test would be gone with its connection.
    with waiting, patch("ingestion.task_waiting.close_old_connections"):
        story.tell(id, 200, sends="operations", shows="done", prefer="wait=10")


def tell_an_undo(story: Story) -> None:
    """A load is undone, of which somebody changed the one record since."""
    jane = {"type": "provider", "id": "jane-roe"}
    load = {"operations": [{"action": "UPSERT", "upsert": {**jane, "data": {"name": "Jane Roe"}}}]}
    plan = story.tell("bulkResources", 202, body=load, query="?mode=plan").json["taskId"]
    story.api.delete("/sources/clinic/v1/resources/provider/jane-roe")
    loaded = story.tell("bulkResources", 202, body=load).json["taskId"]
    story.tell("undoTask", 409, shows="runs", at={"id": loaded})
    story.tell("undoTask", 409, shows="plan", at={"id": plan})
    work(loaded)
    changed = {"data": {"name": "Jane Roe-Poe"}}
    story.tell("putResource", 200, body=changed, at=jane)

    def work_on_the_newest(_: float) -> None:
        work(story.tell("listTasks", 200).json["data"][0]["taskId"])

    waiting = patch("ingestion.task_waiting.time.sleep", work_on_the_newest)
    with waiting, patch("ingestion.task_waiting.close_old_connections"):
        undo = story.tell("undoTask", 200, shows="done", at={"id": loaded}, prefer="wait=10")
    story.tell("listConflicts", 200, shows="jane", at={"id": undo.json["taskId"]})
    story.tell("undoTask", 202, shows="undo", at={"id": loaded})
    story.tell("undoTask", 409, shows="inWork", at={"id": loaded})


def tell_a_purge(story: Story) -> None:
    purge, preview = "purgeCollection", "?mode=plan"
    story.tell(purge, 400, body=purges.NO_NURSES, shows="noNurses")
    story.tell(purge, 200, sends="offices", shows="offices", query=preview)
    story.tell(purge, 202, sends="offices", shows="offices")


def tell_deletions(story: Story) -> None:
    story.tell("deleteRelationshipDefinition", 409, shows="inUse")
    story.tell("deleteResource", 200, shows="provider")
    story.tell("deleteRelationshipDefinition", 204)
    delete_resources(story, "provider")
    story.tell("createResource", 201, sends="providerWithId")
    contained = {**definitions.PROVIDER, "type": "CONTAINED"}
    story.tell("putProfile", 409, body=contained, shows="forbidden")
    story.tell("deleteProfile", 409, shows="inUse")
    delete_resources(story, "provider", "office")
    story.tell("deleteSource", 409, shows="inUse")
    for key in ("provider", "office", "paymentMethod"):
        story.tell("deleteProfile", 204, at={"profile": key})
    story.tell("deleteSource", 204)


def delete_resources(story: Story, *types: str) -> None:
    for type in types:
        page = story.tell("listResources", 200, at={"type": type})
        for row in page.json["data"]:
            story.tell("deleteResource", 200, at={"type": type, "id": row["id"]})


@pytest.mark.django_db
def test_every_example_is_true(uploads_folder: Path) -> None:
    story = Story(Api(factories.make_key("admin")))
    tell_sources(story)
    tell_profiles(story)
    tell_relationship_definitions(story)
    tell_resources(story)
    tell_shared_identifiers(story)
    tell_contained_resources(story)
    tell_traversal(story)
    tell_relationships(story)
    tell_subscriptions(story)
    tell_indexes(story)
    tell_bulks(story)
    tell_bundles(story)
    tell_history(story)
    tell_an_undo(story)
    tell_a_purge(story)
    tell_deletions(story)
    assert story.sent == all_bodies()
    assert story.shown == all_answers()


def all_bodies() -> set[tuple[str, str, str]]:
    return {
        (operation.id, media_type, name)
        for operation in KEYED
        for media_type, bodies in operation.bodies.items()
        for name in bodies
    }


def all_answers() -> set[tuple[str, str, str]]:
    """All but those that are the same for many operations."""
    return {
        (operation.id, status, name)
        for operation in KEYED
        for status, response in operation.described["responses"].items()
        if status not in SHARED and "$ref" not in response
        for name in operation.examples(status)
    }
