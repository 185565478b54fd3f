"""Why: the reason that a request gives stays with every change that it makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from profiles.models import Source
from tests.clients import Api
from tests.history.past import LINK, operations
from tests.tasks.doing import NDJSON, lines, send, upsert, work
from tests.writing.asking import make

pytestmark = pytest.mark.django_db

WHY = "Moved: Überprüfung"
SENT = WHY.encode().decode("latin-1")
"""As WSGI hands it on."""


def test_single_writes_keep_their_reason(source: Source, api: Api) -> None:
    office, part = "resources/office/o", "resources/office/o/alternativePaymentMethods"
    payment = {"type": "paymentMethod", "data": {}}
    api.post("resources/office", {"id": "o", "data": {}}, x_change_reason=SENT)
    api.put(office, {"data": {"name": "a"}}, x_change_reason=SENT)
    api.patch(office, {"data": {"name": "b"}}, x_change_reason=SENT)
    api.put(f"{part}/a", payment, x_change_reason=SENT)
    api.delete(f"{part}/a", x_change_reason=SENT)
    api.post(part, payment, x_change_reason=SENT)
    shown = api.delete(office, x_change_reason=SENT)
    rows = operations(api, office)
    assert [row["reason"] for row in rows] == [WHY] * 7
    assert api.get(f"tasks/{shown.json['taskId']}").json["reason"] == WHY


def test_what_goes_along_has_the_reason_too(source: Source, api: Api) -> None:
    make(source, providers=1, offices=1)
    api.put(f"relationships/{LINK}/p0.o0", {})
    api.delete("resources/office/o0", x_change_reason=SENT)
    assert [row.get("reason") for row in operations(api, f"relationships/{LINK}/p0.o0")] == [
        *(WHY, None)
    ]


def test_bulks_and_what_was_planned_keep_their_reason(
    source: Source, api: Api, uploads_folder: Path
) -> None:
    work(send(api, [upsert("a")], x_change_reason=SENT))
    plan = api.post(
        "resources/bulk?mode=plan", lines([upsert("b")]), content_type=NDJSON, x_change_reason=SENT
    )
    work(plan.json["taskId"])
    applied = api.post(f"tasks/{plan.json['taskId']}/apply", None).json["taskId"]
    work(applied)
    assert api.get(f"tasks/{applied}").json["reason"] == WHY
    for id in "ab":
        (row,) = operations(api, f"resources/provider/{id}")
        assert row["reason"] == WHY


def test_bundles_and_purges_keep_their_reason(source: Source, api: Api) -> None:
    operation = {"action": "UPSERT", "upsert": {"type": "office", "id": "o", "data": {}}}
    api.post("bundle", {"resourceOperations": [operation]}, x_change_reason=SENT)
    body = {"collectionType": "resources", "collectionKey": "office"}
    work(api.post("purge", body, x_change_reason=SENT).json["taskId"])
    assert [row["reason"] for row in operations(api, "resources/office/o")] == [WHY] * 2


@pytest.mark.parametrize("reason", ["", " ", "x" * 501, "two\x0blines", "\xfc", "\u20ac"])
def test_what_is_no_reason_is_refused(source: Source, api: Api, reason: str) -> None:
    answer = api.put("resources/office/o", {"data": {}}, x_change_reason=reason)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert api.get("resources/office/o").status == 404


def test_characters_are_counted_and_not_bytes(source: Source, api: Api) -> None:
    long = ("ü" * 500).encode().decode("latin-1")
    assert api.put("resources/office/o", {"data": {}}, x_change_reason=long).status == 201
