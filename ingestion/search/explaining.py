"""How the database finds what was asked for, told to those who run the registry."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections

from profiles.exact import Json


def explain(alias: str, sql: str, parameters: Sequence[Any]) -> Json:
    """The plan of a statement and the indexes that it reads, in the planner's words.

    It is not run for it. The conditions are left out, since they hold what was asked for.
    """
    plan = plan_of(alias, sql, parameters)
    return {"indexes": sorted({*_indexes(plan)}), "plan": _without_values(plan)}


def plan_of(alias: str, sql: str, parameters: Sequence[Any]) -> dict[str, Any]:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        (found,) = cursor.fetchone()
    (top,) = json.loads(found) if isinstance(found, str) else found
    plan: dict[str, Any] = top["Plan"]
    return plan


_SHOWN = ("Node Type", "Index Name", "Relation Name", "Plan Rows", "Total Cost", "Scan Direction")


def _without_values(plan: dict[str, Any]) -> Json:
    shown: dict[str, Any] = {name: plan[name] for name in _SHOWN if name in plan}
    if "Plans" in plan:
        shown["Plans"] = [_without_values(part) for part in plan["Plans"]]
    return shown


def _indexes(plan: dict[str, Any]) -> Iterator[str]:
    if "Index Name" in plan:
        yield plan["Index Name"]
    for part in plan.get("Plans", ()):
        yield from _indexes(part)
