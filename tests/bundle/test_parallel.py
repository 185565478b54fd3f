"""What is written within a larger transaction is done again, too, where another came between."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from profiles.models import Source
from tests.bundle.asking import create, faults, link, outcomes, put, send
from tests.clients import Answer, Api
from tests.writing.replaying import check_history
from tests.writing.threads import COMMIT, Threads, is_waiting

pytestmark = pytest.mark.django_db(transaction=True)

BUNDLE = partial(send, resources=[put("office", "west"), put("provider", "ada")])


@pytest.mark.parametrize("headers", [{}, {"idempotency_key": "second"}])
def test_a_bundle_waits_for_another_and_finds_what_it_made(
    api: Api, source: Source, threads: Threads, headers: Any
) -> None:
    first = threads.pause(partial(BUNDLE, api), before=COMMIT)
    second = threads.start(partial(BUNDLE, api, **headers))
    assert is_waiting(second)
    assert outcomes(first.go_on()) == ["CREATED"] * 2
    assert outcomes(second.result()) == ["UNCHANGED"] * 2
    check_history(source)


def test_a_bundle_that_comes_too_late_is_refused_whole(api: Api, threads: Threads) -> None:
    operations = [put("provider", "ada"), create("office", "west")]
    first = threads.pause(partial(api.put, "resources/office/west", {"data": {}}), before=COMMIT)
    second = threads.start(partial(send, api, operations, idempotency_key="k"))
    assert is_waiting(second)
    assert first.go_on().status == 201
    assert faults(second.result()) == [("resource", 1, "/id", "unique")]
    assert api.get("resources/provider/ada").status == 404
    assert send(api, operations, idempotency_key="k").text == second.result().text


def test_bundles_in_each_others_way_all_end(api: Api, source: Source, threads: Threads) -> None:
    """They have the same records in another order; the links are made by one of them only."""
    ends = [("ada", "west"), ("bob", "east")]
    resources = [[put("provider", provider), put("office", office)] for provider, office in ends]

    def both(order: int) -> Answer:
        own, other = ends[order], ends[1 - order]
        links = [link(own[0], other[1]), link(other[0], own[1])]
        mixed = [*resources[order], *resources[1 - order]]
        return send(api, mixed, links, idempotency_key=f"k{order}")

    answers = threads.together(partial(both, 0), partial(both, 1))
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [200, 409], [answer.text for answer in answers]
    check_history(source)
