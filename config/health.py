"""Whether the process lives, and whether it can serve. Both hold no data and need no key."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from config.read_only import only_read


@only_read
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@only_read
def readyz(request: HttpRequest) -> JsonResponse:
    """200 once the database answers and has every migration; else 503."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    if waiting:
        return JsonResponse({"status": "migrations are waiting"}, status=503)
    return JsonResponse({"status": "ready"})
