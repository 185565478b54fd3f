"""The examples of the OpenAPI document, told as the story of the running example: each is true."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import override_settings

from ingestion.feed.ticks import begin_epoch
from ingestion.models import DataIndex, IndexState
from ingestion.openapi import examples as records
from ingestion.openapi.indexes import PROBLEM
from profiles import examples as definitions
from profiles.api.openapi.versions import REASON
from relationships.openapi import examples as links
from tests import factories
from tests.clients import Api
from tests.describing import JSON, OPERATIONS
from tests.feed.seeing import own_changes_are_seen
from tests.story.followed import tell_subscriptions
from tests.story.linked import (
    tell_bundles,
    tell_contained_resources,
    tell_relationships,
    tell_shared_identifiers,
    tell_traversal,
)
from tests.story.past import horizon, tell_history
from tests.story.service import tell_the_document, tell_the_metrics
from tests.story.tasks import tell_a_purge, tell_an_undo, tell_bulks
from tests.story.telling import PATCHES, Story, all_answers, all_bodies
from tests.story.versions import tell_versions

SHARED = {"401", "403", "404", "406", "412", "413", "415", "429", "default"}
"""Statuses whose examples are proved by test_openapi_refusals, for every operation."""


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
    tell_the_metrics(story)
    tell_bulks(story)
    tell_bundles(story)
    tell_history(story)
    tell_an_undo(story)
    tell_a_purge(story)
    tell_deletions(story)
    assert story.sent == all_bodies()
    assert story.shown == all_answers()
