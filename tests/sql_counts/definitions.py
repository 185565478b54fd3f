"""Sources, profiles and relationship definitions."""

from __future__ import annotations

from typing import Any

from django.test import override_settings

from ingestion.conformity.checks import check
from ingestion.models import DataIndex, IndexState
from profiles.contract import current_contract
from profiles.definitions import profiles
from tests import examples, factories
from tests.sql_counts.cases import Cases, Measured, asks, warmed
from tests.sql_counts.desk import PLAIN, Desk

SOURCE = "/catalog/v1/sources/{source}"
DEFINITION = "relationship-definitions/provider-office"
NONCONFORMING = "GET profiles/provider/nonconforming?perPage=1000"
NEEDS_EMAIL: dict[str, Any] = {
    **examples.PROVIDER,
    "properties": {"email": {"type": "symbol", "rules": [{"required": True}]}},
}


def limited(cardinality: str, *sides: str) -> dict[str, Any]:
    """The definition of the example with other limits."""
    own = {
        side: {**examples.PROVIDER_OFFICE[side], "includeCardinality": cardinality}
        for side in sides
    }
    return {**examples.PROVIDER_OFFICE, **own}


def sources(desk: Desk, count: int) -> None:
    for key in desk.names(count):
        factories.SourceFactory.create(key=key)


def named_anew(desk: Desk, count: int) -> None:
    """So many versions of the source."""
    address = f"/catalog/v1/sources/{desk.source.key}"
    for name in desk.names(count):
        desk.put(address, {"type": "registry", "name": name})


def described(desk: Desk, count: int) -> None:
    """So many versions of the provider, and one more."""
    for name in desk.names(count):
        body = {**examples.PROVIDER, "description": name}
        profiles.save(desk.source.key, "provider", body, actor="test")


def with_indexes(desk: Desk, count: int) -> None:
    marked = {"type": "symbol", "indexed": True}
    body = {"properties": {f"p{n}": marked for n in range(min(count, 16))}}
    factories.ProfileFactory.create(source=desk.source, key="other", body=body)


def change_indexes(desk: Desk, count: int) -> Measured:
    """Some are added, some dropped, some built anew, whatever their number."""

    def body(*types: str) -> dict[str, Any]:
        return {
            "properties": {
                f"p{place}-{n}": {"type": type, **({} if type == "boolean" else {"indexed": True})}
                for place, type in enumerate(types)
                for n in range(min(count, 5))
            }
        }

    before = body("symbol", "symbol", "boolean", "integer")
    factories.ProfileFactory.create(source=desk.source, key=desk.lot, body=before)
    DataIndex.objects.filter(path__startswith="p3").update(state=IndexState.FAILED)
    desk.warm()
    return asks("PUT profiles/{lot}", body("boolean", "integer", "symbol", "integer"))(desk, count)


def document_was_read(desk: Desk, count: int) -> None:
    desk.profiles(count)
    desk.api.get("openapi.json")


def left_behind(desk: Desk, count: int) -> None:
    """Providers that do not fit by now."""
    desk.put("profiles/provider", examples.PROVIDER)
    desk.providers(count)
    desk.put("profiles/provider", NEEDS_EMAIL)
    desk.warm()
    desk.api.get("profiles/provider/schema")


def found_before(desk: Desk, count: int) -> Measured:
    ask = asks(NONCONFORMING, after=left_behind)(desk, count)
    check(current_contract(desk.source.key), "provider")
    return override_settings(CHECK_AT_ONCE=0)(ask)


def definitions(desk: Desk, count: int) -> None:
    for key in desk.names(count):
        sides = {
            side: {"profileKey": profile, "includeKey": key, "includeCardinality": "0:*"}
            for side, profile in (("from", "provider"), ("to", "office"))
        }
        factories.RelationshipDefinitionFactory.create(source=desk.source, key=key, body=sides)


def lacking(desk: Desk, count: int) -> None:
    """Providers without a relationship that each has to have."""
    body = limited("1:1", "from", "to")
    sides = {side: {**body[side], "includeKey": desk.lot} for side in ("from", "to")}
    desk.put(f"relationship-definitions/{desk.lot}", sides)
    desk.providers(count)


def loosened(desk: Desk, count: int) -> None:
    desk.links(count)
    desk.put(DEFINITION, limited("0:*", "to"))


CASES: Cases = {
    "GET sources": asks("GET /catalog/v1/sources?perPage=1000", after=sources),
    "GET source": asks(f"GET {SOURCE}"),
    "PUT source": asks(
        f"PUT {SOURCE}", {"type": "registry", "name": "{lot}"}, after=Desk.providers
    ),
    "GET versions of a source": asks(f"GET {SOURCE}/versions?perPage=1000", after=named_anew),
    "GET profiles": asks("GET profiles?perPage=1000", after=Desk.profiles),
    "GET profile": asks("GET profiles/provider", after=Desk.profiles),
    "GET profile schema": asks("GET profiles/office/schema", after=warmed(Desk.profiles)),
    "GET profile indexes": asks("GET profiles/other/indexes", after=warmed(with_indexes)),
    "PUT profile, with indexes": change_indexes,
    "GET versions of a profile": asks(
        "GET profiles/provider/versions?perPage=1000", after=described
    ),
    "GET version of a profile": asks("GET profiles/provider/versions/2", after=described),
    "GET difference of two versions": asks(
        "GET profiles/provider/versions/1/diff/2", after=described
    ),
    "POST restore of a version": asks(
        "POST profiles/provider/versions/1/restore", after=warmed(described)
    ),
    "GET source document": asks("GET openapi.json", after=document_was_read),
    "GET source document, after a change": asks("GET openapi.json", after=Desk.profiles),
    "PUT profile, new": asks("PUT profiles/{lot}", PLAIN, after=warmed(Desk.profiles)),
    "PUT profile, changed": asks(
        "PUT profiles/provider", {**examples.PROVIDER, "description": "{lot}"}, after=Desk.providers
    ),
    "PUT profile, planned": asks(
        "PUT profiles/provider?mode=plan", NEEDS_EMAIL, after=warmed(Desk.providers)
    ),
    "GET profile nonconforming": asks(NONCONFORMING, after=left_behind),
    "GET profile nonconforming, found before": found_before,
    "DELETE profile": asks("DELETE profiles/{lot}-0", after=warmed(Desk.profiles)),
    "GET relationship-definitions": asks(
        "GET relationship-definitions?perPage=1000", after=definitions
    ),
    "PUT relationship-definition, changed": asks(
        f"PUT {DEFINITION}", {**examples.PROVIDER_OFFICE, "description": "{lot}"}, after=Desk.links
    ),
    "PUT relationship-definition, planned": asks(
        f"PUT {DEFINITION}?mode=plan", limited("1:1", "from", "to"), after=warmed(Desk.links)
    ),
    "GET relationship-definition missing": asks(
        "GET relationship-definitions/{lot}/missing?perPage=1000", after=warmed(lacking)
    ),
    "PUT relationship-definition, tightened": asks(
        f"PUT {DEFINITION}", limited("0:1", "to"), after=warmed(loosened)
    ),
}
