"""Contained resources, and how the others are linked."""

from __future__ import annotations

from typing import Any

from ingestion.openapi import examples as records
from profiles import examples as definitions
from relationships.openapi import bundle_examples as bundles
from relationships.openapi import examples as links
from tests.story.telling import PATCHES, Story


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


def tell_bundles(story: Story) -> None:
    write = "writeBundle"
    story.tell(write, 400, body=bundles.FAULTY_TEAM, shows="faultyTeam")
    story.tell(write, 409, body=bundles.LINK, shows="exists")
    story.tell(write, 200, sends="team", shows="team")
    story.tell("deleteResource", 200, at={"type": "office", "id": "north-clinic"})
