"""The record whose history the pages show: found by its id, whether it is there or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from ingestion.admin.history.addresses import (
    HISTORY_PAGES,
    comparison_address,
    deleted_address,
    history_address,
)
from ingestion.admin.history.lines import Compared, compared, state_of
from ingestion.models import Change
from ingestion.operations import Action, Target
from ingestion.past.changes import PastRecord, changes_before, find_change, past_record
from ingestion.past.versions import Version
from ingestion.records import etag_of
from profiles.contract import Contract, contract_at
from profiles.exact import Json
from profiles.faults import Refused
from profiles.models import Source
from profiles.shape_fields import ShapeField
from profiles.staff import staff_of


@dataclass(frozen=True, slots=True)
class Past:
    record: PastRecord
    last: Change
    """The newest change: the record is there, unless this is its deletion."""
    definition_field: str
    fields: Mapping[str, ShapeField]
    may_restore: bool

    @property
    def target(self) -> Target:
        return self.record.target

    @property
    def source(self) -> str:
        return self.record.contract.source_key

    @property
    def collection(self) -> str:
        return self.record.key.collection

    @property
    def id(self) -> str:
        return self.record.key.public_id

    @property
    def is_there(self) -> bool:
        return self.last.action != Action.DELETE

    @property
    def etag(self) -> str:
        """Of the record as it is now; empty where there is none."""
        return etag_of(self.last.record_id, self.last.version) if self.is_there else ""

    @property
    def page(self) -> str:
        return history_address(self.target, self.source, self.collection, self.id)

    @property
    def compare_page(self) -> str:
        name = f"admin:{HISTORY_PAGES[self.target]}_compare"
        return reverse(name, args=[self.source, self.collection, self.id])

    @property
    def record_page(self) -> str:
        """Of the record itself; empty where there is none."""
        if not self.is_there:
            return ""
        return reverse(f"admin:{HISTORY_PAGES[self.target]}_change", args=[self.last.record_id])

    @property
    def delete_page(self) -> str:
        """Of a record that is there."""
        return reverse(f"admin:{HISTORY_PAGES[self.target]}_delete", args=[self.last.record_id])

    @property
    def list_page(self) -> str:
        url = reverse(f"admin:{HISTORY_PAGES[self.target]}_changelist")
        definition = {self.definition_field: f"{self.source}/{self.collection}"}
        return f"{url}?{urlencode(definition)}"

    @property
    def deleted_page(self) -> str:
        definition = [(self.source, self.collection)]
        return deleted_address(self.target, self.definition_field, definition)

    @property
    def api_path(self) -> str:
        kind = f"{self.target.lower()}s"
        return f"/sources/{self.source}/v1/history/{kind}/{self.collection}/{self.id}/operations"

    def comparison_page(self, old: Change | None, new: Change) -> str:
        return comparison_address(self.source, old, new)

    def find(self, operation_id: str) -> Change | None:
        """One of its changes; None for what is none of them."""
        try:
            return find_change(self.record, operation_id)
        except Refused:
            return None

    def state(self, change: Change | None) -> dict[str, Json]:
        return state_of(change, self.fields)

    def compared(self, old: Change | None, new: Change | None) -> Compared:
        """Neither may be erased."""
        return compared(self.fields, self.state(old), self.state(new))

    def change_of(self, version: Version) -> Compared | None:
        """What a version changed; None where that is not known."""
        if not version.is_comparable:
            return None
        return self.compared(version.before, version.change)


def seen_contract(request: HttpRequest, source_key: str) -> Contract | None:
    """Of a source that somebody sees, retired ones too: their history stays readable."""
    rows: Any = staff_of(request).narrow(Source.with_retired.filter(key=source_key), by="id")
    source = rows.first()
    return contract_at(source.pk, source.key, source.contract_version) if source else None


def find_record(
    contract: Contract, target: Target, collection: str, id: str
) -> tuple[PastRecord, Change] | None:
    """A record with its newest change; None where there never was one of this id."""
    try:
        record = past_record(contract, target, collection, id)
    except Refused:
        return None
    newest = changes_before(record, None, 1)
    return (record, newest[0]) if newest else None
