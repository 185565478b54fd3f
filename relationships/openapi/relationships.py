"""How the endpoints of relationship definitions and relationships are described."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_view

from ingestion.openapi.examples import DELETION, exists_already, meta
from ingestion.openapi.exports import listed
from ingestion.openapi.including import INCLUDED_ETAG, including_schema, record_page
from ingestion.openapi.lists import AT_ETAG, LISTED, bad_search, past_gone, too_long_ago
from ingestion.openapi.resources import WRITTEN, patch_body, written
from ingestion.openapi.schemas import DATA, patch_schemas
from ingestion.openapi.schemas import written as written_schema
from profiles.api.openapi.components import ID, KEY, path_parameter, query_parameter
from profiles.api.openapi.definitions import DescribedDefinitions, definition_schemas, in_use
from profiles.api.openapi.endpoints import (
    Components,
    answer,
    json_body,
    page_schema,
    reading,
    schema,
    writing,
)
from profiles.api.openapi.refusals import missing, refusal
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.names import ID_PATTERN, KEY_PATTERN
from profiles.properties import Cardinality
from relationships.definitions import relationship_definition_validator
from relationships.missing import LOOKED_AT, SIDES
from relationships.openapi import examples

DEFINITIONS = "Relationship definitions"
RELATIONSHIPS = "Relationships"
TAGS = {
    DEFINITIONS: "Which profile may point to which, how many, with which properties.",
    RELATIONSHIPS: "Links between two resources, with data of their own.",
}
MISSING = f"""\
Of each side whose cardinality is `1:1` or `1:*`: no write is refused for what it lacks, or nothing
could be loaded. Told as of now. A page looks at no more than {LOOKED_AT:,} resources, so it may be
shorter than `perPage`, or empty, though a `cursor` leads on.
"""
ALL = ("source", "definition")
ONE = (*ALL, "relationshipId")
FULL_ID_PATTERN = rf"{KEY_PATTERN}\.{ID_PATTERN},{KEY_PATTERN}\.{ID_PATTERN}"


def components() -> Components:
    checked = relationship_definition_validator().schema
    return {
        "schemas": {
            **definition_schemas("RelationshipDefinition", checked),
            **_relationship_schemas(),
            **_missing_schemas(),
        },
        "parameters": {
            "definition": path_parameter(
                "definition", KEY, "provider-office", "The key of a relationship definition."
            ),
            "relationshipId": path_parameter(
                "relationshipId",
                {"type": "string", "pattern": rf"^({FULL_ID_PATTERN}|{ID_PATTERN}\.{ID_PATTERN})$"},
                examples.ID,
                "`<from-type>.<from-id>,<to-type>.<to-id>`, or short: `<from-id>.<to-id>`.",
            ),
            "from": query_parameter(
                "from", ID, "john-doe", "Only relationships from the resource with this id."
            ),
            "side": query_parameter(
                "side",
                {"type": "string", "enum": [*SIDES]},
                "from",
                "Only resources on this side. Without it both, those of `from` first.",
            ),
            "to": query_parameter(
                "to", ID, "south-west-clinic", "Only relationships to the resource with this id."
            ),
        },
    }


def _relationship_schemas() -> dict[str, Schema]:
    id: Schema = {"type": "string", "pattern": f"^{FULL_ID_PATTERN}$"}
    end = closed_object({"id": ID, "type": KEY}, ["id", "type"])
    members = {
        "id": {**id, "description": "Made by the system from the ends."},
        "type": KEY,
        "from": schema("End"),
        "to": schema("End"),
        "data": DATA,
        "meta": schema("Meta"),
    }
    shown = closed_object(members, list(members))
    sent = {"id": {"type": "string"}, "meta": schema("MetaBody")}
    return {
        "End": end,
        "Relationship": shown,
        "RelationshipWithIncluded": including_schema(shown),
        "RelationshipBody": closed_object({**members, **sent}, []),
        **patch_schemas("Relationship", "data"),
        "ListedRelationship": closed_object(members, ["id", "type", "from", "to"]),
        "RelationshipPage": record_page("ListedRelationship"),
        "WrittenRelationship": written_schema("relationship", "Relationship"),
    }


def _missing_schemas() -> dict[str, Schema]:
    members = {
        "side": {"type": "string", "enum": [*SIDES]},
        "type": KEY,
        "id": ID,
        "includeKey": KEY,
        "expected": {
            "type": "string",
            "enum": [each.value for each in Cardinality if each.needs_one],
        },
    }
    return {
        "MissingPartner": closed_object(members, list(members)),
        "MissingPage": page_schema("MissingPartner", schema("PageMeta")),
    }


_missing_one = missing("relationship", "relationship definition")
_faulty_body = refusal(
    "The relationship is faulty: all faults at once.", faulty=examples.FAULTY_REFUSED
)
_created = answer(
    "Created.",
    "WrittenRelationship",
    {"worksAt": written("relationship", examples.RELATIONSHIP)},
    headers=WRITTEN,
)
_ended = written("relationship", examples.RELATIONSHIP, data=examples.ENDED, meta=meta(2))

describe_relationship_definitions = extend_schema_view(
    **DescribedDefinitions(
        name="RelationshipDefinition",
        what="relationship definition",
        tag=DEFINITIONS,
        parameter="definition",
        bodies={"provider-office": examples.PROVIDER_OFFICE},
        faulty=examples.FAULTY_DEFINITION_REFUSED,
        stands_in_the_way=examples.TIGHTENED_REFUSED,
        in_use=in_use("relationship definition", "1 relationship"),
        unrestorable=examples.UNRESTORABLE_REFUSED,
        plan=examples.PLAN,
    ).endpoints(),
    missing=reading(
        "listMissing",
        DEFINITIONS,
        "List the resources that lack the one partner that they should have",
        {
            200: answer(
                "A page of them, by side and id.",
                "MissingPage",
                {"officeWithoutStaff": examples.MISSING_PAGE},
                headers=(),
            ),
            404: missing("relationship definition"),
        },
        parameters=("source", "definition", "cursor", "perPage", "side"),
        description=MISSING,
    ),
)

describe_relationships = extend_schema_view(
    list=reading(
        "listRelationships",
        RELATIONSHIPS,
        "List the relationships of a definition",
        {
            200: listed(
                "A page of relationships.",
                "RelationshipPage",
                {"worksAt": examples.PAGE, "withOffices": examples.PAGE_WITH_OFFICES},
            ),
            400: bad_search(
                "data.effective.start__gte",
                'Mark data.effective "indexed": ["start"] in provider-office.',
            ),
            404: missing("relationship definition"),
            410: too_long_ago,
        },
        parameters=(*ALL, *LISTED, "from", "to", "data", "relatedData", "at", "IfNoneMatch"),
    ),
    create=writing(
        "createRelationship",
        RELATIONSHIPS,
        "Create a relationship",
        {
            201: _created,
            400: _faulty_body,
            404: missing("relationship definition"),
            409: refusal(
                "It exists, an end does not, or an end has its one partner.",
                exists=exists_already("relationship"),
                noEnd=examples.NO_END_REFUSED,
                placeTaken=examples.PLACE_TAKEN_REFUSED,
            ),
        },
        parameters=(*ALL, "IdempotencyKey", "ChangeReason"),
        body=json_body("RelationshipBody", {"worksAt": examples.BODY}),
    ),
    retrieve=reading(
        "getRelationship",
        RELATIONSHIPS,
        "Read a relationship",
        {
            200: answer(
                "The relationship.",
                "RelationshipWithIncluded",
                {"worksAt": examples.RELATIONSHIP, "withOffice": examples.WITH_OFFICE},
            ),
            404: _missing_one,
            410: past_gone,
        },
        parameters=(*ONE, "include", "at", "IfNoneMatch"),
        description=f"{INCLUDED_ETAG}\n\n{AT_ETAG}",
    ),
    update=writing(
        "putRelationship",
        RELATIONSHIPS,
        "Create a relationship, or replace it whole",
        {
            200: answer(
                "Replaced, or the same as before.",
                "WrittenRelationship",
                {"worksAt": written("relationship", examples.RELATIONSHIP)},
            ),
            201: _created,
            400: _faulty_body,
            404: missing("relationship definition"),
            409: refusal(
                "An end does not exist, or has its one partner.",
                noEnd=examples.NO_END_REFUSED,
                placeTaken=examples.PLACE_TAKEN_REFUSED,
            ),
        },
        parameters=(*ONE, "IfMatch", "ChangeReason", "IfNew"),
        body=json_body(
            "RelationshipBody",
            {"worksAt": examples.BODY, "withoutEnds": examples.BODY_WITHOUT_ENDS},
        ),
        description="`from` and `to` may be left out, since the id names them.",
    ),
    partial_update=writing(
        "patchRelationship",
        RELATIONSHIPS,
        "Change a relationship",
        {
            200: answer(
                "Changed, or the same as before.", "WrittenRelationship", {"ended": _ended}
            ),
            400: refusal(
                "The patch or its result is faulty.", faultyResult=examples.FAULTY_RESULT_REFUSED
            ),
            404: _missing_one,
        },
        parameters=(*ONE, "IfMatch", "ChangeReason"),
        body=patch_body("Relationship", examples.PATCH, examples.MERGE),
        description=(
            "With JSON Patch (RFC 6902), an array, or JSON Merge Patch (RFC 7396), an object, on"
            " the document `{data, meta: {identifier}}`."
        ),
    ),
    destroy=writing(
        "deleteRelationship",
        RELATIONSHIPS,
        "Delete a relationship",
        {
            200: answer(
                "Deleted.", "Deletion", {"worksAt": {**DELETION, "deletedRelationships": 0}}, ()
            ),
            404: _missing_one,
        },
        parameters=(*ONE, "IfMatch", "ChangeReason"),
    ),
)
