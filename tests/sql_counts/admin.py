"""Lists of the admin, and pages of a resource with many relationships."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from django.test import Client

from ingestion.models import DataIndex, IndexState, Resource
from ingestion.search.orders import DEFAULT
from ingestion.sql import run
from profiles.access import Role
from profiles.api.cursors import Cursor, write_cursor
from tests import factories
from tests.sql_counts.cases import Measured
from tests.sql_counts.desk import Desk

RESOURCES = "/admin/ingestion/resource/"
OF_PROFILE = f"{RESOURCES}?profile={{collection}}"
RELATIONSHIPS = "/admin/relationships/relationship/"
OF_DEFINITION = f"{RELATIONSHIPS}?definition={{collection}}"
INDEXED = {
    "properties": {
        "name": {"type": "symbol", "indexed": True},
        "rank": {"type": "integer", "indexed": True},
    }
}

PAGES = {
    "admin list of a profile": OF_PROFILE,
    "admin list of a profile, a later page": f"{OF_PROFILE}&after={{newest_resource}}",
    "admin list of a profile, filtered": f"{OF_PROFILE}&data.rank=1&data.name__isnull=false",
    "admin list of a profile, searched": f"{OF_PROFILE}&q=name+1",
    "admin list of a profile, counted": f"{OF_PROFILE}&count=1",
    "admin list of relationships": RELATIONSHIPS,
    "admin list of relationships, of a definition": OF_DEFINITION,
    "admin list of relationships, a later page": f"{RELATIONSHIPS}?after={{newest_link}}",
    "admin list of relationships, by an end": f"{OF_DEFINITION}&from.data.rank__gte=0",
    "admin list of relationships, filtered": (
        f"{OF_DEFINITION}&from_profile={{collection}}&created=week&data.rank=1"
    ),
    "admin list of relationships, searched": f"{OF_DEFINITION}&q=name+1",
    "admin page of a resource, with relationships": f"{RESOURCES}{{hub}}/change/",
    "admin neighbourhood of a resource": f"{RESOURCES}{{hub}}/neighbourhood/?hops=2",
}
FULL_PAGES = {
    "admin list of a profile, sorted": f"{OF_PROFILE}&sort=-data.rank",
    "admin list of a profile, sorted and filtered": (
        f"{OF_PROFILE}&sort=data.name&data.rank__gte=0"
    ),
    "admin list of relationships, sorted": f"{OF_DEFINITION}&sort=data.rank",
}
"""A page that goes on among the absent values takes a statement more."""


def signed_in(desk: Desk) -> Client:
    """Somebody whose roles have to be asked for."""
    user = factories.UserFactory.create()
    factories.SourceRoleFactory.create(user=user, source=desk.source, role=Role.WRITER)
    client = Client()
    client.force_login(user)
    return client


def opens(client: Client, address: str) -> Measured:
    def open_it() -> None:
        response = client.get(address)
        assert response.status_code == 200
        listed = response.context.get("cl")
        assert listed is None or listed.result_list

    return open_it


def crowd(desk: Desk, count: int) -> Mapping[str, str]:
    """So many resources of a profile, and as many relationships of a definition that is called the
    same, all from the first of them. Answers what may stand in the address of a page.
    """
    profile = factories.ProfileFactory.create(source=desk.source, key=desk.lot, body=INDEXED)
    side = {"profileKey": desk.lot, "includeCardinality": "0:*"}
    body = {
        "from": {**side, "includeKey": f"{desk.lot}-to"},
        "to": {**side, "includeKey": f"{desk.lot}-from"},
        "properties": {"rank": {"type": "integer"}},
    }
    definition = factories.RelationshipDefinitionFactory.create(
        source=desk.source, key=desk.lot, body=body
    )
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
    hub = Resource.objects.get(profile=profile, public_id="r1")
    run(
        """
        INSERT INTO relationships_relationship
            (id, source_id, definition_id, from_resource_id, to_resource_id, from_public_id,
             to_public_id, data, identifiers, version, contract_version, created_at, updated_at)
        SELECT gen_random_uuid(), source_id, %s, %s, id, %s, public_id,
               jsonb_build_object('rank', data -> 'rank'), '[]', 1, 1, created_at, updated_at
        FROM ingestion_resource WHERE source_id = %s AND profile_id = %s
        """,
        [definition.pk, hub.pk, hub.public_id, desk.source.pk, profile.pk],
    )
    for table in ("ingestion_resource", "relationships_relationship"):
        run(f"ANALYZE {table}", [])  # Else a plan for a few rows reads all of them for each.
    now = datetime.now(UTC).isoformat()
    newest_resource = Cursor(DEFAULT, "timestamptz", now, ["z"])
    newest_link = Cursor(DEFAULT, "bigint", str(2**62), [str(2**62), now, "z", "z"])
    return {
        "collection": f"{desk.source.key}/{desk.lot}",
        "hub": str(hub.pk),
        "newest_resource": write_cursor(newest_resource, f"RESOURCE:{profile.pk}"),
        "newest_link": write_cursor(newest_link, "relationships"),
    }
