"""Records as documents that can be compared."""

from __future__ import annotations

from ingestion.models import Change
from ingestion.operations import Target
from profiles.exact import Json


def document(change: Change) -> dict[str, Json]:
    """The record as it then was, as the document that patches are about (design.md, section 4)."""
    contained = {"contained": change.contained} if change.target == Target.RESOURCE else {}
    return {"data": change.data, **contained, "meta": {"identifier": change.identifiers}}
