"""How a change tells of a relationship: its id names its ends, with or without a definition."""

from __future__ import annotations


def _end(place: int) -> str:
    """Neither keys nor ids hold a comma or a full stop."""
    end = f"split_part(public_id, ',', {place})"
    type, id = (f"split_part({end}, '.', {part})" for part in (1, 2))
    return f"""'{{"id":"' || {id} || '","type":"' || {type} || '"}}'"""


TOLD = f"""
    '{{"id":"' || public_id || '","type":"' || collection
    || '","from":' || {_end(1)} || ',"to":' || {_end(2)} || ',"data":' || data
"""
