"""Everything that a run needs: tables, records, servers, contestants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

from ingestion.bodies.members import read_payload
from ingestion.operations import Action, Operation, Target
from ingestion.writing import write
from profiles.definitions import profiles
from profiles.exact import encode
from profiles.models import ApiKey, Source
from relationships.definitions import relationship_definitions
from tests.bench.contestants import Contestant, bare, floor, registrar
from tests.bench.processes import parent_of, served
from tests.bench.workload import DEFINITION, PROFILE, provider
from tests.ports import free_port

SOURCE = "bench"
ACTOR = "bench"
BATCH = 1_000
FLOOR = "tests.bench.floor.wsgi:application"


BARE_TABLES = """
    DROP TABLE IF EXISTS bare_link, bare_record;
    CREATE TABLE bare_record (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(), data jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX ON bare_record (created_at);
    CREATE INDEX ON bare_record USING gin (data jsonb_path_ops);
    CREATE TABLE bare_link (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        start_id uuid NOT NULL REFERENCES bare_record, end_id uuid NOT NULL REFERENCES bare_record,
        created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (start_id, end_id)
    );
    CREATE INDEX ON bare_link (end_id)
"""


@contextmanager
def arena(records: int) -> Iterator[tuple[list[Contestant], int]]:
    """The contestants, each with as many records, and the id of the database's first process."""
    call_command("migrate", verbosity=0)
    _make_floor_tables()
    key = _fill_registrar(records)
    floor_ids, bare_ids = _fill_floor(records), _fill_bare(records)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT pg_backend_pid()")
        database = parent_of(cursor.fetchone()[0])
    ours, its = free_port(), free_port()
    with (
        served("config.wsgi:application", "config.settings", ours, "/healthz") as our_server,
        served(FLOOR, "tests.bench.floor.settings", its, "/records") as its_server,
    ):
        yield (
            [
                bare(bare_ids),
                floor(its, its_server, floor_ids),
                registrar(ours, our_server, SOURCE, key, records),
            ],
            database,
        )


def _fill_registrar(records: int) -> str:
    """The source with its records; answers a key."""
    if not Source.objects.filter(key=SOURCE).exists():
        Source.objects.create(key=SOURCE)
    profiles.save(SOURCE, "provider", PROFILE, actor=ACTOR)
    relationship_definitions.save(SOURCE, "referral", DEFINITION, actor=ACTOR)
    for start in range(0, records, BATCH):
        numbers = range(start, min(start + BATCH, records))
        write(SOURCE, [_upsert(number) for number in numbers], actor=ACTOR)
    return str(ApiKey.objects.create_key(name="bench", role="writer")[1])


def _upsert(number: int) -> Operation:
    payload = read_payload(encode({"data": provider(number)}))
    return Operation(Action.UPSERT, Target.RESOURCE, "provider", f"p{number}", payload)


def _make_floor_tables() -> None:
    from tests.bench.floor.models import Link, Record

    existing = connection.introspection.table_names()
    with connection.schema_editor() as editor:
        for model in (Record, Link):
            if model._meta.db_table not in existing:
                editor.create_model(model)


def _fill_floor(records: int) -> list[str]:
    from tests.bench.floor.models import Record

    rows = [Record(data=provider(number)) for number in range(records)]
    return [str(row.pk) for row in Record._default_manager.bulk_create(rows, batch_size=BATCH)]


def _fill_bare(records: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(BARE_TABLES)
        cursor.execute(
            "INSERT INTO bare_record (data) SELECT data FROM floor_record LIMIT %s RETURNING id",
            [records],
        )
        return [str(id) for (id,) in cursor.fetchall()]
