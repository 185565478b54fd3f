"""How a change looks on the wire, made in SQL of its row."""

from __future__ import annotations

from ingestion.past.kinds import CHANGE, past_kinds
from ingestion.wire import time_sql


def change_sql(source_key: str, cursor: str, *, has_payload: bool) -> tuple[str, list[str]]:
    """The JSON of a row of changes as an expression, and its parameters."""
    payload, parameters = _payload(source_key) if has_payload else ("''", [])
    sql = f"""
        '{{"operationId":"' || replace({CHANGE}.id::text, '-', '') || '","action":"' || action
        || '","target":"' || target || '","type":"' || collection || '","id":"' || public_id
        || '","version":' || version || ',"at":"' || {time_sql("at")}
        || '","actor":' || to_json(actor) || ',"taskId":' || to_json(task_id)
        || CASE reason WHEN '' THEN '' ELSE ',"reason":' || to_json(reason) END
        || CASE WHEN is_erased THEN {_erased(has_payload)} ELSE {payload} END
        || ',"cursor":"' || %s || seq || '"}}'
    """
    return sql, [*parameters, cursor]


def _payload(source_key: str) -> tuple[str, list[str]]:
    """The record as it then was, as a read shows it; a deleted one as it was last."""
    cases, parameters = "", []
    for target, kind in past_kinds.items():
        text = kind.text(source_key)
        cases += f" WHEN '{target}' THEN ',\"{target.lower()}\":' || {text.sql}"
        parameters += text.params
    return f"CASE target {cases} END", parameters


def _erased(has_payload: bool) -> str:
    """In place of the record, where it was erased."""
    payload = """',"' || lower(target) || '":null' || """ if has_payload else ""
    return f"""{payload}',"erased":true'"""
