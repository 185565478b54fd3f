"""The running example, defined over HTTP."""

from __future__ import annotations

from tests import examples
from tests.crash.line import Line
from tests.crash.writers import LINK


def define(line: Line, source: str) -> None:
    inside = f"/sources/{source}/v1"
    for path, body in (
        (f"/catalog/v1/sources/{source}", {"type": "registry"}),
        (f"{inside}/profiles/provider", examples.PROVIDER),
        (f"{inside}/profiles/paymentMethod", examples.PAYMENT_METHOD),
        (f"{inside}/profiles/office", examples.OFFICE),
        (f"{inside}/relationship-definitions/{LINK}", examples.PROVIDER_OFFICE),
    ):
        answer = line.send("PUT", path, body)
        assert answer.status == 201, answer.body
