"""How the endpoints of sources and profiles are described."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_view

from profiles import examples
from profiles.api.openapi.components import KEY, TEXT, path_parameter
from profiles.api.openapi.definitions import (
    DescribedDefinitions,
    catalogue_page,
    definition_schemas,
    in_use,
)
from profiles.api.openapi.endpoints import (
    Components,
    answer,
    json_body,
    page_schema,
    reading,
    schema,
    writing,
)
from profiles.api.openapi.plans import plan_components
from profiles.api.openapi.refusals import missing, refusal
from profiles.api.openapi.versions import (
    DescribedVersions,
    version_components,
    version_schemas,
)
from profiles.datatypes.base import Schema
from profiles.definition_schema import profile_validator
from profiles.reading import read_profile
from profiles.schema import resource_schema
from profiles.sources import source_validator

SOURCES = "Sources"
RETENTION_TOLD = """\
A key that is limited to sources creates none.

`retention` says what is kept of history; without it all is. As of `days` ago (a day where only
`versions` is said) the newest `versions` changes of each record are kept (1 where only `days` is
said), and all changes since. So the newest state of a record that is there always stays, and `at`
answers for the last `days`. Of a record that was deleted before, `days` leave nothing.
"""
PROFILES = "Profiles"
TAGS = {
    SOURCES: "Systems of record. A source owns everything below it, and is a boundary for access.",
    PROFILES: "What may be stored: the schema of one type of resource.",
}


def components() -> Components:
    plans, versions = plan_components(), version_components()
    return {
        "schemas": {
            **plans["schemas"],
            **versions["schemas"],
            **_source_schemas(),
            **definition_schemas("Profile", profile_validator().schema),
            "JsonSchema": {
                "type": "object",
                "description": "A JSON Schema (2020-12), with the vocabulary of Registrar.",
                "properties": {"$schema": TEXT},
                "required": ["$schema"],
            },
        },
        "parameters": {
            **plans["parameters"],
            **versions["parameters"],
            "source": path_parameter("source", KEY, "clinic", "The key of a source."),
            "profile": path_parameter("profile", KEY, "provider", "The key of a profile."),
        },
    }


def _source_schemas() -> dict[str, Schema]:
    sent = source_validator().schema
    return {
        "SourceBody": sent,
        "Source": {**sent, "required": ["key", "type"]},
        "SourcePage": page_schema("Source", schema("CataloguePageMeta")),
        **version_schemas("Source", with_contract=False),
    }


_SOURCE = {"clinic": examples.SOURCE}

describe_sources = extend_schema_view(
    list=reading(
        "listSources",
        SOURCES,
        "List the sources that the key sees",
        {
            200: answer(
                "A page of sources.",
                "SourcePage",
                {"clinic": catalogue_page(examples.SOURCE)},
                headers=(),
            )
        },
        parameters=("page", "perPage"),
    ),
    retrieve=reading(
        "getSource",
        SOURCES,
        "Read a source",
        {200: answer("The source.", "Source", _SOURCE)},
        parameters=("source", "IfNoneMatch"),
    ),
    update=writing(
        "putSource",
        SOURCES,
        "Create or replace a source",
        {
            200: answer("Replaced, or the same as before.", "Source", _SOURCE),
            201: answer("Created.", "Source", _SOURCE),
            400: refusal("The source is faulty.", noType=examples.NO_TYPE_REFUSED),
        },
        parameters=("source", "IfMatch", "IfNew", "ChangeReason"),
        body=json_body("SourceBody", {"clinic": examples.SOURCE_BODY}),
        description=RETENTION_TOLD,
    ),
    destroy=writing(
        "deleteSource",
        SOURCES,
        "Delete a source that holds nothing",
        {
            204: {"description": "Deleted."},
            409: refusal(
                "It still holds something.",
                inUse=in_use("source", "3 profiles: office, paymentMethod, provider"),
            ),
        },
        parameters=("source", "IfMatch", "ChangeReason"),
    ),
    **DescribedVersions(
        name="Source",
        what="source",
        tag=SOURCES,
        parameters=("source",),
        payload=examples.SOURCE,
        with_contract=False,
    ).endpoints(),
)

describe_profiles = extend_schema_view(
    **DescribedDefinitions(
        name="Profile",
        what="profile",
        tag=PROFILES,
        parameter="profile",
        bodies=examples.PROFILES,
        faulty=examples.FAULTY_PROFILE_REFUSED,
        stands_in_the_way=examples.STILL_USED_REFUSED,
        in_use=in_use("profile", "1 resource"),
        unrestorable=examples.UNRESTORABLE_REFUSED,
        plan=examples.PLAN,
    ).endpoints(),
    json_schema=reading(
        "getProfileSchema",
        PROFILES,
        "Read the JSON Schema that resources of a profile are judged by",
        {
            200: answer(
                "The JSON Schema of the body `{data, contained}`.",
                "JsonSchema",
                {
                    "provider": resource_schema(
                        "provider", {"provider": read_profile(examples.PROVIDER)}
                    )
                },
            ),
            404: missing("profile"),
        },
        parameters=("source", "profile", "IfNoneMatch"),
        description="Its ETag changes whenever a definition of the source does.",
    ),
)
