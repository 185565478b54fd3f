"""The list of what was deleted of a profile or definition."""

from __future__ import annotations

from typing import Any

from ingestion.admin.history.addresses import history_address
from ingestion.admin.history.shown_versions import Teller
from ingestion.operations import Target
from ingestion.past.deletions import deletions_page
from profiles.contract import Contract

SHOWN = 50


def deleted_context(
    contract: Contract, target: Target, collection: str, before: int | None
) -> dict[str, Any]:
    page = deletions_page(contract.source_id, target, collection, before, SHOWN)
    teller = Teller.of(contract, page.rows)
    return {
        "source": contract.source_key,
        "collection": collection,
        "rows": [
            {
                "deletion": row,
                "who": teller.who(row.actor),
                "task_page": teller.task_page(row.task_id),
                "page": history_address(target, contract.source_key, collection, row.public_id),
            }
            for row in page.rows
        ],
        "looked_until": page.looked_until,
        "following": page.following,
        "is_first_page": before is None,
    }
