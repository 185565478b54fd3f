"""The types whose changes are asked for: each is there, or was."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.operations import Target
from ingestion.search.registry import scope_makers
from ingestion.sql import run
from profiles.api.parameters import bad_parameter, refused_parameters
from profiles.contract import Contract
from profiles.faults import ErrorType, Refused


def known_types(contract: Contract, text: str | None) -> tuple[str, ...] | None:
    """From `provider,office`; None for all. Raises `Refused` for what never was."""
    if text is None:
        return None
    types = (*sorted(set(text.split(","))),)
    unknown = [type for type in types if not _is_there(contract, type)]
    past = _past(contract, unknown)
    unknown = [type for type in unknown if type not in past]
    if unknown:
        message = f"There is no {', '.join(unknown)}: neither a profile nor a definition."
        raise refused_parameters([bad_parameter("types", message)])
    return types


def _is_there(contract: Contract, type: str) -> bool:
    return any(_has_scope(contract, target, type) for target in Target)


def _has_scope(contract: Contract, target: Target, type: str) -> bool:
    try:
        scope_makers[target](contract, type)
    except Refused as refused:
        if refused.type is not ErrorType.NOT_FOUND:
            raise
        return False
    return True


def _past(contract: Contract, types: Sequence[str]) -> set[str]:
    """Changes outlive what they tell of."""
    if not types:
        return set()
    rows = run(
        """
        SELECT type FROM unnest(%s::text[]) AS asked (type) WHERE EXISTS (
            SELECT FROM ingestion_change
            WHERE source_id = %s AND target = ANY (%s) AND collection = type
        )
        """,
        [[*types], contract.source_id, [target.value for target in Target]],
    )
    return {type for (type,) in rows}
