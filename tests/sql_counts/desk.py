"""Who prepares what is measured: a source with records, and ways to make more of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ingestion.operations import Operation
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.writing.asking import ask, create, put, put_link

PLAIN: dict[str, Any] = {"properties": {}}
LINK = "provider-office"


@dataclass
class Desk:
    """`lot` is new for each measurement, and names what is made for it."""

    api: Api
    source: Source
    lot: str = ""

    def names(self, count: int) -> list[str]:
        """Ids that nothing has yet."""
        return [f"{self.lot}-{n}" for n in range(count)]

    def providers(self, count: int) -> list[str]:
        return self._records("provider", count)

    def offices(self, count: int) -> list[str]:
        return self._records("office", count)

    def ends(self, count: int) -> list[str]:
        """Short ids of relationships of one provider with as many offices: the ends are there."""
        (provider,) = self.providers(1)
        return [f"{provider}.{office}" for office in self.offices(count)]

    def links(self, count: int) -> list[str]:
        ids = self.ends(count)
        self.write(put_link(LINK, id) for id in ids)
        return ids

    def linked_offices(self, count: int) -> list[str]:
        return [id.partition(".")[2] for id in self.links(count)]

    def cards(self, count: int) -> str:
        """The address of the contained resources of an office."""
        rows = [{"id": f"c{n}", "type": "paymentMethod", "data": {}} for n in range(count)]
        self.write([put("office", self.lot, contained={"alternativePaymentMethods": rows})])
        return f"resources/office/{self.lot}/alternativePaymentMethods"

    def rewritten(self, count: int) -> str:
        """The path of a provider with so many changes."""
        path = f"resources/provider/{self.providers(1)[0]}"
        for number in range(count):
            self.put(path, {"data": {"practiceNumber": number}})
        return path

    def profiles(self, count: int) -> list[str]:
        keys = self.names(count)
        for key in keys:
            factories.ProfileFactory.create(source=self.source, key=key, body=PLAIN)
        return keys

    def write(self, operations: Iterable[Operation]) -> None:
        assert not [receipt for receipt in ask(self.source, *operations) if receipt.refused]

    def put(self, path: str, body: Any) -> None:
        answer = self.api.put(path, body)
        assert answer.status in (200, 201), answer.text

    def warm(self) -> None:
        """Compile the contract as it is now, and what is judged by it."""
        self.api.get("profiles/office/schema")
        self.api.get(f"relationships/{LINK}")

    def _records(self, profile: str, count: int) -> list[str]:
        ids = self.names(count)
        self.write(create(profile, id) for id in ids)
        return ids
