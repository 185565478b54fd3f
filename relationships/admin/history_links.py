"""Below the history of a resource: the links that it got and lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.admin.history.addresses import history_address
from ingestion.admin.history.record import Past
from ingestion.admin.history.shown_versions import Teller, Who
from ingestion.operations import Action, Target
from relationships.contract import definitions_of
from relationships.past_links import LinkChange, link_changes

SHOWN = 10


@dataclass(frozen=True, slots=True)
class ShownLink:
    change: LinkChange
    who: Who
    task_page: str
    other: str
    """The resource at the other end."""
    page: str
    """The history of the relationship."""

    @property
    def what(self) -> str:
        if self.change.action == Action.DELETE:
            return "removed"
        return "added" if self.change.version == 1 else "changed"

    @property
    def sign(self) -> str:
        return {"removed": "−", "added": "+"}.get(self.what, "±")


@dataclass(frozen=True, slots=True)
class ToldLinks:
    rows: Sequence[ShownLink]
    has_more: bool
    is_cut: bool


def history_of_links(past: Past) -> ToldLinks:
    """By the definitions that there are now: two statements more, and one for the people."""
    contract = past.record.contract
    own = [
        definition.key
        for definition in definitions_of(contract).all
        if past.collection in (definition.from_side.profile_key, definition.to_side.profile_key)
    ]
    end = f"{past.collection}.{past.id}"
    found = link_changes(contract.source_id, own, end, SHOWN)
    teller = Teller.of(contract, found.rows)
    rows = [_told(past, teller, end, change) for change in found.rows]
    return ToldLinks(rows, found.has_more, found.is_cut)


def _told(past: Past, teller: Teller, end: str, change: LinkChange) -> ShownLink:
    first, _, second = change.public_id.partition(",")
    return ShownLink(
        change,
        teller.who(change.actor),
        teller.task_page(change.task_id),
        (second if first == end else first).replace(".", " / "),
        history_address(Target.RELATIONSHIP, past.source, change.collection, change.public_id),
    )
