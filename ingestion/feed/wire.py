"""How a change looks on the wire, made in SQL of its row, which is called `change`."""

from __future__ import annotations

from ingestion.kinds import kinds
from ingestion.wire import time_sql


def change_sql(source_key: str, cursor: str, *, has_payload: bool) -> tuple[str, list[str]]:
    """The JSON of a change as an expression, and its parameters."""
    payload, parameters = _payload(source_key) if has_payload else ("", [])
    sql = f"""
        '{{"operationId":"' || change.id || '","action":"' || action || '","target":"' || target
        || '","type":"' || collection || '","id":"' || public_id || '","version":' || version
        || ',"at":"' || {time_sql("at")} || '","actor":' || to_json(actor)
        || ',"taskId":' || to_json(task_id) {payload}
        || ',"cursor":"' || %s || seq || '"}}'
    """
    return sql, [*parameters, cursor]


def _payload(source_key: str) -> tuple[str, list[str]]:
    """The record as it then was, as a read shows it; a deleted one as it was last."""
    cases = "".join(
        f" WHEN '{kind.target}' THEN '{kind.target.lower()}' || '\":' || {kind.table.told}"
        for kind in kinds()
    )
    sql = f"""
        || ',"' || CASE target {cases} END
        || ',"meta":{{"source":"' || %s || '","version":' || version
        || ',"createdAt":"' || {time_sql("created_at")}
        || '","updatedAt":"' || {time_sql("updated_at")}
        || '","identifier":' || identifiers || '}}}}'
    """
    return sql, [source_key]
